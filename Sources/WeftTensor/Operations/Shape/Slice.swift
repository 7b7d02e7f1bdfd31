/// Every `step`-th element of one axis from `start` up to `end`. Gradient: g put back into zeros.
///
/// A view. `start` and `end` are clamped as in Python: negative ones count from the end; a negative step walks
/// backward.
public struct Slice: LinearMap {
  public static let name = "slice"
  public static let operands: Operands = ["x"]
  public static let equation = "yᵢ = x[start + i·step] along an axis"
  /// The axis that is cut, counted from the end where negative.
  public let axis: Int
  /// The first element; nil for the axis's beginning, or its end where the step is negative.
  public let start: Int?
  /// The first element not taken; nil for the axis's end, or what is before its beginning where the step is negative.
  public let end: Int?
  /// How far it is from one element to the next; not 0.
  public let step: Int

  public init(axis: Int, from start: Int? = nil, to end: Int? = nil, step: Int = 1) {
    self.axis = axis
    self.start = start
    self.end = end
    self.step = step
  }

  public static let defaults: Attributes = ["step": 1]

  /// The first place taken and how many are, in an axis of `size`.
  func range(in size: Int) -> (first: Int, count: Int) {
    let (lowest, highest) = step > 0 ? (0, size) : (-1, size - 1)
    func clamp(_ place: Int) -> Int { min(max(place < 0 ? place &+ size : place, lowest), highest) }
    let first = start.map(clamp) ?? (step > 0 ? 0 : size - 1)
    let last = end.map(clamp) ?? (step > 0 ? size : -1)
    let span = step > 0 ? last - first : first - last
    return (first, span > 0 ? (span - 1) / Int(clamping: step.magnitude) + 1 : 0)
  }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    var shape = inputs[0].shape
    guard let axis = shape.axis(axis) else { throw .axis(axis, rank: shape.rank, operation: Self.name) }
    guard step != 0 else {
      throw TensorError(.value, operation: Self.name, expected: "a step", got: "step \(step)")
    }
    shape[axis] = range(in: shape[axis]).count
    return [TensorSpec(shape, inputs[0].dtype)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let input = inputs[0]
    let axis = input.shape.axis(axis) ?? 0
    let (first, count) = range(in: input.shape[axis])
    var strides = input.strides
    // A step that nobody takes may be of any size.
    if count > 1 { strides[axis] *= step }
    let offset = count == 0 ? input.offset : input.offset + first * input.strides[axis]
    return [input.view(shape: outputs[0].shape, strides: strides, offset: offset)]
  }

  public func adjoint(of x: TensorSpec) -> any TensorOperation { Unslice(slice: self, shape: x.shape) }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { batch.applying(shifted(batch)) }

  /// The same slice with the batch in front.
  func shifted(_ batch: Batch) -> Slice { Slice(axis: batch.shifted(axis), from: start, to: end, step: step) }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    var shape = inputs[0].shape
    let axis = axis < 0 ? axis + shape.count : axis
    let (first, count) = range(in: shape[axis])
    shape[axis] = count
    return [
      ReferenceArray(shape: shape) { index in
        var index = index
        index[axis] = first + index[axis] * step
        return inputs[0][index]
      }
    ]
  }

  public static let samples = [
    Sample(Slice(axis: 0, from: 1), .real([3, 2])),
    Sample(Slice(axis: -1, from: 0, to: -1, step: 2), .real([2, 6])),
    Sample(Slice(axis: 1, step: -2), .real([2, 5])),
    Sample(Slice(axis: 0, from: 2, to: 1), .real([3])),
  ]

  public static let refusals = [
    Refusal(Slice(axis: 2), .real([2, 3]), because: "an axis in -2 ..< 2"),
    Refusal(Slice(axis: 0, step: 0), .real([2, 3]), because: "step 0"),
  ]
}

/// A tensor put into zeros of `shape` at the places a slice takes: the adjoint of `Slice`. Gradient: the slice of g.
struct Unslice: LinearMap {
  static let name = "unslice"
  static let operands: Operands = ["x"]
  static let equation = "y = 0 but for y[start + i·step] = xᵢ along an axis"
  let slice: Slice
  let shape: Shape

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let taken = try slice.outputs(for: [TensorSpec(shape, inputs[0].dtype)])[0]
    guard inputs[0].shape == taken.shape else {
      throw TensorError(
        .shape, operation: Self.name, operands: [("tensor", inputs[0])],
        expected: "shape \(taken.shape), that of the slice of \(shape)", got: "\(inputs[0].shape)")
    }
    return [TensorSpec(shape, inputs[0].dtype)]
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    // What takes all elements, in this order or the other one, is undone by taking them so once more.
    if slice.step.magnitude == 1, inputs[0].shape == shape {
      return Slice(axis: slice.axis, step: slice.step).forward(inputs, as: outputs)
    }
    let result = Tensor(zeros: shape, dtype: outputs[0].dtype)
    guard inputs[0].elementCount > 0 else { return [result] }
    let target = slice.forward([result], as: [inputs[0].spec])[0]
    inputs.backend.map(Formulas.identity, [], inputs, into: [target])
    return [result]
  }

  func adjoint(of x: TensorSpec) -> any TensorOperation { slice }

  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(Unslice(slice: slice.shifted(batch), shape: batch.whole(shape)))
  }

  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let axis = slice.axis < 0 ? slice.axis + shape.rank : slice.axis
    let first = slice.range(in: shape[axis]).first
    var result = ReferenceArray(shape: shape.sizes) { _ in 0 }
    for index in ReferenceArray.indices(of: inputs[0].shape) {
      var place = index
      place[axis] = first + index[axis] * slice.step
      result[place] = inputs[0][index]
    }
    return [result]
  }

  static let samples = [
    Sample(Unslice(slice: Slice(axis: 1, from: 1, step: 2), shape: [2, 5]), .real([2, 2])),
    Sample(Unslice(slice: Slice(axis: 0, step: -1), shape: [3]), .real([3])),
    Sample(Unslice(slice: Slice(axis: 1, from: 2, step: -1), shape: [2, 3]), .real([2, 3])),
  ]

  static let refusals = [
    Refusal(Unslice(slice: Slice(axis: 1), shape: [4]), .real([4]), because: "an axis in -1 ..< 1"),
    Refusal(Unslice(slice: Slice(axis: 0, from: 1), shape: [4]), .real([4]), because: "that of the slice"),
  ]
}

extension Tensor {
  /// A view of every `step`-th element of an axis from `start` up to `end`, clamped as in Python.
  public func sliced(axis: Int, from start: Int? = nil, to end: Int? = nil, step: Int = 1) -> Tensor {
    apply(Slice(axis: axis, from: start, to: end, step: step), [self])[0]
  }
}
