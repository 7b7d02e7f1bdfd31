/// yᵢⱼ = x[i·step + j·dilation]: the overlapping windows of one axis, each window's elements along a new last axis
/// (PyTorch's `Tensor.unfold`). A view. Gradient: `OverlapAdd` of g.
public struct SlidingWindows: LinearMap {
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

  public func adjoint(of x: TensorSpec) -> any TensorOperation {
    let axis = x.shape.axis(axis) ?? 0
    return OverlapAdd(axis: axis, length: x.shape[axis], step: step, dilation: dilation)
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

/// y[i·step + j·dilation] = Σ xᵢⱼ: windows along an axis, their elements on the last, laid over each other and added
/// up: the adjoint of `SlidingWindows`. Gradient: the windows of g.
public struct OverlapAdd: LinearMap {
  public static let name = "overlapAdd"
  public static let operands: Operands = ["x"]
  public static let equation = "y[i·step + j·dilation] = Σ xᵢⱼ"
  /// The axis that windows lie along, not the last; counted from the end where negative.
  public let axis: Int
  /// The result's size along it.
  public let length: Int
  /// From one window's beginning to the next's.
  public let step: Int
  /// How far a window's elements lie apart.
  public let dilation: Int

  public init(axis: Int, length: Int, step: Int = 1, dilation: Int = 1) {
    (self.axis, self.length, self.step, self.dilation) = (axis, length, step, dilation)
  }

  public static let defaults: Attributes = ["step": 1, "dilation": 1]

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let shape = inputs[0].shape
    guard let axis = shape.axis(axis), axis < shape.rank - 1 else {
      throw .axis(axis, rank: Swift.max(shape.rank - 1, 0), operation: Self.name)
    }
    guard length >= 0, length <= Int(Int32.max) else {
      throw TensorError(.value, operation: Self.name, expected: "a length from 0", got: "\(length)")
    }
    let windows = SlidingWindows(axis: axis, size: Swift.max(shape[-1], 1), step: step, dilation: dilation)
    try windows.check([("windows", inputs[0])], operation: Self.name)
    var result = Shape(shape.sizes.dropLast())
    result[axis] = length
    let count = length > windows.reach ? (length - windows.reach - 1) / step + 1 : 0
    guard shape[axis] == count, shape[-1] > 0 else {
      throw TensorError(
        .shape, operation: Self.name, operands: [("windows", inputs[0])],
        expected: "\(count) windows of at least one element along axis \(axis), as many as fit into \(length)",
        got: "\(shape[axis]) windows of \(shape[-1])")
    }
    return [TensorSpec(result, inputs[0].dtype)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let windows = inputs[0]
    // Half precision adds up in float32 and is rounded once.
    let result = Tensor(zeros: outputs[0].shape, dtype: outputs[0].dtype.statistics)
    guard !result.isInvalid, windows.elementCount > 0 else { return [result.converted(to: outputs[0].dtype)] }
    let axis = windows.shape.axis(axis) ?? 0
    let (count, size) = (windows.shape[axis], windows.shape[-1])
    // A pass for each element of a window, or for each window, whichever are fewer.
    for pass in 0..<Swift.min(count, size) {
      let taken = windows.sliced(axis: size <= count ? -1 : axis, from: pass, to: pass + 1)
      let stride = result.strides[axis]
      var strides = result.strides
      strides[axis] = stride * step
      strides.append(stride * dilation)
      let start = result.offset + stride * pass * (size <= count ? dilation : step)
      let target = result.view(shape: taken.shape, strides: strides, offset: start)
      inputs.backend.map(Add.formula, [], [target, taken], into: [target])
    }
    return [result.converted(to: outputs[0].dtype)]
  }

  public func adjoint(of x: TensorSpec) -> any TensorOperation {
    SlidingWindows(axis: x.shape.axis(axis) ?? 0, size: x.shape[-1], step: step, dilation: dilation)
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(OverlapAdd(axis: batch.shifted(axis), length: length, step: step, dilation: dilation))
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let axis = axis < 0 ? axis + inputs[0].shape.count : axis
    var shape = Array(inputs[0].shape.dropLast())
    shape[axis] = length
    var result = ReferenceArray(shape: shape) { _ in 0 }
    for index in ReferenceArray.indices(of: inputs[0].shape) {
      var place = Array(index.dropLast())
      place[axis] = place[axis] * step + index[index.count - 1] * dilation
      result[place] += inputs[0][index]
    }
    return [result]
  }

  public static let samples = [
    Sample(OverlapAdd(axis: 1, length: 5), .real([2, 3, 3])),
    Sample(OverlapAdd(axis: 0, length: 5, step: 2), .real([2, 2, 2])),
    Sample(OverlapAdd(axis: -2, length: 9, step: 2, dilation: 2), .real([2, 3, 3])),
    Sample(OverlapAdd(axis: 0, length: 8, step: 3), .real([2, 4])),
    Sample(OverlapAdd(axis: 1, length: 3), .real([0, 2, 2])),
  ]

  public static let refusals = [
    Refusal(OverlapAdd(axis: 1, length: 5), .real([2, 3]), because: "an axis in -1 ..< 1"),
    Refusal(OverlapAdd(axis: 0, length: 5), .real([2, 3]), because: "3 windows"),
    Refusal(OverlapAdd(axis: 0, length: -1), .real([2, 3]), because: "a length from 0"),
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

extension Tensor {
  /// The windows along `axis`, their elements on the last axis, laid over each other and added up into `length`
  /// elements: what `slidingWindows` takes apart, with every element counted as often as windows hold it.
  ///
  /// Shape: [..., windows, ..., size] to [..., length, ...].
  public func overlapAdded(axis: Int, length: Int, step: Int = 1, dilation: Int = 1) -> Tensor {
    apply(OverlapAdd(axis: axis, length: length, step: step, dilation: dilation), [self])[0]
  }
}
