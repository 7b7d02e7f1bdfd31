/// yᵢⱼ = x[i·step + j·dilation]: the overlapping windows of one axis, each window's elements along a new last axis
/// (PyTorch's `Tensor.unfold`). A view. Gradient: `OverlapAdd` of g.
public struct SlidingWindows: TensorOperation {
  public static let name = "slidingWindows"
  public static let operands: Operands = ["x"]
  public static let equation = "yᵢⱼ = x[i·step + j·dilation]"
  /// Counted from the end where negative.
  public let axis: Int
  /// The number of elements of a window.
  public let size: Int
  /// From one window's beginning to the next's.
  public let step: Int
  /// How far a window's elements lie apart.
  public let dilation: Int

  public init(axis: Int, size: Int, step: Int = 1, dilation: Int = 1) {
    (self.axis, self.size, self.step, self.dilation) = (axis, size, step, dilation)
  }

  public static let defaults: Attributes = ["step": 1, "dilation": 1]

  /// How far the last element of a window lies behind the first.
  var reach: Int { dilation * (size - 1) }

  func check(_ operands: [(name: String, spec: TensorSpec)], operation: String) throws(TensorError) {
    guard [size, step, dilation].allSatisfy({ (1...Int(Int32.max)).contains($0) }) else {
      throw TensorError(
        .value, operation: operation, operands: operands, expected: "a size, a step and a dilation from 1",
        got: "\(size), \(step) and \(dilation)")
    }
  }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    var shape = inputs[0].shape
    guard let axis = shape.axis(axis) else { throw .axis(axis, rank: shape.rank, operation: Self.name) }
    try check([("tensor", inputs[0])], operation: Self.name)
    guard shape[axis] > reach else {
      throw TensorError(
        .shape, operation: Self.name, operands: [("tensor", inputs[0])],
        expected: "axis \(axis) to have at least \(reach + 1) elements, those of a window", got: "\(shape[axis])")
    }
    shape[axis] = (shape[axis] - reach - 1) / step + 1
    return [TensorSpec(shape + [size], inputs[0].dtype)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    var strides = inputs[0].strides
    let axis = inputs[0].shape.axis(axis) ?? 0
    strides.append(strides[axis] * dilation)
    strides[axis] *= step
    return [inputs[0].view(shape: outputs[0].shape, strides: strides)]
  }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let shape = saved.inputSpecs[0].shape
    let axis = shape.axis(axis) ?? 0
    let adjoint = OverlapAdd(axis: axis, length: shape[axis], step: step, dilation: dilation)
    return [gradients[0].map { apply(adjoint, [$0])[0] }]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    [tangents[0].map { apply(self, [$0])[0] }]
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(SlidingWindows(axis: batch.shifted(axis), size: size, step: step, dilation: dilation))
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    var shape = inputs[0].shape
    let axis = axis < 0 ? axis + shape.count : axis
    shape[axis] = (shape[axis] - reach - 1) / step + 1
    return [
      ReferenceArray(shape: shape + [size]) { index in
        var place = Array(index.dropLast())
        place[axis] = place[axis] * step + index[index.count - 1] * dilation
        return inputs[0][place]
      }
    ]
  }

  public static let samples = [
    Sample(SlidingWindows(axis: 1, size: 3), .real([2, 5])),
    Sample(SlidingWindows(axis: 0, size: 2, step: 2), .real([5, 2])),
    Sample(SlidingWindows(axis: -2, size: 3, step: 2, dilation: 2), .real([2, 8, 2])),
    Sample(SlidingWindows(axis: 0, size: 1, step: 3), .integers([4], in: 0..<9)),
    Sample(SlidingWindows(axis: 1, size: 2), .real([0, 3])),
  ]

  public static let refusals = [
    Refusal(SlidingWindows(axis: 2, size: 1), .real([2, 3]), because: "an axis in -2 ..< 2"),
    Refusal(SlidingWindows(axis: 1, size: 4), .real([2, 3]), because: "at least 4 elements"),
    Refusal(SlidingWindows(axis: 0, size: 2, step: 0), .real([3]), because: "from 1"),
  ]
}

extension Tensor {
  /// The overlapping windows of `size` elements, `dilation` apart, that begin at every `step`-th element of `axis`: a
  /// view (PyTorch's `unfold`).
  ///
  /// Shape: [..., n, ...] to [..., windows, ..., size].
  public func slidingWindows(axis: Int, size: Int, step: Int = 1, dilation: Int = 1) -> Tensor {
    if isLine(axis) {
      // One window, of the element itself.
      return asLine { $0.slidingWindows(axis: 0, size: size, step: step, dilation: dilation) }
    }
    return apply(SlidingWindows(axis: axis, size: size, step: step, dilation: dilation), [self])[0]
  }
}
