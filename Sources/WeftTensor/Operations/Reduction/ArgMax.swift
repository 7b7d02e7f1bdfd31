/// The position of the largest element along an axis, the first of equals; NaN counts as largest. No gradient: int64.
public struct ArgMax: TensorOperation {
  public static let name = "argMax"
  public static let operands: Operands = ["x"]
  public static let equation = "y = the first i with xᵢ = max x"
  public static let whyNotDifferentiable: String? = "its result is a position"
  /// Counted from the end where negative; nil for the position among all elements in row-major order.
  public let axis: Int?
  /// Whether the axis stays, with size 1.
  public let keepDims: Bool

  public init(axis: Int? = nil, keepDims: Bool = false) {
    self.axis = axis
    self.keepDims = keepDims
  }

  public static let defaults: Attributes = ["keepDims": false]

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let axes = try inputs[0].shape.nonemptyAxes(axis.map { [$0] }, operation: Self.name, inputs[0])
    return [TensorSpec(inputs[0].shape.removing(axes: axes, keepDims: keepDims), .int64)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    [inputs[0].positions(along: axis, largest: true, as: outputs[0])]
  }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] { [nil] }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    guard axis == nil else { return batch.applying(ArgMax(axis: axis.map { batch.shifted($0) }, keepDims: keepDims)) }
    return batch.positionsAmongAll(ArgMax(axis: 1), keepDims: keepDims)
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    [ReferenceArray.reduce(inputs[0], axis.map { [$0] }, keepDims) { $0.position(largest: true) }]
  }

  public static let samples = [
    Sample(ArgMax(), .real([2, 3])),
    Sample(ArgMax(axis: -1), .real([2, 3])),
    Sample(ArgMax(axis: 1, keepDims: true), .real([2, 3, 4])),
    Sample(ArgMax(axis: 0), .exactly([1, .nan, 3, 2, .nan, 3], [3, 2])),
    Sample(ArgMax(axis: 1), .integers([2, 5], in: 0..<3, dtype: .int32)),
  ]

  public static let refusals = [
    Refusal(ArgMax(axis: 2), .real([2, 3]), because: "an axis in -2 ..< 2"),
    Refusal(ArgMax(axis: 1), .real([2, 0]), because: "at least one element along each reduced axis"),
    Refusal(ArgMax(), .real([0]), because: "at least one element along each reduced axis"),
  ]
}

extension Tensor {
  /// The position (int64) of the largest element along `axis`, or among all elements in row-major order. The first of
  /// equals; NaN counts as largest.
  public func argMax(axis: Int? = nil, keepDims: Bool = false) -> Tensor {
    // A scalar's only place is the first, along axis 0 or -1 too.
    let axis = axis.map(isLine) == true ? nil : axis
    return apply(ArgMax(axis: axis, keepDims: keepDims), [self])[0]
  }
}
