// Note: Promotion
//
// PyTorch's rule. Operands fall into three ranks: tensors with at least one axis, tensors with none, and numbers
// written in the program (`x * 2`). Within a rank the smallest type that holds both wins. A lower rank changes the
// result only when its category (bool < integer < floating point) is higher; a number in the program then counts as
// float32 or int64. So `float32 tensor * 2.0` stays float32 and `int32 tensor * 0.5` becomes float32.
//
// Inside `vmap` the ranks are those of the example: an operand whose example has no axes counts as a scalar, though what
// stands behind it has the axis of the batch (`TensorSpec.countsAsScalar`, set by `Batch`).
//
// PyTorch does not join uint16, uint32 and uint64 with other integers or bool (an error there). Here they join to the
// smallest integer type that holds both, as int8 and uint8 join to int16; where there is none, as for uint64 with int64,
// to float64, NumPy's choice.

extension DType {
  /// The type that holds the values of both.
  public static func promoted(_ a: DType, _ b: DType) -> DType {
    if a == b { return a }
    if a.category != b.category { return a.category > b.category ? a : b }
    if a.isFloatingPoint {
      if a == .float64 || b == .float64 { return .float64 }
      return .float32  // float32 with a half type, or the two half types with each other
    }
    let (narrow, wide) = a.byteCount <= b.byteCount ? (a, b) : (b, a)
    if wide.isUnsigned == narrow.isUnsigned || (narrow.isUnsigned && narrow.byteCount < wide.byteCount) { return wide }
    // A signed type no wider than the unsigned one: the next signed type up.
    switch Swift.max(narrow.byteCount, wide.byteCount) {
    case 1: return .int16
    case 2: return .int32
    case 4: return .int64
    default: return .float64
    }
  }

  /// The common type of an operation's operands, by the rule of `Note: Promotion`.
  package static func promoted(_ operands: [TensorSpec]) -> DType {
    var byRank: (DType?, DType?, DType?) = (nil, nil, nil)
    for operand in operands {
      if operand.isWeakScalar {
        byRank.2 = join(byRank.2, operand.dtype.isFloatingPoint ? .float32 : operand.dtype)
      } else if operand.shape.rank == 0 || operand.countsAsScalar {
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
