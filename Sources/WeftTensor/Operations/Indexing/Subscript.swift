/// Which elements of a tensor integers and ranges in brackets name, and in which axes they come: a strided view.
struct Window: Hashable, Sendable, Codable {
  /// For each axis of the tensor, the first element taken, how many, and how far apart.
  var starts: [Int]
  var counts: [Int]
  var steps: [Int]
  /// For each axis of the result, the tensor's axis it is; nil for a new one. Axes left out have one element taken.
  var layout: [Int?]

  var shape: Shape { Shape(layout.map { $0.map { counts[$0] } ?? 1 }) }

  func view(of tensor: Tensor) -> Tensor {
    let shape = shape
    let strides = AxisValues(layout.map { axis in axis.map { tensor.strides[$0] * steps[$0] } ?? 1 })
    guard !counts.contains(0) else { return tensor.view(shape: shape, strides: strides) }
    let start = starts.indices.reduce(tensor.offset) { $0 + starts[$1] * tensor.strides[$1] }
    return tensor.view(shape: shape, strides: strides, offset: start)
  }

  /// Whether this names every element, in place.
  func isWhole(_ shape: Shape) -> Bool {
    layout == shape.sizes.indices.map { $0 } && counts == shape.sizes && steps.allSatisfy { $0 == 1 }
  }

  /// Fails unless every element named is one of the tensor's.
  func requireInside(_ tensor: TensorSpec, operation: String) throws(TensorError) {
    let fits =
      isWellFormed(rank: tensor.shape.rank)
      && counts.indices.allSatisfy { axis in
        let (reach, overflow) = (counts[axis] - 1).multipliedReportingOverflow(by: steps[axis])
        let (end, overflowsToo) = starts[axis].addingReportingOverflow(reach)
        let size = tensor.shape.axes[axis]
        let isInside = !overflow && !overflowsToo && (0..<size).contains(starts[axis]) && (0..<size).contains(end)
        return counts[axis] == 0 || isInside
      }
    guard fits else {
      throw TensorError(
        .index, operation: operation, operands: [("tensor", tensor)],
        expected: "a tensor of \(starts.count) axes that has the elements named",
        got: "starts \(starts), counts \(counts), steps \(steps)")
    }
  }

  /// Whether this names elements of a tensor of so many axes, each axis once and those left out by one element, and no
  /// element twice.
  private func isWellFormed(rank: Int) -> Bool {
    guard starts.count == rank, counts.count == rank, steps.count == rank else { return false }
    let axes = layout.compactMap { $0 }
    guard Set(axes).count == axes.count, axes.allSatisfy({ (0..<rank).contains($0) }) else { return false }
    return counts.indices.allSatisfy { axis in
      counts[axis] >= 0 && (counts[axis] <= 1 || steps[axis] != 0) && (counts[axis] == 1 || axes.contains(axis))
    }
  }

  /// The same elements of each of `size` examples, which stand along a first axis.
  func whole(_ size: Int) -> Window {
    Window(
      starts: [0] + starts, counts: [size] + counts, steps: [1] + steps, layout: [0] + layout.map { $0.map { $0 + 1 } })
  }

  /// Where element `index` of the view stands in the tensor.
  func place(of index: [Int]) -> [Int] {
    var place = starts
    for (along, axis) in zip(index, layout) { if let axis { place[axis] += along * steps[axis] } }
    return place
  }

  static let samples = [
    // x[1, 0..<2] of [3, 4]; x[.newAxis, .every(2), .every(-1)] of [3, 4]; x[1..<1] of [3]
    Window(starts: [1, 0], counts: [1, 2], steps: [1, 1], layout: [1]),
    Window(starts: [0, 3], counts: [2, 4], steps: [2, -1], layout: [nil, 0, 1]),
    Window(starts: [1, 0], counts: [0, 4], steps: [1, 1], layout: [0, 1]),
  ]
}

/// x[...] with integers and ranges: a view. Gradient: g put back into zeros.
struct Subscript: LinearMap {
  static let name = "subscript"
  static let operands: Operands = ["x"]
  static let equation = "y = x[...]"
  let window: Window

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    try window.requireInside(inputs[0], operation: Self.name)
    return [TensorSpec(window.shape, inputs[0].dtype)]
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] { [window.view(of: inputs[0])] }

  func adjoint(of x: TensorSpec) -> any TensorOperation { Unsubscript(window: window, shape: x.shape) }

  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(Subscript(window: window.whole(batch.size)))
  }

  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    [ReferenceArray(shape: window.shape.sizes) { inputs[0][window.place(of: $0)] }]
  }

  static let samples = Window.samples.map { Sample(Subscript(window: $0), .real([3, 4])) }

  static let refusals = [
    Refusal(Subscript(window: Window.samples[0]), .real([4]), because: "a tensor of 2 axes"),
    Refusal(Subscript(window: Window.samples[0]), .real([1, 4]), because: "that has the elements named"),
  ]
}

/// A tensor put into zeros of `shape` where a subscript reads: the adjoint of `Subscript`. Gradient: the subscript of
/// g.
struct Unsubscript: LinearMap {
  static let name = "unsubscript"
  static let operands: Operands = ["x"]
  static let equation = "y = 0 but for y[...] = x"
  let window: Window
  let shape: Shape

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    try window.requireInside(TensorSpec(shape, inputs[0].dtype), operation: Self.name)
    try TensorError.requireShape(window.shape, inputs[0], operation: Self.name)
    return [TensorSpec(shape, inputs[0].dtype)]
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let result = Tensor(zeros: shape, dtype: outputs[0].dtype)
    guard !result.isInvalid, inputs[0].elementCount > 0 else { return [result] }
    inputs.backend.map(Formulas.identity, [], inputs, into: [window.view(of: result)])
    return [result]
  }

  func adjoint(of x: TensorSpec) -> any TensorOperation { Subscript(window: window) }

  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(Unsubscript(window: window.whole(batch.size), shape: batch.whole(shape)))
  }

  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    var result = ReferenceArray(shape: shape.sizes) { _ in 0 }
    for index in ReferenceArray.indices(of: inputs[0].shape) { result[window.place(of: index)] = inputs[0][index] }
    return [result]
  }

  static let samples = Window.samples.map { Sample(Unsubscript(window: $0, shape: [3, 4]), .real($0.shape)) }

  static let refusals = [
    Refusal(Unsubscript(window: Window.samples[0], shape: [1, 4]), .real([2]), because: "that has the elements named"),
    Refusal(Unsubscript(window: Window.samples[0], shape: [3, 4]), .real([3]), because: "shape [2]"),
  ]
}

// Of one that comes from a file.
extension Window: ComputedAttribute {
  package var isConsistent: Bool {
    let room = 0...(1 << 46)
    let axes = layout.compactMap { $0 }
    guard counts.count == starts.count, steps.count == starts.count, starts.count <= 16, layout.count <= 16,
      (starts + counts).allSatisfy(room.contains), steps.allSatisfy({ room.contains(Int(clamping: $0.magnitude)) }),
      Set(axes).count == axes.count, axes.allSatisfy(counts.indices.contains),
      counts.indices.allSatisfy({ counts[$0] == 1 || axes.contains($0) || counts[$0] == 0 })
    else { return false }
    return zip(counts, steps).allSatisfy { count, step in
      !(count - 1).multipliedReportingOverflow(by: step).overflow && ((count - 1) &* step).magnitude <= 1 << 46
    }
  }
}
