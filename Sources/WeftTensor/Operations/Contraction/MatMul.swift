/// The matrix product a·b over the last axis of a and the last but one of b. Gradients: g·bᵀ, aᵀ·g.
///
/// PyTorch's rule: axes before the last two are batches and broadcast; a vector counts as one row on the left, one
/// column on the right, and that axis is missing in the result. Transposed views are read in place.
public struct MatMul: BilinearOperation, FinishableOperation {
  public static let name = "matmul"
  public static let operands: Operands = ["a", "b"]
  public static let equation = "yᵢⱼ = Σₖ aᵢₖ·bₖⱼ"
  public static var autocastRule: AutocastRule { .lower }
  /// The result's type; nil for the operands' common one. Products of half precision can give float32, in which they
  /// were added up.
  public let dtype: DType?

  public init(dtype: DType? = nil) { self.dtype = dtype }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let (a, b) = (inputs[0].shape, inputs[1].shape)
    guard a.rank > 0, b.rank > 0 else {
      throw .matmul(inputs, expected: "operands of at least one axis", got: "a scalar", hint: "to scale, use `*`")
    }
    let contracted = b.rank == 1 ? 0 : b.rank - 2
    guard a[-1] == b[contracted] else { throw .contraction(inputs, axis: contracted - b.rank) }
    let batchA = Shape(a.sizes.dropLast(2))
    let batchB = Shape(b.sizes.dropLast(2))
    guard let batch = Shape.broadcast(batchA, batchB) else {
      throw .matmul(
        inputs, expected: "batch axes (all but the last two) that broadcast", got: "\(batchA) and \(batchB)",
        hint: "only an axis of size 1 stretches; `x.unsqueezed(axis)` adds one")
    }
    let sizes = batch.sizes + (a.rank > 1 ? [a[-2]] : []) + (b.rank > 1 ? [b[-1]] : [])
    return [TensorSpec(Shape(sizes), dtype ?? DType.promoted(inputs))]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    forward(inputs, as: outputs, finishedBy: nil)
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec], finishedBy pass: LastPass?) -> [Tensor] {
    if let inner = Self.exact[outputs[0].dtype] {
      let wide = forward(inputs.map { $0.converted(to: inner) }, as: [TensorSpec(outputs[0].shape, inner)])
      let found = wide.map { $0.isInvalid ? $0 : $0.converted(to: outputs[0].dtype) }
      return found.map { pass?.applied(to: $0) ?? $0 }
    }
    let isWide = outputs[0].dtype == .float32 && inputs[0].dtype.isHalf && inputs[0].dtype == inputs[1].dtype
    let operandType = isWide ? inputs[0].dtype : outputs[0].dtype
    let (a, b) = (inputs[0].converted(to: operandType), inputs[1].converted(to: operandType))
    let matrixA = a.rank > 1 ? a : a.view(shape: [1, a.shape[0]], strides: [0, a.strides[0]])
    let matrixB = b.rank > 1 ? b : b.view(shape: [b.shape[0], 1], strides: [b.strides[0], 0])
    let matrix = Self.matrixShape(outputs[0].shape, a.rank, b.rank)
    let spec = TensorSpec(matrix, outputs[0].dtype)
    let isWhole = matrix == outputs[0].shape
    let result = inputs.backend.matmul(matrixA, matrixB, bias: nil, as: spec, finishedBy: isWhole ? pass : nil)
    if isWhole || result.isInvalid { return [result] }
    let found = result.view(shape: outputs[0].shape, strides: outputs[0].shape.contiguousStrides)
    return [pass?.applied(to: found) ?? found]
  }

  /// The types without a kernel, and what their products are computed in: the same but for what wraps around.
  private static let exact: [DType: DType] = [.int16: .int64, .uint16: .int64, .uint32: .int64, .uint64: .int64]

  /// The result's shape with the axes that vectors lack put back.
  private static func matrixShape(_ shape: Shape, _ rankA: Int, _ rankB: Int) -> Shape {
    var sizes = shape.sizes
    if rankB == 1 { sizes.append(1) }
    if rankA == 1 { sizes.insert(1, at: sizes.count - 1) }
    return Shape(sizes)
  }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let gradient = gradients[0] else { return [nil, nil] }
    let (rankA, rankB) = (saved.inputSpecs[0].shape.rank, saved.inputSpecs[1].shape.rank)
    let g = gradient.reshaped(to: Self.matrixShape(gradient.shape, rankA, rankB))
    var results: [Tensor?] = [nil, nil]
    if needs[0] {
      let b = rankB > 1 ? saved.input(1) : saved.input(1).unsqueezed(1)
      let product = matmul(g, b.transposed())
      results[0] = rankA > 1 ? product : product.squeezed(-2)
    }
    if needs[1] {
      let a = rankA > 1 ? saved.input(0) : saved.input(0).unsqueezed(0)
      let product = rankB <= 2 ? Self.overAllRows(a, g) : matmul(a.transposed(), g)
      results[1] = rankB > 1 ? product : product.squeezed(-1)
    }
    return results
  }

  /// aᵀ·g added up over all batches: one product of as many rows as there are.
  static func overAllRows(_ a: Tensor, _ g: Tensor) -> Tensor {
    let batch = Shape(g.shape.sizes.dropLast(2))
    let wide = a.expanded(to: Shape(batch.sizes + a.shape.sizes.suffix(2)))
    let rows = batch.elementCount * g.shape[-2]
    return matmul(
      wide.reshaped(to: [rows, a.shape[-1]]).transposed(), g.reshaped(to: [rows, g.shape[-1]]),
      dtype: g.dtype.statistics)
  }

  public func floatingPointOperations(_ inputs: [TensorSpec], _ outputs: [TensorSpec]) -> Int? {
    2 &* outputs[0].shape.elementCount &* inputs[0].shape[-1]
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    let ranks = batch.specs.map(\.shape.rank)
    // A batch of rows is a matrix.
    if ranks[0] == 1, ranks[1] <= 2, !batch.isBatched[1] { return apply(self, batch.inputs) }
    let lead = Swift.max(ranks[0], ranks[1], 2)
    let operands = batch.inputs.indices.map { index in
      let input = batch.inputs[index]
      guard ranks[index] == 1 else { return batch.aligned(index, rank: lead) }
      let matrix = input.unsqueezed(index == 0 ? -2 : -1)
      guard batch.isBatched[index] else { return matrix }
      let ones = Array(repeating: 1, count: lead - 2)
      return matrix.reshaped(to: Shape([batch.size] + ones + matrix.shape.sizes.suffix(2)))
    }
    var y = apply(self, operands)[0]
    if ranks[1] == 1 { y = y.squeezed(-1) }
    if ranks[0] == 1 { y = y.squeezed(ranks[1] == 1 ? -1 : -2) }
    return [y]
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    var (a, b) = (inputs[0], inputs[1])
    let (rankA, rankB) = (a.shape.count, b.shape.count)
    if rankA == 1 { a.shape.insert(1, at: 0) }
    if rankB == 1 { b.shape.append(1) }
    let batch = Shape.broadcast(Shape(a.shape.dropLast(2)), Shape(b.shape.dropLast(2))) ?? []
    let depth = a.shape[a.shape.count - 1]
    let shape = batch.sizes + [a.shape[a.shape.count - 2], b.shape[b.shape.count - 1]]
    var result = ReferenceArray(shape: shape) { index in
      let (batch, row, column) = (index.dropLast(2), index[index.count - 2], index[index.count - 1])
      return (0..<depth).reduce(0) { $0 + a[batch + [row, $1]] * b[batch + [$1, column]] }
    }
    if rankB == 1 { result.shape.removeLast() }
    if rankA == 1 { result.shape.remove(at: result.shape.count - (rankB == 1 ? 1 : 2)) }
    return [result]
  }

  public static let samples = [
    Sample(MatMul(), .real([2, 3]), .real([3, 4])),
    Sample(MatMul(), .real([3]), .real([3])),
    Sample(MatMul(), .real([2, 3]), .real([3])),
    Sample(MatMul(), .real([3]), .real([3, 2])),
    Sample(MatMul(), .real([2, 2, 3]), .real([3, 4])),
    Sample(MatMul(), .real([2, 1, 2, 3]), .real([3, 3, 2])),
    Sample(MatMul(), .real([3]), .real([2, 3, 2])),
    Sample(MatMul(), .real([2, 2, 3]), .real([3])),
    Sample(MatMul(), .real([0, 3]), .real([3, 2])),
    Sample(MatMul(), .real([2, 0]), .real([0, 3])),
    Sample(MatMul(), .integers([2, 3], in: -5..<5), .integers([3, 2], in: -5..<5)),
    Sample(MatMul(dtype: .float64), .real([2, 3]), .real([3, 4])),
  ]

  public static let refusals = [
    Refusal(MatMul(), .real([]), .real([3]), because: "operands of at least one axis"),
    Refusal(MatMul(), .real([2, 3]), .real([2, 3]), because: "the size of a's last axis, 3"),
    Refusal(MatMul(), .real([2, 3]), .real([4, 3]), because: "is b transposed?"),
    Refusal(MatMul(), .real([2, 2, 3]), .real([3, 3, 2]), because: "that broadcast"),
  ]
}

