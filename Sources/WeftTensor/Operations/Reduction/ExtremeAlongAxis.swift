/// The largest or smallest element along an axis and its position, the first of equals; NaN counts as the extreme.
/// Gradient: g to the element at that position alone. A conforming type says which extreme it is.
public protocol ExtremeAlongAxis: TensorOperation {
  /// Counted from the end where negative.
  var axis: Int { get }
  /// Whether the axis stays, with size 1.
  var keepDims: Bool { get }
  /// The operation along an axis.
  init(axis: Int, keepDims: Bool)
  /// Whether the extreme is the largest element.
  static var isMaximum: Bool { get }
}

extension ExtremeAlongAxis {
  public static var operands: Operands { .single }
  public static var defaults: Attributes { ["keepDims": false] }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    guard inputs[0].shape.rank > 0 else { throw .axis(axis, rank: 0, operation: Self.name) }
    let axes = try inputs[0].shape.nonemptyAxes([axis], operation: Self.name, inputs[0])
    let shape = inputs[0].shape.removing(axes: axes, keepDims: keepDims)
    return [TensorSpec(shape, inputs[0].dtype), TensorSpec(shape, .int64)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    inputs[0].extremes(along: axis, largest: Self.isMaximum, as: outputs)
  }

  public func saves(needs: [Bool]) -> Saves { .output(1) }

  /// g put into zeros where the extremes stand.
  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    [gradients[0].map { $0.scattered(to: saved.output(1), along: axis, of: saved.inputSpecs[0].shape) }]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    [tangents[0].map { $0.taken(at: outputs[1], along: axis) }, nil]
  }

  /// Along an axis one further back.
  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(Self(axis: batch.shifted(axis), keepDims: keepDims))
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let places = ReferenceArray.reduce(inputs[0], [axis], keepDims) { $0.position(largest: Self.isMaximum) }
    let values = ReferenceArray.reduce(inputs[0], [axis], keepDims) { $0[Int($0.position(largest: Self.isMaximum))] }
    return [values, places]
  }

  public static var samples: [Sample] {
    [
      Sample(Self(axis: -1, keepDims: false), .distinct([2, 3])),
      Sample(Self(axis: 1, keepDims: true), .distinct([2, 3, 4])),
      Sample(Self(axis: 0, keepDims: false), .distinct([3])),
      Sample(Self(axis: 1, keepDims: false), .integers([2, 5], in: 0..<3, dtype: .int32)),
      Sample(Self(axis: 1, keepDims: false), .real([0, 3])),
    ]
  }

  public static var refusals: [Refusal] {
    [
      Refusal(Self(axis: 2, keepDims: false), .real([2, 3]), because: "an axis in -2 ..< 2"),
      Refusal(
        Self(axis: 1, keepDims: false), .real([2, 0]), because: "at least one element along each reduced axis"),
    ]
  }
}

extension Tensor {
  /// The extremes along `axis` and their positions.
  fileprivate func extremes(along axis: Int, largest: Bool, as specs: [TensorSpec]) -> [Tensor] {
    let place = shape.axis(axis) ?? 0
    let positions = backend.argReduce(self, axis: place, largest: largest)
    let values = backend.gather(self, positions, axis: place)
    return zip([values, positions], specs).map { $0.view(shape: $1.shape, strides: $1.shape.contiguousStrides) }
  }

  /// This gradient of elements taken at `positions` along `axis`, put back into zeros of `shape`.
  fileprivate func scattered(to positions: Tensor, along axis: Int, of shape: Shape) -> Tensor {
    let kept = shape.removing(axes: [shape.axis(axis) ?? 0], keepDims: true)
    return apply(Ungather(axis: axis, shape: shape), [reshaped(to: kept), positions.reshaped(to: kept)])[0]
  }

  /// The elements at `positions` along `axis`, as a reduction found them: in the positions' shape.
  fileprivate func taken(at positions: Tensor, along axis: Int) -> Tensor {
    let kept = shape.removing(axes: [shape.axis(axis) ?? 0], keepDims: true)
    return gathered(positions.reshaped(to: kept), axis: axis).reshaped(to: positions.shape)
  }
}
