/// Rows of a table by number: y[i, :] = table[index[i], :]. Gradient: the rows of g added to zeros at the indices,
/// without those of the padding index, and with `scaleGradByFreq` each over how often its index occurs.
public struct EmbeddingOperation: TensorOperation {
  public static let name = "embedding"
  public static let operands: Operands = ["table", .indices("index")]
  public static let equation = "y[i, :] = table[index[i], :]"
  /// The index whose row gets no gradient.
  public let paddingIndex: Int?

  /// Whether a row's gradient is divided by how often its index occurs.
  public let scaleGradByFreq: Bool

  public init(paddingIndex: Int? = nil, scaleGradByFreq: Bool = false) {
    (self.paddingIndex, self.scaleGradByFreq) = (paddingIndex, scaleGradByFreq)
  }

  public static let defaults: Attributes = ["scaleGradByFreq": false]

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let operands = [("table", inputs[0]), ("indices", inputs[1])]
    try inputs[1].requireIndexType("indices", operation: Self.name, operands: operands)
    guard inputs[0].shape.rank == 2 else {
      throw TensorError(
        .shape, operation: Self.name, operands: operands, expected: "a table [rows, width]",
        got: "\(inputs[0].shape)")
    }
    let rows = inputs[0].shape[0]
    guard paddingIndex.map({ (0..<rows).contains($0) }) ?? true else {
      throw TensorError(
        .index, operation: Self.name, operands: operands, expected: "a padding index in 0 ..< \(rows)",
        got: "\(paddingIndex ?? 0)")
    }
    return [TensorSpec(Shape(inputs[1].shape.sizes + [inputs[0].shape[1]]), inputs[0].dtype)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let operands = [(name: "table", spec: inputs[0].spec), (name: "indices", spec: inputs[1].spec)]
    guard
      let indices = inputs[1].checkedIndices(below: inputs[0].shape[0], operation: Self.name, operands: operands)
    else { return [.invalid] }
    return [inputs.backend.takeRows(inputs[0], indices).reshaped(to: outputs[0].shape)]
  }

  public func saves(needs: [Bool]) -> Saves { .input(1) }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let adjoint = EmbeddingGradient(rows: saved.inputSpecs[0].shape[0], paddingIndex: paddingIndex)
    let indices = saved.input(1)
    return [gradients[0].map { apply(adjoint, [scaled($0, indices, adjoint.rows), indices])[0] }, nil]
  }

  /// The padding row counts as a constant, as in the gradient, and others move by as much of their tangents as the
  /// gradient has of theirs.
  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    let moving = tangents[0].map { EmbeddingGradient.clearing(paddingIndex, of: $0) }
    return [moving.map { scaled($0.embedding(inputs[1]), inputs[1], $0.shape[0]) }]
  }

  /// What belongs to the rows at `indices` of a table of `count` rows, over how often each occurs.
  private func scaled(_ rows: Tensor, _ indices: Tensor, _ count: Int) -> Tensor {
    guard scaleGradByFreq else { return rows }
    let list = indices.reshaped(to: [-1]).converted(to: .int64)
    let ones = Tensor(ones: list.shape, dtype: rows.dtype.statistics)
    let counts = Tensor(zeros: [count], dtype: ones.dtype).scatterAdded(ones, at: list, axis: 0)
    let shares = (1 / counts.indexSelected(list, axis: 0)).reshaped(to: indices.shape).unsqueezed(-1)
    return rows * shares.converted(to: rows.dtype)
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    // Indices are counted for each example.
    if scaleGradByFreq { return batch.looping(self) }
    guard batch.isBatched[0] else { return apply(self, batch.inputs) }
    guard paddingIndex == nil else { return batch.looping(self) }
    let (table, indices) = (batch.inputs[0], batch.specs[1].shape)
    let taken: Shape = [batch.size, indices.elementCount, table.shape[2]]
    let places = batch.whole(1).reshaped(to: [batch.size, indices.elementCount, 1]).expanded(to: taken)
    return [table.gathered(places, axis: 1).reshaped(to: batch.whole(indices + [table.shape[2]]))]
  }

  /// The rows alone: without a padding index, whose gradient is no derivative.
  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let shape = inputs[1].shape + [inputs[0].shape[1]]
    return [ReferenceArray(shape: shape) { inputs[0][[Int(inputs[1][Array($0.dropLast())]), $0[$0.count - 1]]] }]
  }

  public static let samples = [
    Sample(EmbeddingOperation(), .real([5, 3]), .integers([2, 4], in: 0..<5)),
    Sample(EmbeddingOperation(), .real([5, 3]), .integers([], in: 0..<5, dtype: .int32)),
    Sample(EmbeddingOperation(paddingIndex: 4), .real([5, 3]), .integers([6], in: 0..<4)),
    // No index occurs twice: else this is no derivative.
    Sample(EmbeddingOperation(scaleGradByFreq: true), .real([5, 3]), .exactly([4, 0, 2], [3], dtype: .int64)),
  ]

  public static let refusals = [
    Refusal(EmbeddingOperation(), .real([5, 3]), .real([2]), because: "indices of an integer type"),
    Refusal(EmbeddingOperation(), .real([5]), .integers([2], in: 0..<5), because: "a table [rows, width]"),
    Refusal(EmbeddingOperation(paddingIndex: 5), .real([5, 3]), .integers([2], in: 0..<5), because: "a padding index"),
    Refusal(EmbeddingOperation(), .real([5, 3]), .exactly([5], [1], dtype: .int64), because: "indices in 0 ..< 5"),
    Refusal(EmbeddingOperation(), .real([5, 3]), .exactly([-1], [1], dtype: .int64), because: "smallest -1"),
  ]
}

