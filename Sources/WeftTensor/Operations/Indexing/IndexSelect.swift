/// The slices of x at a list of indices along an axis (PyTorch's `index_select`). Gradient: the slices of g added to
/// zeros at those indices.
public struct IndexSelect: LinearMap {
  public static let name = "indexSelect"
  public static let operands: Operands = ["x", .indices("index")]
  public static let equation = "yᵢ = x[index[i]] along an axis"
  /// The axis that indices count along, from the end where negative.
  public let axis: Int

  public init(axis: Int) { self.axis = axis }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let operands = [("tensor", inputs[0]), ("indices", inputs[1])]
    var shape = inputs[0].shape
    guard let axis = shape.axis(axis) else { throw .axis(axis, rank: shape.rank, operation: Self.name) }
    try inputs[1].requireIndexType("indices", operation: Self.name, operands: operands)
    guard inputs[1].shape.rank == 1 else {
      throw TensorError(
        .shape, operation: Self.name, operands: operands, expected: "a list of indices, one axis",
        got: "\(inputs[1].shape)", hint: "an index for each element? `gathered`; indices of any shape? `x[indices]`")
    }
    shape[axis] = inputs[1].shape[0]
    return [TensorSpec(shape, inputs[0].dtype)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let (input, shape) = (inputs[0], outputs[0].shape)
    let axis = shape.axis(axis) ?? 0
    let operands = [(name: "tensor", spec: input.spec), (name: "indices", spec: inputs[1].spec)]
    guard
      let indices = inputs[1].checkedIndices(below: input.shape[axis], operation: Self.name, operands: operands)
    else { return [.invalid] }
    if let found = Self.wholeSlices(of: input, at: indices, axis: axis, shape, inputs.backend) { return [found] }
    return [inputs.backend.gather(input, indices.alongAxis(axis, of: shape), axis: axis)]
  }

  /// Of slices that lie one behind the other, as the result's then do; nil for others. Views of memory, for operations
  /// would be looked at by whoever interprets them.
  private static func wholeSlices(
    of input: Tensor, at indices: Tensor, axis: Int, _ shape: Shape, _ backend: any Backend
  ) -> Tensor? {
    let order = [axis] + shape.indices.filter { $0 != axis }
    let whole = Shape(order.map { input.shape[$0] })
    guard input.isPlain, Layout.isContiguous(whole, AxisValues(order.map { input.strides[$0] })) else { return nil }
    let rows = backend.takeRows(input.view(shape: whole.asRows, strides: whole.asRows.contiguousStrides), indices)
    if rows.isInvalid { return rows }
    let steps = Shape(order.map { shape[$0] }).contiguousStrides
    var strides = AxisValues(repeating: 0, count: shape.rank)
    for (place, axis) in order.enumerated() { strides[axis] = steps[place] }
    return rows.view(shape: shape, strides: strides)
  }

  public func adjoint(of x: TensorSpec) -> any TensorOperation {
    IndexAdd(axis: x.shape.axis(axis) ?? 0, size: x.shape[axis])
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    let (x, axis) = (batch.whole(0), (batch.specs[0].shape.axis(axis) ?? 0) + 1)
    guard batch.isBatched[1] else { return apply(IndexSelect(axis: axis), [x, batch.inputs[1]]) }
    var shape = x.shape
    shape[axis] = batch.specs[1].shape[0]
    return [x.gathered(batch.spreading(1, along: axis, of: shape), axis: axis)]
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    var shape = inputs[0].shape
    let axis = axis < 0 ? axis + shape.count : axis
    shape[axis] = inputs[1].values.count
    return [
      ReferenceArray(shape: shape) { index in
        var index = index
        index[axis] = Int(inputs[1].values[index[axis]])
        return inputs[0][index]
      }
    ]
  }

  public static let samples = [
    Sample(IndexSelect(axis: 0), .real([3, 2]), .integers([4], in: 0..<3)),
    Sample(IndexSelect(axis: -1), .real([2, 3]), .integers([4], in: 0..<3, dtype: .uint8)),
    Sample(IndexSelect(axis: 1), .real([2, 3, 2]), .integers([0], in: 0..<3)),
  ]

  public static let refusals = [
    Refusal(IndexSelect(axis: 2), .real([2, 3]), .integers([2], in: 0..<2), because: "an axis in -2 ..< 2"),
    Refusal(IndexSelect(axis: 0), .real([2, 3]), .real([2]), because: "indices of an integer type"),
    Refusal(
      IndexSelect(axis: 0), .real([2, 3]), .integers([2, 1], in: 0..<2), because: "a list of indices, one axis"),
    Refusal(IndexSelect(axis: 0), .real([2]), .exactly([2], [1], dtype: .int64), because: "indices in 0 ..< 2"),
  ]
}

