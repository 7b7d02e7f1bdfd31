/// The position of the largest or smallest element along an axis, the first of equals; NaN counts as the extreme. No
/// gradient: int64. A conforming type says which extreme it is.
public protocol ExtremePosition: TensorOperation {
  /// Counted from the end where negative; nil for the position among all elements in row-major order.
  var axis: Int? { get }
  /// Whether the axis stays, with size 1.
  var keepDims: Bool { get }
  /// The operation along an axis, or over all of them.
  init(axis: Int?, keepDims: Bool)
  /// Whether the extreme is the largest element.
  static var isMaximum: Bool { get }
}

extension ExtremePosition {
  public static var operands: Operands { .single }
  public static var whyNotDifferentiable: String? { "its result is a position" }
  public static var defaults: Attributes { ["keepDims": false] }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let axes = try inputs[0].shape.nonemptyAxes(axis.map { [$0] }, operation: Self.name, inputs[0])
    return [TensorSpec(inputs[0].shape.removing(axes: axes, keepDims: keepDims), .int64)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    [inputs[0].positions(along: axis, largest: Self.isMaximum, as: outputs[0])]
  }

  /// Along an axis one further back, or in rows that hold an example each.
  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    if let axis { return batch.applying(Self(axis: batch.shifted(axis), keepDims: keepDims)) }
    return batch.positionsAmongAll(Self(axis: 1, keepDims: false), keepDims: keepDims)
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    [ReferenceArray.reduce(inputs[0], axis.map { [$0] }, keepDims) { $0.position(largest: Self.isMaximum) }]
  }

  public static var samples: [Sample] {
    [
      Sample(Self(axis: nil, keepDims: false), .real([2, 3])),
      Sample(Self(axis: -1, keepDims: false), .real([2, 3])),
      Sample(Self(axis: 1, keepDims: true), .real([2, 3, 4])),
      Sample(Self(axis: 0, keepDims: false), .exactly([1, .nan, 3, 2, .nan, 3], [3, 2])),
      Sample(Self(axis: 1, keepDims: false), .integers([2, 5], in: 0..<3, dtype: .int32)),
    ]
  }

  public static var refusals: [Refusal] {
    let noElement = "at least one element along each reduced axis"
    return [
      Refusal(Self(axis: 2, keepDims: false), .real([2, 3]), because: "an axis in -2 ..< 2"),
      Refusal(Self(axis: 1, keepDims: false), .real([2, 0]), because: noElement),
      Refusal(Self(axis: nil, keepDims: false), .real([0]), because: noElement),
    ]
  }
}

extension Tensor {
  /// The positions of the extremes along `axis`, or among all elements.
  fileprivate func positions(along axis: Int?, largest: Bool, as spec: TensorSpec) -> Tensor {
    // All elements, or the one of a scalar, as a line: a kernel reads along an axis that is there.
    let line = rank == 0 ? nil : axis
    let input = line == nil ? contiguous().view(shape: [elementCount], strides: [1]) : self
    let place = line.flatMap { shape.axis($0) } ?? 0
    let found = backend.argReduce(input, axis: place, largest: largest)
    return found.view(shape: spec.shape, strides: spec.shape.contiguousStrides)
  }
}

extension Batch {
  /// The positions among all elements of each example, by a reduction of rows.
  fileprivate func positionsAmongAll(_ operation: any TensorOperation, keepDims: Bool) -> [Tensor] {
    let shape = specs[0].shape
    let found = apply(operation, [inputs[0].reshaped(to: [size, shape.elementCount])])[0]
    return [keepDims ? found.reshaped(to: whole(Shape(shape.sizes.map { _ in 1 }))) : found]
  }
}

extension [Double] {
  /// The place of the largest or smallest number, the first of equals; NaN counts as both.
  func position(largest: Bool) -> Double {
    if let place = firstIndex(where: \.isNaN) { return Double(place) }
    let extreme = largest ? self.max() : self.min()
    return Double(firstIndex { $0 == extreme } ?? 0)
  }
}
