/// An operation that reduces one tensor over axes: it states its equation, its kernel, its gradient and its samples, and
/// gets its rules for shapes and for batches from here.
public protocol AxisReduction: TensorOperation {
  /// Which axes to reduce, counted from the end where negative; nil for all.
  var axes: [Int]? { get }
  /// Whether reduced axes stay, with size 1.
  var keepDims: Bool { get }
  /// Whether at least one element is needed for each result.
  static var needsElements: Bool { get }
  /// How many results there are, of one shape.
  static var resultCount: Int { get }
  /// The results' type, of x's.
  func resultType(of dtype: DType) -> DType
  /// The same over other axes.
  func over(_ axes: [Int]?) -> Self
}

extension AxisReduction {
  public static var operands: Operands { reducedOperand }
  public static var defaults: Attributes { ["keepDims": false] }
  public static var needsElements: Bool { false }
  public static var resultCount: Int { 1 }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let x = inputs[0]
    let reduced =
      Self.needsElements
      ? try x.shape.nonemptyAxes(axes, operation: Self.name, x) : try x.shape.reducedAxes(axes, operation: Self.name)
    let result = TensorSpec(x.shape.removing(axes: reduced, keepDims: keepDims), resultType(of: x.dtype))
    return Array(repeating: result, count: Self.resultCount)
  }

  /// Over axes one further back.
  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(over(batch.shifted(axes)))
  }
}

private let reducedOperand: Operands = ["x"]
