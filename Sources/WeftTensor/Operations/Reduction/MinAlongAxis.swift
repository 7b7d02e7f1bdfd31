/// The smallest element along an axis and its position, the first of equals; NaN counts as smallest. Gradient: g to the
/// element at that position alone.
public struct MinAlongAxis: TensorOperation {
  public static let name = "minAlongAxis"
  public static let operands: Operands = ["x"]
  public static let equation = "y = xₚ, p = the first i with xᵢ = min x"
  /// Counted from the end where negative.
  public let axis: Int
  /// Whether the axis stays, with size 1.
  public let keepDims: Bool

  public init(axis: Int, keepDims: Bool = false) {
    self.axis = axis
    self.keepDims = keepDims
  }

  public static let defaults: Attributes = ["keepDims": false]

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    guard inputs[0].shape.rank > 0 else { throw .axis(axis, rank: 0, operation: Self.name) }
    let axes = try inputs[0].shape.nonemptyAxes([axis], operation: Self.name, inputs[0])
    let shape = inputs[0].shape.removing(axes: axes, keepDims: keepDims)
    return [TensorSpec(shape, inputs[0].dtype), TensorSpec(shape, .int64)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    inputs[0].extremes(along: axis, largest: false, as: outputs)
  }

  public func saves(needs: [Bool]) -> Saves { .output(1) }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    [gradients[0].map { $0.scattered(to: saved.output(1), along: axis, of: saved.inputSpecs[0].shape) }]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    [tangents[0].map { $0.taken(at: outputs[1], along: axis) }, nil]
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(MinAlongAxis(axis: batch.shifted(axis), keepDims: keepDims))
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let value = ReferenceArray.reduce(inputs[0], [axis], keepDims) { $0[Int($0.position(largest: false))] }
    return [value, ReferenceArray.reduce(inputs[0], [axis], keepDims) { $0.position(largest: false) }]
  }

  public static let samples = [
    Sample(MinAlongAxis(axis: -1), .distinct([2, 3])),
    Sample(MinAlongAxis(axis: 1, keepDims: true), .distinct([2, 3, 4])),
    Sample(MinAlongAxis(axis: 0), .distinct([3])),
    Sample(MinAlongAxis(axis: 1), .integers([2, 5], in: 0..<3, dtype: .int32)),
    Sample(MinAlongAxis(axis: 1), .real([0, 3])),
  ]

  public static let refusals = [
    Refusal(MinAlongAxis(axis: 2), .real([2, 3]), because: "an axis in -2 ..< 2"),
    Refusal(MinAlongAxis(axis: 1), .real([2, 0]), because: "at least one element along each reduced axis"),
  ]
}

extension Tensor {
  /// The smallest elements along `axis` and their indices (int64), the first of equals; NaN counts as smallest.
  /// Unlike `min(axis:)`, the gradient goes to one element only.
  public func minWithIndices(axis: Int, keepDims: Bool = false) -> (values: Tensor, indices: Tensor) {
    if isLine(axis) { return asLine { $0.minWithIndices(axis: 0) } }
    let results = apply(MinAlongAxis(axis: axis, keepDims: keepDims), [self])
    return (results[0], results[1])
  }
}
