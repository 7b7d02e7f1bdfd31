/// y[i] = x[i with i[axis] replaced by index[i]] (PyTorch's `gather`; with `fromEnd` its `take_along_dim`). Gradient: g
/// added to zeros at the same places.
public struct Gather: LinearMap {
  public static let name = "gather"
  public static let operands: Operands = ["x", .indices("index")]
  public static let equation = "y[i, j] = x[index[i, j], j], for axis 0"
  /// The axis that indices count along, from the end where negative.
  public let axis: Int
  /// Whether negative indices count from the end.
  public let fromEnd: Bool

  public init(axis: Int, fromEnd: Bool = false) { (self.axis, self.fromEnd) = (axis, fromEnd) }

  public static let defaults: Attributes = ["fromEnd": false]

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    try checkAlongAxis(axis, inputs[0], inputs[1], operation: Self.name, operands: operands(inputs))
    return [TensorSpec(inputs[1].shape, inputs[0].dtype)]
  }

  private func operands(_ inputs: [TensorSpec]) -> [(name: String, spec: TensorSpec)] {
    [("tensor", inputs[0]), ("indices", inputs[1])]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let axis = inputs[0].shape.axis(axis) ?? 0
    let name = fromEnd ? "takenAlong" : Self.name
    // Indices are checked where they are used; only what is wrong with them is looked for in a pass of its own.
    inputs[1].willBeRead(by: name)
    let indices = inputs[1].converted(to: .int64)
    if let found = inputs.backend.gather(inputs[0], indices, axis: axis, fromEnd: fromEnd) { return [found] }
    _ = indices.checkedIndices(
      below: inputs[0].shape[axis], operation: name, operands: operands(inputs.map(\.spec)), fromEnd: fromEnd)
    return [.invalid]
  }

  public func adjoint(of x: TensorSpec) -> any TensorOperation {
    Ungather(axis: axis, shape: x.shape, fromEnd: fromEnd)
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(Gather(axis: batch.shifted(axis), fromEnd: fromEnd))
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let axis = axis < 0 ? axis + inputs[0].shape.count : axis
    return [
      ReferenceArray(shape: inputs[1].shape) { index in
        var place = index
        place[axis] = Int(inputs[1][index])
        if place[axis] < 0 { place[axis] += inputs[0].shape[axis] }
        return inputs[0][place]
      }
    ]
  }

  public static let samples = [
    Sample(Gather(axis: 1), .real([3, 4]), .integers([3, 6], in: 0..<4)),
    Sample(Gather(axis: 0), .real([3, 4]), .integers([2, 2], in: 0..<3, dtype: .int32)),
    Sample(Gather(axis: 1, fromEnd: true), .real([3, 4]), .integers([3, 6], in: -4..<4)),
    Sample(Gather(axis: -1), .real([2, 1, 3]), .integers([2, 1, 0], in: 0..<3)),
  ]

  public static let refusals = [
    Refusal(Gather(axis: 2), .real([2, 3]), .integers([2, 3], in: 0..<2), because: "an axis in -2 ..< 2"),
    Refusal(Gather(axis: 0), .real([2, 3]), .real([2, 3]), because: "indices of an integer type"),
    Refusal(Gather(axis: 0), .real([2, 3]), .bools([2, 3]), because: "a mask?"),
    Refusal(Gather(axis: 0), .real([2, 3]), .integers([2], in: 0..<2), because: "indices with the axes of the tensor"),
    Refusal(Gather(axis: 0), .real([2, 3]), .integers([2, 4], in: 0..<2), because: "none but axis 0 longer"),
    Refusal(Gather(axis: 0), .real([2]), .exactly([2], [1], dtype: .int64), because: "indices in 0 ..< 2"),
    Refusal(Gather(axis: 0), .real([2]), .exactly([-1], [1], dtype: .int64), because: "smallest -1"),
    Refusal(
      Gather(axis: 0, fromEnd: true), .real([2]), .exactly([-3], [1], dtype: .int64), because: "indices in -2 ..< 2"),
  ]
}

/// Values added to zeros of `shape` at the places a gather reads: the adjoint of `Gather`. Gradient: g gathered.
struct Ungather: LinearMap {
  static let name = "ungather"
  static let operands: Operands = ["values", .indices("index")]
  static let equation = "y[r, j] = Σ v[i, j] over all i with index[i, j] = r, for axis 0"
  let axis: Int
  let shape: Shape
  /// Whether negative indices count from the end.
  var fromEnd = false

