/// The type of a tensor's elements.
///
/// Sums, products and all formulas are computed in 64 bits for integers and wrap in the type of the result, as in PyTorch.
/// Matrix products take floating point, int8, uint8, int32, int64 and bool; convolutions floating point.
public enum DType: UInt8, Sendable, Hashable, CaseIterable {
  // The raw values are those of `weft_dtype` in CWeft.
  /// IEEE 754 in 4 bytes: the default.
  case float32 = 0
  /// IEEE 754 in 8 bytes.
  case float64 = 1
  /// IEEE 754 in 2 bytes: 11 bits of precision, up to 65,504.
  case float16 = 2
  /// The upper half of a float32: 8 bits of precision, and its range.
  case bfloat16 = 3
  /// Integers of a byte, -128 through 127.
  case int8 = 4
  /// Integers of a byte, 0 through 255.
  case uint8 = 5
  /// Integers of 4 bytes, with a sign.
  case int32 = 6
  /// Integers of 8 bytes, with a sign: what indices are made of.
  case int64 = 7
  /// True or false, in a byte.
  case bool = 8
  /// Integers of 2 bytes, with a sign.
  case int16 = 9
  /// Integers of 2 bytes, from 0.
  case uint16 = 10
  /// Integers of 4 bytes, from 0.
  case uint32 = 11
  /// Integers of 8 bytes, from 0.
  case uint64 = 12

  /// The size of one element in bytes.
  public var byteCount: Int {
    switch self {
    case .int8, .uint8, .bool: 1
    case .float16, .bfloat16, .int16, .uint16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64, .uint64: 8
    }
  }

  /// True for float16, bfloat16, float32 and float64: the types that have gradients.
  public var isFloatingPoint: Bool { rawValue <= DType.bfloat16.rawValue }

  /// True for the floating-point types of two bytes.
  var isHalf: Bool { self == .float16 || self == .bfloat16 }

  /// True for the signed and unsigned integers; false for `bool`.
  public var isInteger: Bool { !isFloatingPoint && self != .bool }

  /// True for the integers from 0 alone.
  public var isUnsigned: Bool {
    switch self {
    case .uint8, .uint16, .uint32, .uint64: true
    default: false
    }
  }

  /// The order in which categories win over each other in promotion: bool, integers, floating point.
  var category: Int { isFloatingPoint ? 2 : self == .bool ? 0 : 1 }
}

// What the types hold.
extension DType {
  /// The values an integer type holds, as far as Int does (all but the upper half of uint64's).
  var integerRange: ClosedRange<Int>? {
    switch self {
    case .int8: -128...127
    case .uint8: 0...255
    case .int16: Int(Int16.min)...Int(Int16.max)
    case .uint16: 0...Int(UInt16.max)
    case .int32: Int(Int32.min)...Int(Int32.max)
    case .uint32: 0...Int(UInt32.max)
    case .int64: Int.min...Int.max
    case .uint64: 0...Int.max
    default: nil
    }
  }

  /// The number that `value` becomes in this type, if that is an integer type or bool: the nearest one towards 0 that the
  /// type holds, 0 for NaN; whether it is other than 0, as 1 or 0.
  func clamped(_ value: Double) -> Double {
    if self == .bool { return value != 0 ? 1 : 0 }
    guard let held = integerRange, !value.isNaN else { return isInteger ? 0 : value }
    let upper = self == .uint64 ? 0x1p64 : Double(held.upperBound)
    return Swift.min(Swift.max(value.rounded(.towardZero), Double(held.lowerBound)), upper)
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
    case .int16: "int16"
    case .uint16: "uint16"
    case .int32: "int32"
    case .uint32: "uint32"
    case .int64: "int64"
    case .uint64: "uint64"
    case .bool: "bool"
    }
  }
}
