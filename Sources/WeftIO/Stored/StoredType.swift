import WeftTensor

/// The type of elements as a file states it: those tensors have, and those that are read as another.
public enum StoredType: Hashable, Sendable {
  /// One that tensors have too.
  case plain(DType)
  /// 8 bits: 4 of exponent and 3 of mantissa, without infinities (`torch.float8_e4m3fn`).
  case float8E4M3
  /// 8 bits: 5 of exponent and 2 of mantissa.
  case float8E5M2
  /// As `float8E4M3`, the exponent's bias 8, no negative zero.
  case float8E4M3FNUZ
  /// As `float8E5M2`, the exponent's bias 16, no infinities and no negative zero.
  case float8E5M2FNUZ
  /// 8 bits of exponent alone: a power of two.
  case float8E8M0
  /// 6 bits: 2 of exponent and 3 of mantissa; listed and copied.
  case float6E2M3
  /// 6 bits: 3 of exponent and 2 of mantissa; listed and copied.
  case float6E3M2
  /// 4 bits: 2 of exponent and 1 of mantissa, two to a byte.
  case float4
  /// Complex numbers of two numbers of this type: 16, 32 or 64 bits.
  case complex(DType)
  /// Blocks of quantized numbers.
  case blocks(BlockType)
  /// Whole numbers of this type that stand for others, by scales and zero points (`torch.qint8` and its like).
  case quantized(DType)
}

extension StoredType {
  /// Every type.
  static let all: [StoredType] =
    DType.allCases.map(StoredType.plain)
    + [.float8E4M3, .float8E5M2, .float8E4M3FNUZ, .float8E5M2FNUZ, .float8E8M0, .float6E2M3, .float6E3M2, .float4]
    + [DType.float16, .float32, .float64].map(StoredType.complex) + BlockType.allCases.map(StoredType.blocks)

  /// The type of the tensor that it is read as: its own where there is such a one, else one that holds every value.
  public var dtype: DType {
    switch self {
    case .plain(let dtype), .complex(let dtype): dtype
    default: .float32
    }
  }

  /// Whether tensors have this type: then they may lie over the file's own bytes.
  public var isPlain: Bool { if case .plain = self { true } else { false } }

  /// Whether its elements can be read as numbers.
  public var isReadable: Bool {
    switch self {
    case .float6E2M3, .float6E3M2: false
    case .blocks(let type): type.isReadable
    default: true
    }
  }

  /// Whether each row is made of whole units.
  var fillsRows: Bool { if case .blocks = self { true } else { false } }

  /// How many elements stand together in a unit of whole bytes.
  var unitLength: Int {
    switch self {
    case .float6E2M3, .float6E3M2: 4
    case .float4: 2
    case .blocks(let type): type.length
    default: 1
    }
  }

  /// The bytes of such a unit.
  var unitBytes: Int {
    switch self {
    case .plain(let dtype), .quantized(let dtype): dtype.byteCount
    case .complex(let dtype): 2 * dtype.byteCount
    case .float6E2M3, .float6E3M2: 3
    case .blocks(let type): type.byteCount
    default: 1
    }
  }

  /// The size of a number that changes its order of bytes from machine to machine.
  var numberBytes: Int {
    switch self {
    case .plain(let dtype), .complex(let dtype), .quantized(let dtype): dtype.byteCount
    default: 1
    }
  }

  /// The bytes of so many elements; nil where they do not fill whole units, or memory could not hold them.
  func byteCount(of count: Int) -> Int? {
    guard count % unitLength == 0 else { return nil }
    let (bytes, overflow) = (count / unitLength).multipliedReportingOverflow(by: unitBytes)
    return overflow ? nil : bytes
  }
}

extension StoredType: CustomStringConvertible {
  /// As PyTorch and GGUF call it.
  public var description: String {
    switch self {
    case .plain(let dtype): "\(dtype)"
    case .float8E4M3: "float8_e4m3fn"
    case .float8E5M2: "float8_e5m2"
    case .float8E4M3FNUZ: "float8_e4m3fnuz"
    case .float8E5M2FNUZ: "float8_e5m2fnuz"
    case .float8E8M0: "float8_e8m0fnu"
    case .float6E2M3: "float6_e2m3"
    case .float6E3M2: "float6_e3m2"
    case .float4: "float4_e2m1"
    case .complex(let dtype): "complex\(16 * dtype.byteCount)"
    case .blocks(let type): type.rawValue
    case .quantized(let dtype): "q\(dtype)"
    }
  }
}

