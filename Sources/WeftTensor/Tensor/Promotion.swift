// Note: Promotion
//
// PyTorch's rule. Operands fall into three ranks: tensors with at least one axis, tensors with none, and numbers
// written in the program (`x * 2`). Within a rank the smallest type that holds both wins. A lower rank changes the
// result only when its category (bool < integer < floating point) is higher; a number in the program then counts as
// float32 or int64. So `float32 tensor * 2.0` stays float32 and `int32 tensor * 0.5` becomes float32.
//
// One difference: PyTorch joins int8 and uint8 to int16, which Weft does not have; here they join to int32.

extension DType {
  /// The type that holds the values of both.
  public static func promoted(_ a: DType, _ b: DType) -> DType {
    if a == b { return a }
    if a.category != b.category { return a.category > b.category ? a : b }
    if a.isFloatingPoint {
      if a == .float64 || b == .float64 { return .float64 }
      return .float32  // float32 with a half type, or the two half types with each other
    }
    if a == .int64 || b == .int64 { return .int64 }
    return .int32
  }

  /// The common type of an operation's operands, by the rule of `Note: Promotion`.
  static func promoted(_ operands: [TensorSpec]) -> DType {
    var byRank: (DType?, DType?, DType?) = (nil, nil, nil)
    for operand in operands {
      if operand.isWeakScalar {
        byRank.2 = join(byRank.2, operand.dtype.isFloatingPoint ? .float32 : operand.dtype)
      } else if operand.shape.rank == 0 {
        byRank.1 = join(byRank.1, operand.dtype)
      } else {
        byRank.0 = join(byRank.0, operand.dtype)
      }
    }
    return combine(byRank.0, combine(byRank.1, byRank.2)) ?? .float32
  }

  private static func join(_ a: DType?, _ b: DType) -> DType {
    if let a { promoted(a, b) } else { b }
  }

  private static func combine(_ higher: DType?, _ lower: DType?) -> DType? {
    guard let higher, let lower else { return higher ?? lower }
    return lower.category > higher.category ? promoted(higher, lower) : higher
  }

  /// The type a function of real numbers gives: itself for floating point, float32 for integers and bool.
  public var floating: DType { isFloatingPoint ? self : .float32 }
}
