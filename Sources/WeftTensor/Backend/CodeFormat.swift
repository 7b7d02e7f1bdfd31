/// How codes of a few bits stand for the numbers of a weight [out, in], row by row.
///
/// Groups of a row's numbers share a scale: all of them, or a multiple of 32 that divides them.
public enum CodeFormat: String, Hashable, Sendable, Codable, CaseIterable {
  /// One int8 each: scale · code. Codes [out, in], scales [out, groups].
  case int8
  /// Two in a uint8: scale · (code - 8), or, with minima, scale · code + minimum. Codes [out, in / 2], scales and minima
  /// [out, groups]. Of 32 numbers, 16 stand in the low halves of their 16 bytes, the others in the high ones.
  case int4
  /// ggml's blocks of 32 in 34 bytes, which hold a float16 scale and int8 codes. Codes [out, in / 32 · 34] of uint8.
  case q8_0
  /// ggml's blocks of 32 in 18 bytes: a float16 scale, and codes as `int4` has them.
  case q4_0
  /// ggml's blocks of 32 in 20 bytes: a float16 scale and minimum, and codes as `int4` has them.
  case q4_1

  /// Numbers that are decoded together.
  static let unit = 32

  /// The bytes of 32 numbers' codes, with what else is in their block.
  var unitBytes: Int {
    switch self {
    case .int8: 32
    case .int4: 16
    case .q8_0: 34
    case .q4_0: 18
    case .q4_1: 20
    }
  }

  /// Whether blocks hold their own scales.
  public var holdsScales: Bool { self != .int8 && self != .int4 }

  /// The element type of codes.
  public var dtype: DType { self == .int8 ? .int8 : .uint8 }
}

/// What a weight in codes is: its sizes, found from those of its tensors.
struct CodedSizes: Equatable {
  var outputs: Int
  var inputs: Int
  /// How many inputs share a scale.
  var group: Int
  /// The type of its numbers.
  var dtype: DType
}