  static let defaults: Attributes = ["fromEnd": false]

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    try checkAlongAxis(
      axis, TensorSpec(shape, inputs[0].dtype), inputs[1], operation: Self.name, operands: operands(inputs))
    try TensorError.requireShape(inputs[1].shape, inputs[0], operation: Self.name)
    return [TensorSpec(shape, inputs[0].dtype)]
  }

  private func operands(_ inputs: [TensorSpec]) -> [(name: String, spec: TensorSpec)] {
    [("values", inputs[0]), ("indices", inputs[1])]
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let axis = shape.axis(axis) ?? 0
    guard
      let indices = inputs[1].checkedIndices(
        below: shape[axis], operation: Self.name, operands: operands(inputs.map(\.spec)), fromEnd: fromEnd)
    else { return [.invalid] }
    let result = Tensor(zeros: shape, dtype: outputs[0].dtype)
    guard !result.isInvalid else { return [result] }
    inputs.backend.scatter(inputs[0], indices, axis: axis, into: result, adding: true)
    return [result]
  }

  func adjoint(of x: TensorSpec) -> any TensorOperation { Gather(axis: axis, fromEnd: fromEnd) }

  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(Ungather(axis: batch.shifted(axis), shape: batch.whole(shape), fromEnd: fromEnd))
  }

  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let zeros = ReferenceArray(shape: shape.sizes) { _ in 0 }
    return [zeros.scattering(inputs[0], at: inputs[1], axis: axis) { $0 + $1 }]
  }

  static let samples = [
    Sample(Ungather(axis: 1, shape: [3, 4]), .real([3, 6]), .integers([3, 6], in: 0..<4)),
    Sample(Ungather(axis: 1, shape: [3, 4], fromEnd: true), .real([3, 6]), .integers([3, 6], in: -4..<4)),
    Sample(Ungather(axis: -2, shape: [3, 4]), .real([2, 2]), .integers([2, 2], in: 0..<3)),
    Sample(Ungather(axis: 0, shape: [2]), .manyOnes([22]), .integers([22], in: 1..<2)),
  ]

  static let refusals = [
    Refusal(Ungather(axis: 1, shape: [2]), .real([2]), .integers([2], in: 0..<2), because: "an axis in -1 ..< 1"),
    Refusal(Ungather(axis: 0, shape: [2]), .real([2]), .real([2]), because: "indices of an integer type"),
    Refusal(Ungather(axis: 0, shape: [2]), .real([1]), .integers([2], in: 0..<2), because: "shape [2]"),
    Refusal(
      Ungather(axis: 0, shape: [2]), .real([1]), .exactly([2], [1], dtype: .int64), because: "indices in 0 ..< 2"),
  ]
}

extension Tensor {
  /// The elements at `indices` along `axis`, one index for each element of the result.
  ///
  /// Shape: indices have this tensor's axes, none but `axis` longer than its; the result has their shape.
  /// An index outside 0 ..< the axis's size is an error.
  public func gathered(_ indices: Tensor, axis: Int) -> Tensor {
    if isLine(axis) {
      let found = unsqueezed(0).gathered(indices.asList, axis: 0)
      return indices.rank == 0 ? found.squeezed(0) : found
    }
    return apply(Gather(axis: axis), [self, indices])[0]
  }

  /// The same, where this tensor and `indices` broadcast to each other on the axes other than `axis`, as with the
  /// indices that `argsort` or an `argmax` with `keepDims` give. Negative indices count from the end.
  public func takenAlong(_ indices: Tensor, axis: Int) -> Tensor {
    guard let place = shape.axis(axis), indices.rank == rank, indices.dtype.isInteger, !isInvalid, !indices.isInvalid
    else { return gathered(indices, axis: axis) }
    var (mine, theirs) = (shape, indices.shape)
    mine[place] = 1
    theirs[place] = 1
    guard var common = Shape.broadcast(mine, theirs) else { return gathered(indices, axis: axis) }
    common[place] = shape[place]
    let source = expanded(to: common)
    common[place] = indices.shape[place]
    return apply(Gather(axis: place, fromEnd: true), [source, indices.expanded(to: common)])[0]
  }
}

extension ReferenceArray {
  /// This array with `values` brought in at `indices` along `axis`, one after the other.
  func scattering(
    _ values: ReferenceArray, at indices: ReferenceArray, axis: Int, _ combine: (Double, Double) -> Double
  ) -> ReferenceArray {
    let axis = axis < 0 ? axis + shape.count : axis
    var result = self
    for index in Self.indices(of: indices.shape) {
      var place = index
      place[axis] = Int(indices[index])
      if place[axis] < 0 { place[axis] += shape[axis] }
      result[place] = combine(result[place], values[index])
    }
    return result
  }
}
