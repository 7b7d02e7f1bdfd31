import WeftTensor

/// The numbers that ONNX gives element types.
enum ElementType {
  /// Texts, which are no type of Weft's tensors.
  static let string = 8

  static func dtype(of number: Int) -> DType? {
    switch number {
    case 1: .float32
    case 2: .uint8
    case 3: .int8
    case 4: .uint16
    case 5: .int16
    case 6: .int32
    case 7: .int64
    case 9: .bool
    case 10: .float16
    case 11: .float64
    case 12: .uint32
    case 13: .uint64
    case 16: .bfloat16
    default: nil
    }
  }

  /// What Weft holds elements of the type in: one narrower than a byte in bytes, and floats of 8 bits or fewer in float32.
  static func held(_ number: Int) -> DType? {
    dtype(of: number) ?? NarrowType(number)?.dtype ?? ByteFloat(number).map { _ in .float32 }
  }

  /// As ONNX calls it.
  static func name(of number: Int) -> String {
    let names = [
      "undefined", "float", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool", "float16",
      "double", "uint32", "uint64", "complex64", "complex128", "bfloat16", "float8e4m3fn", "float8e4m3fnuz",
      "float8e5m2", "float8e5m2fnuz", "uint4", "int4", "float4e2m1", "float8e8m0", "uint2", "int2",
    ]
    return names.indices.contains(number) ? names[number] : "type \(number)"
  }
}

/// What a model says of a value's type.
indirect enum DeclaredType: Sendable {
  /// A tensor with the sizes that are stated: a number, a name, or nothing of each axis; nil where not even the number
  /// of axes is.
  case tensor(element: Int, sizes: [DeclaredSize]?)
  case sequence(DeclaredType)
  case optional(DeclaredType)
  /// One that tensors, sequences and optionals do not stand for, by its name.
  case other(String)
}

/// A size of an axis in a declared type.
enum DeclaredSize: Hashable, Sendable, CustomStringConvertible {
  case number(Int)
  case name(String)
  case unknown

  var description: String {
    switch self {
    case .number(let size): "\(size)"
    case .name(let name): name
    case .unknown: "?"
    }
  }
}

extension DeclaredType {
  /// The first type in it that Weft has no values of.
  var unsupported: String? {
    switch self {
    case .tensor(let element, _):
      element == 0 || element == ElementType.string || ElementType.held(element) != nil
        ? nil : "tensors of \(ElementType.name(of: element))"
    case .sequence(let type), .optional(let type): type.unsupported
    case .other(let name): name
    }
  }
}

extension DeclaredType: CustomStringConvertible {
  var description: String {
    switch self {
    case .tensor(let element, let sizes):
      let shape = sizes.map { "[" + $0.map(\.description).joined(separator: ", ") + "]" } ?? "of any shape"
      return "\(ElementType.dtype(of: element).map { "\($0)" } ?? ElementType.name(of: element)) \(shape)"
    case .sequence(let type): return "sequence of \(type)"
    case .optional(let type): return "optional \(type)"
    case .other(let name): return name
    }
  }
}