/// The block formats of ggml, by the names that llama.cpp gives them.
public enum BlockType: String, Hashable, Sendable, CaseIterable {
  /// Numbers of 4 bits in blocks of 32, with a scale.
  case q4_0 = "Q4_0"
  /// Numbers of 4 bits in blocks of 32, with a scale and a least value.
  case q4_1 = "Q4_1"
  /// Numbers of 5 bits in blocks of 32, with a scale.
  case q5_0 = "Q5_0"
  /// Numbers of 5 bits in blocks of 32, with a scale and a least value.
  case q5_1 = "Q5_1"
  /// Numbers of 8 bits in blocks of 32, with a scale.
  case q8_0 = "Q8_0"
  /// Numbers of 2 bits in blocks of 256, in parts with scales of their own.
  case q2K = "Q2_K"
  /// Numbers of 3 bits in blocks of 256, in parts with scales of their own.
  case q3K = "Q3_K"
  /// Numbers of 4 bits in blocks of 256, in parts with scales of their own.
  case q4K = "Q4_K"
  /// Numbers of 5 bits in blocks of 256, in parts with scales of their own.
  case q5K = "Q5_K"
  /// Numbers of 6 bits in blocks of 256, in parts with scales of their own.
  case q6K = "Q6_K"
  /// Numbers of 8 bits in blocks of 256, as products use them on the way.
  case q8K = "Q8_K"
  /// Entries of a table in blocks of 256, 2.06 bits a number.
  case iq2XXS = "IQ2_XXS"
  /// Entries of a table in blocks of 256, 2.31 bits a number.
  case iq2XS = "IQ2_XS"
  /// Entries of a table in blocks of 256, 3.06 bits a number.
  case iq3XXS = "IQ3_XXS"
  /// Entries of a table in blocks of 256, 1.56 bits a number.
  case iq1S = "IQ1_S"
  /// Entries of a table of 16 in blocks of 32, 4.5 bits a number.
  case iq4NL = "IQ4_NL"
  /// Entries of a table in blocks of 256, 3.44 bits a number.
  case iq3S = "IQ3_S"
  /// Entries of a table in blocks of 256, 2.56 bits a number.
  case iq2S = "IQ2_S"
  /// Entries of a table in blocks of 256, 4.25 bits a number.
  case iq4XS = "IQ4_XS"
  /// Entries of a table in blocks of 256, 1.75 bits a number.
  case iq1M = "IQ1_M"
  /// Numbers of three values in blocks of 256, 1.69 bits a number.
  case tq1_0 = "TQ1_0"
  /// Numbers of three values in blocks of 256, 2.06 bits a number.
  case tq2_0 = "TQ2_0"
  /// Floats of 4 bits in blocks of 32 with a power of two.
  case mxfp4 = "MXFP4"

  /// How many numbers one block holds.
  public var length: Int {
    switch self {
    case .q4_0, .q4_1, .q5_0, .q5_1, .q8_0, .iq4NL, .mxfp4: 32
    default: 256
    }
  }

  /// How many bytes one block takes.
  public var byteCount: Int {
    switch self {
    case .q4_0, .iq4NL: 18
    case .q4_1: 20
    case .q5_0: 22
    case .q5_1: 24
    case .q8_0: 34
    case .q2K: 84
    case .q3K, .iq3S: 110
    case .q4K: 144
    case .q5K: 176
    case .q6K: 210
    case .q8K: 292
    case .iq2XXS, .tq2_0: 66
    case .iq2XS: 74
    case .iq3XXS: 98
    case .iq1S: 50
    case .iq2S: 82
    case .iq4XS: 136
    case .iq1M: 56
    case .tq1_0: 54
    case .mxfp4: 17
    }
  }

  /// Whether its numbers can be read; others are listed and their blocks handed out.
  public var isReadable: Bool {
    switch self {
    case .q4_0, .q4_1, .q5_0, .q5_1, .q8_0, .q2K, .q3K, .q4K, .q5K, .q6K: true
    default: false
    }
  }
}