/// The gradient of a table from that of the rows taken. Gradient: the rows of g at the indices, zero for the padding
/// index.
struct EmbeddingGradient: TensorOperation {
  static let name = "embeddingGradient"
  static let operands: Operands = ["gradient", .indices("index")]
  static let equation = "y[r, :] = Σ g[i, :] over all i with index[i] = r"
  let rows: Int
  let paddingIndex: Int?

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    try inputs[1].requireIndexType("indices", operation: Self.name, operands: [("indices", inputs[1])])
    guard let width = inputs[0].shape.sizes.last else { throw .axis(-1, rank: 0, operation: Self.name) }
    try TensorError.requireShape(inputs[1].shape + [width], inputs[0], operation: Self.name)
    if let paddingIndex, !(0..<max(rows, 0)).contains(paddingIndex) {
      throw TensorError(
        .index, operation: Self.name, expected: "a padding index in 0 ..< \(rows)", got: "\(paddingIndex)")
    }
    return [TensorSpec([rows, width], inputs[0].dtype)]
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    guard
      let indices = inputs[1].checkedIndices(
        below: rows, operation: Self.name, operands: [("rows", inputs[0].spec), ("indices", inputs[1].spec)])
    else { return [.invalid] }
    let table = Tensor(zeros: outputs[0].shape, dtype: outputs[0].dtype)
    guard !table.isInvalid else { return [table] }
    inputs.backend.addRows(inputs[0], indices, into: table)
    if let paddingIndex, outputs[0].shape[1] > 0 {
      let row = table.view(shape: [outputs[0].shape[1]], strides: [1], offset: paddingIndex * table.strides[0])
      inputs.backend.map(Formulas.fill, [0], [], into: [row])
    }
    return [table]
  }

  func saves(needs: [Bool]) -> Saves { .input(1) }

  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard var table = gradients[0] else { return [nil, nil] }
    if let paddingIndex {
      let row = Slice(axis: 0, from: paddingIndex, to: paddingIndex + 1)
      table = table - apply(Unslice(slice: row, shape: table.shape), [apply(row, [table])[0]])[0]
    }
    return [table.embedding(saved.input(1)), nil]
  }

  func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    linearTangents(tangents, inputs, keeping: 1)
  }

  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    let (width, count) = (batch.inputs[0].shape[-1], batch.specs[1].shape.elementCount)
    let values: Shape = [batch.size, count, width]
    let places = batch.whole(1).reshaped(to: [batch.size, count, 1]).expanded(to: values)
    let adjoint = Ungather(axis: 1, shape: [batch.size, rows, width])
    let table = apply(adjoint, [batch.whole(0).reshaped(to: values), places])[0]
    return [Self.clearing(paddingIndex, of: table)]
  }

  /// A table [..., rows, width] with zeros in one row.
  static func clearing(_ row: Int?, of table: Tensor) -> Tensor {
    guard let row else { return table }
    return table.maskedFilled(where: (Tensor(arange: table.shape[-2]) .== Double(row)).unsqueezed(-1), with: 0)
  }

  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let width = inputs[0].shape[inputs[0].shape.count - 1]
    var table = ReferenceArray(shape: [rows, width]) { _ in 0 }
    for index in ReferenceArray.indices(of: inputs[0].shape) {
      let row = Int(inputs[1][Array(index.dropLast())])
      if row != paddingIndex { table[[row, index[index.count - 1]]] += inputs[0][index] }
    }
    return [table]
  }

  static let samples = [
    Sample(EmbeddingGradient(rows: 5, paddingIndex: nil), .real([2, 4, 3]), .integers([2, 4], in: 0..<5)),
    Sample(EmbeddingGradient(rows: 3, paddingIndex: 1), .real([6, 2]), .integers([6], in: 0..<3)),
    Sample(EmbeddingGradient(rows: 1, paddingIndex: nil), .manyOnes([22, 1]), .integers([22], in: 0..<1)),
  ]

  static let refusals = [
    Refusal(
      EmbeddingGradient(rows: 5, paddingIndex: nil), .real([2, 3]), .real([2]), because: "indices of an integer type"),
    Refusal(
      EmbeddingGradient(rows: 5, paddingIndex: nil), .real([2, 3]), .integers([3], in: 0..<5), because: "shape [3, 3]"),
    Refusal(EmbeddingGradient(rows: 5, paddingIndex: nil), .real([]), .integers([], in: 0..<5), because: "a scalar"),
    Refusal(
      EmbeddingGradient(rows: 5, paddingIndex: nil), .real([1, 3]), .exactly([5], [1], dtype: .int64),
      because: "0 ..< 5"),
  ]
}

extension Tensor {
  /// The rows of this table at `indices`.
  ///
  /// Shape: table [rows, width], indices [...]; the result is [..., width].
  /// An index outside 0 ..< rows is an error.
  /// - Parameters:
  ///   - paddingIndex: A row that is read as any other, but whose gradient is zero; a negative one counts from the last
  ///     row.
  ///   - scaleGradByFreq: Whether a row's gradient is divided by how often its index occurs.
  public func embedding(_ indices: Tensor, paddingIndex: Int? = nil, scaleGradByFreq: Bool = false) -> Tensor {
    apply(
      EmbeddingOperation(paddingIndex: row(counting: paddingIndex), scaleGradByFreq: scaleGradByFreq),
      [self, indices])[0]
  }

  /// The row of this table that a number names which may count from the last.
  func row(counting index: Int?) -> Int? {
    guard let index, rank == 2, (-shape[0]..<0).contains(index) else { return index }
    return index + shape[0]
  }
}