/// Slices added to zeros at a list of indices along an axis of `size`: the adjoint of `IndexSelect`. Gradient: the
/// slices of g at the indices.
struct IndexAdd: LinearMap {
  static let name = "indexAdd"
  static let operands: Operands = ["values", .indices("index")]
  static let equation = "y[r] = Σ xᵢ over all i with index[i] = r, along an axis"
  let axis: Int
  let size: Int

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    var shape = inputs[0].shape
    guard shape.indices.contains(axis) else { throw .axis(axis, rank: shape.rank, operation: Self.name) }
    try inputs[1].requireIndexType("indices", operation: Self.name, operands: [("indices", inputs[1])])
    try TensorError.requireShape([shape[axis]], inputs[1], operation: Self.name)
    shape[axis] = size
    return [TensorSpec(shape, inputs[0].dtype)]
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    guard
      let indices = inputs[1].checkedIndices(
        below: size, operation: Self.name, operands: [("slices", inputs[0].spec), ("indices", inputs[1].spec)])
    else { return [.invalid] }
    let result = Tensor(zeros: outputs[0].shape, dtype: outputs[0].dtype)
    guard !result.isInvalid else { return [result] }
    if axis == 0 {
      let rows = inputs[0].reshaped(to: inputs[0].shape.asRows)
      inputs.backend.addRows(rows, indices, into: result.reshaped(to: result.shape.asRows))
    } else {
      let places = indices.alongAxis(axis, of: inputs[0].shape)
      inputs.backend.scatter(inputs[0], places, axis: axis, into: result, adding: true)
    }
    return [result]
  }

  func adjoint(of x: TensorSpec) -> any TensorOperation { IndexSelect(axis: axis) }

  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    let x = batch.whole(0)
    guard batch.isBatched[1] else { return apply(IndexAdd(axis: axis + 1, size: size), [x, batch.inputs[1]]) }
    var shape = x.shape
    shape[axis + 1] = size
    return apply(Ungather(axis: axis + 1, shape: shape), [x, batch.spreading(1, along: axis + 1, of: x.shape)])
  }

  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    var shape = inputs[0].shape
    shape[axis] = size
    var result = ReferenceArray(shape: shape) { _ in 0 }
    for index in ReferenceArray.indices(of: inputs[0].shape) {
      var place = index
      place[axis] = Int(inputs[1].values[index[axis]])
      result[place] += inputs[0][index]
    }
    return [result]
  }

  static let samples = [
    Sample(IndexAdd(axis: 0, size: 3), .real([4, 2]), .integers([4], in: 0..<3)),
    Sample(IndexAdd(axis: 1, size: 3), .real([2, 4]), .integers([4], in: 0..<3)),
    Sample(IndexAdd(axis: 0, size: 2), .manyOnes([22]), .integers([22], in: 1..<2)),
    Sample(IndexAdd(axis: 1, size: 2), .manyOnes([1, 22]), .integers([22], in: 1..<2)),
  ]

  static let refusals = [
    Refusal(IndexAdd(axis: 2, size: 3), .real([2, 3]), .integers([2], in: 0..<2), because: "an axis in -2 ..< 2"),
    Refusal(IndexAdd(axis: 0, size: 3), .real([2, 3]), .real([2]), because: "indices of an integer type"),
    Refusal(IndexAdd(axis: 0, size: 3), .real([2, 3]), .integers([3], in: 0..<2), because: "shape [2]"),
    Refusal(IndexAdd(axis: 0, size: 3), .real([1]), .exactly([3], [1], dtype: .int64), because: "indices in 0 ..< 3"),
  ]
}

extension Tensor {
  /// The slices at `indices` along `axis`, in their order.
  ///
  /// Shape: indices have one axis, [n]; the result has size n along `axis`.
  /// An index outside 0 ..< the axis's size is an error.
  public func indexSelected(_ indices: Tensor, axis: Int) -> Tensor {
    if isLine(axis) { return asLine { $0.indexSelected(indices.asList, axis: 0) } }
    return apply(IndexSelect(axis: axis), [self, indices])[0]
  }

  /// A list of indices as a view that names one for each element of `shape`.
  func alongAxis(_ axis: Int, of shape: Shape) -> Tensor {
    guard isPlain else {
      var sizes = Array(repeating: 1, count: shape.rank)
      sizes[axis] = elementCount
      return reshaped(to: Shape(sizes)).expanded(to: shape)
    }
    var list = AxisValues(repeating: 0, count: shape.rank)
    list[axis] = strides[0]
    return view(shape: shape, strides: list)
  }
}

extension Shape {
  /// The matrix whose rows are the slices along the first axis.
  var asRows: Shape { [sizes[0], sizes.dropFirst().reduce(1, *)] }
}