/// The matrix product, by PyTorch's rule for vectors, matrices and batches.
///
/// Shape: [..., m, k] and [..., k, n] give [..., m, n]; batch axes broadcast; a vector counts as one row (left) or one
/// column (right).
/// - Parameter dtype: The result's type; left out, the operands' common one.
public func matmul(_ a: Tensor, _ b: Tensor, dtype: DType? = nil) -> Tensor { apply(MatMul(dtype: dtype), [a, b])[0] }

extension Tensor {
  /// The matrix product with `other`, by PyTorch's rule for vectors, matrices and batches.
  public func matmul(_ other: Tensor, dtype: DType? = nil) -> Tensor { WeftTensor.matmul(self, other, dtype: dtype) }
}

extension TensorError {
  fileprivate static func matmul(
    _ inputs: [TensorSpec], expected: String, got: String, hint: String
  ) -> TensorError {
    TensorError(
      .shape, operation: MatMul.name, operands: [("a", inputs[0]), ("b", inputs[1])], expected: expected, got: got,
      hint: hint)
  }

  /// The contracted axes differ; `axis` is b's.
  fileprivate static func contraction(_ inputs: [TensorSpec], axis: Int) -> TensorError {
    let (a, b) = (inputs[0].shape, inputs[1].shape)
    var hint = "a·b needs [..., m, k] and [..., k, n]"
    if b.rank > 1, b[-1] == a[-1] {
      hint = "is b transposed? `a.matmul(b.transposed())` fits"
    } else if a.rank > 1, a[-2] == b[axis] {
      hint = "is a transposed? `a.transposed().matmul(b)` fits"
    }
    return matmul(
      inputs, expected: "b's axis \(axis) to have the size of a's last axis, \(a[-1])", got: "\(b[axis])", hint: hint)
  }
}
