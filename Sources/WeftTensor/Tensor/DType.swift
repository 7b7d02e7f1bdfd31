/// The type of a tensor's elements.
public enum DType: UInt8, Sendable, Hashable, CaseIterable {
  // The raw values are those of `weft_dtype` in CWeft.
  case float32 = 0
  case float64 = 1
  case float16 = 2
  case bfloat16 = 3
  case int8 = 4
  case uint8 = 5
  case int32 = 6
  case int64 = 7
  case bool = 8

  /// The size of one element in bytes.
  public var byteCount: Int {
    switch self {
    case .int8, .uint8, .bool: 1
    case .float16, .bfloat16: 2
    case .float32, .int32: 4
    case .float64, .int64: 8
    }
  }

  public var isFloatingPoint: Bool { rawValue <= DType.bfloat16.rawValue }

  /// True for the floating-point types of two bytes.
  var isHalf: Bool { self == .float16 || self == .bfloat16 }

  /// True for the signed and unsigned integers; false for `bool`.
  public var isInteger: Bool { !isFloatingPoint && self != .bool }

  /// The order in which categories win over each other in promotion: bool, integers, floating point.
  var category: Int {
    switch self {
    case .bool: 0
    case .int8, .uint8, .int32, .int64: 1
    default: 2
    }
  }
}

extension DType: CustomStringConvertible {
  public var description: String {
    switch self {
    case .float32: "float32"
    case .float64: "float64"
    case .float16: "float16"
    case .bfloat16: "bfloat16"
    case .int8: "int8"
    case .uint8: "uint8"
    case .int32: "int32"
    case .int64: "int64"
    case .bool: "bool"
    }
  }
}
