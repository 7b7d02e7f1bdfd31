/// A view of the elements x[..., i, ..., i + offset, ...] with the two axes gone and i last. Gradient: g on that
/// diagonal of zeros.
public struct Diagonal: LinearMap {
  public static let name = "diagonal"
  public static let operands: Operands = ["x"]
  public static let equation = "y[..., i] = x[..., i, ..., i + offset, ...]"
  /// How far to the right of the main diagonal; negative to the left.
  public let offset: Int
  /// The axis that rows are counted along, from the end where negative.
  public let rowAxis: Int
  /// The axis that columns are counted along, from the end where negative.
  public let columnAxis: Int

  public init(offset: Int = 0, rowAxis: Int = -2, columnAxis: Int = -1) {
    self.offset = offset
    self.rowAxis = rowAxis
    self.columnAxis = columnAxis
  }

  public static let defaults: Attributes = ["offset": 0, "rowAxis": -2, "columnAxis": -1]

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let shape = inputs[0].shape
    guard let row = shape.axis(rowAxis) else { throw .axis(rowAxis, rank: shape.rank, operation: Self.name) }
    guard let column = shape.axis(columnAxis), column != row else {
      throw TensorError(
        .axis, operation: Self.name, operands: [("tensor", inputs[0])], expected: "two different axes",
        got: "\(rowAxis) and \(columnAxis)")
    }
    let rest = shape.removing(axes: [row, column], keepDims: false)
    return [TensorSpec(rest + [length(shape[row], shape[column])], inputs[0].dtype)]
  }

  /// The number of elements on the diagonal of a matrix.
  private func length(_ rows: Int, _ columns: Int) -> Int {
    // Bounded first, so that no offset overflows.
    let offset = Swift.min(Swift.max(self.offset, -rows), columns)
    return Swift.max(Swift.min(rows + Swift.min(offset, 0), columns - Swift.max(offset, 0)), 0)
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] { [view(of: inputs[0], outputs[0])] }

  /// The diagonal in a tensor's own memory.
  func view(of input: Tensor, _ output: TensorSpec) -> Tensor {
    let (row, column) = (input.shape.axis(rowAxis) ?? 0, input.shape.axis(columnAxis) ?? 1)
    var strides = AxisValues(input.strides.indices.filter { $0 != row && $0 != column }.map { input.strides[$0] })
    strides.append(input.strides[row] + input.strides[column])
    guard output.shape.elementCount > 0 else { return input.view(shape: output.shape, strides: strides) }
    let start = offset > 0 ? offset * input.strides[column] : -offset * input.strides[row]
    return input.view(shape: output.shape, strides: strides, offset: input.offset + start)
  }

  public func adjoint(of x: TensorSpec) -> any TensorOperation { Undiagonal(diagonal: self, shape: x.shape) }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { batch.applying(shifted(batch)) }

  /// The same diagonal with the batch in front.
  func shifted(_ batch: Batch) -> Diagonal {
    Diagonal(offset: offset, rowAxis: batch.shifted(rowAxis), columnAxis: batch.shifted(columnAxis))
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    guard let shape = try? outputs(for: [TensorSpec(Shape(inputs[0].shape), .float64)])[0].shape else { return nil }
    return [ReferenceArray(shape: shape.sizes) { inputs[0][place(of: $0)] }]
  }

  /// Where element `index` of the diagonal stands in the tensor.
  func place(of index: [Int]) -> [Int] {
    let rank = index.count + 1
    let (row, column) = (rowAxis < 0 ? rowAxis + rank : rowAxis, columnAxis < 0 ? columnAxis + rank : columnAxis)
    let along = index[index.count - 1]
    var rest = index.dropLast()
    return (0..<rank).map { axis in
      if axis == row { return along + Swift.max(-offset, 0) }
      if axis == column { return along + Swift.max(offset, 0) }
      return rest.removeFirst()
    }
  }

  public static let samples = [
    Sample(Diagonal(), .real([3, 3])),
    Sample(Diagonal(offset: 1), .real([2, 3, 4])),
    Sample(Diagonal(offset: -1, rowAxis: 0, columnAxis: 2), .real([3, 2, 3])),
    Sample(Diagonal(offset: 5), .real([3, 3])),
  ]

  public static let refusals = [
    Refusal(Diagonal(), .real([3]), because: "an axis in -1 ..< 1"),
    Refusal(Diagonal(rowAxis: 0, columnAxis: 3), .real([2, 3]), because: "two different axes"),
    Refusal(Diagonal(rowAxis: 1, columnAxis: -1), .real([2, 3]), because: "two different axes"),
  ]
}

/// A tensor put on a diagonal of zeros of `shape`: the adjoint of `Diagonal`. Gradient: the diagonal of g.
struct Undiagonal: LinearMap {
  static let name = "undiagonal"
  static let operands: Operands = ["x"]
  static let equation = "y = 0 but for y[..., i, ..., i + offset, ...] = x[..., i]"
  let diagonal: Diagonal
  let shape: Shape

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let result = TensorSpec(shape, inputs[0].dtype)
    try TensorError.requireShape(try diagonal.outputs(for: [result])[0].shape, inputs[0], operation: Self.name)
    return [result]
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let result = Tensor(zeros: shape, dtype: outputs[0].dtype)
    guard !result.isInvalid, inputs[0].elementCount > 0 else { return [result] }
    inputs.backend.map(Formulas.identity, [], inputs, into: [diagonal.view(of: result, inputs[0].spec)])
    return [result]
  }

  func adjoint(of x: TensorSpec) -> any TensorOperation { diagonal }

  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(Undiagonal(diagonal: diagonal.shifted(batch), shape: batch.whole(shape)))
  }

  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    var result = ReferenceArray(shape: shape.sizes) { _ in 0 }
    for index in ReferenceArray.indices(of: inputs[0].shape) { result[diagonal.place(of: index)] = inputs[0][index] }
    return [result]
  }

  static let samples = [
    Sample(Undiagonal(diagonal: Diagonal(offset: 1), shape: [2, 3, 4]), .real([2, 3])),
    Sample(Undiagonal(diagonal: Diagonal(offset: -2), shape: [3, 2]), .real([1])),
  ]

  static let refusals = [
    Refusal(Undiagonal(diagonal: Diagonal(), shape: [3, 3]), .real([2]), because: "shape [3]"),
    Refusal(Undiagonal(diagonal: Diagonal(), shape: [3]), .real([3]), because: "an axis in -1 ..< 1"),
  ]
}

extension Tensor {
  /// A view of a diagonal of the matrices that the two axes span; it is the last axis of the result.
  ///
  /// Shape: [..., m, n] to [..., min(m, n)] for offset 0.
  public func diagonal(offset: Int = 0, rowAxis: Int = -2, columnAxis: Int = -1) -> Tensor {
    apply(Diagonal(offset: offset, rowAxis: rowAxis, columnAxis: columnAxis), [self])[0]
  }

  /// Square matrices of zeros with this tensor's last axis on a diagonal (PyTorch's `diag_embed`).
  ///
  /// Shape: [..., n] to [..., n, n] for offset 0.
  public func diagonalMatrix(offset: Int = 0) -> Tensor {
    guard rank > 0 else { return .failed(.axis(-1, rank: 0, operation: Diagonal.name)) }
    // A size beyond any memory is refused with the result's shape.
    let size = shape[-1] + Int(Swift.min(offset.magnitude, 1 << 46))
    let target = Shape(shape.sizes.dropLast()) + [size, size]
    return apply(Undiagonal(diagonal: Diagonal(offset: offset), shape: target), [self])[0]
  }
}
