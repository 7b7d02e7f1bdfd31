/// An operation on the matrices in the last two axes of its inputs, float32 or float64; axes in front are a batch and
/// broadcast. Half precision and integers are refused, as in PyTorch: these algorithms need the digits.
public protocol MatrixOperation: TensorOperation {}

extension MatrixOperation {
  public static var autocastRule: AutocastRule { .float32 }
  /// Leading axes are batches for every operation on matrices: one more does not matter.
  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { batch.broadcasting(self) }

  /// The checks of an operation on one input; gives the input's shape.
  func checked(_ inputs: [TensorSpec], square: Bool) throws(TensorError) -> Shape {
    try inputs[0].requireRealMatrices(square: square, operation: Self.name)
    return inputs[0].shape
  }

  /// The checks of an operation on square matrices a and right-hand sides b, which broadcast; gives the result.
  func solution(_ inputs: [TensorSpec]) throws(TensorError) -> TensorSpec {
    try inputs[0].requireRealMatrices(square: true, operation: Self.name)
    try inputs[1].requireRealMatrices(square: false, operation: Self.name)
    let (a, b) = (inputs[0].shape, inputs[1].shape)
    let batch = Shape.broadcast(Shape(a.sizes.dropLast(2)), Shape(b.sizes.dropLast(2)))
    guard let batch, a[-1] == b[-2] else {
      throw TensorError(
        .shape, operation: Self.name, operands: [("a", inputs[0]), ("b", inputs[1])],
        expected: "[..., n, n] and [..., n, k] with leading axes that broadcast", got: "\(a) and \(b)",
        hint: "one right-hand side for each matrix? `b.unsqueezed(-1)`")
    }
    return TensorSpec(Shape(batch.sizes + [a[-1], b[-1]]), DType.promoted(inputs))
  }
}

extension TensorSpec {
  /// Fails unless the last two axes are those of matrices.
  func requireMatrices(operation: String) throws(TensorError) {
    guard shape.rank >= 2 else {
      throw TensorError(
        .shape, operation: operation, operands: [("tensor", self)], expected: "matrices [..., rows, columns]",
        got: "\(shape)")
    }
  }

  /// Fails unless this holds matrices of float32 or float64, square ones if `square`.
  func requireRealMatrices(square: Bool, operation: String) throws(TensorError) {
    guard dtype == .float32 || dtype == .float64 else {
      throw TensorError(
        .dtype, operation: operation, operands: [("tensor", self)], expected: "float32 or float64", got: "\(dtype)",
        hint: "`.converted(to: .float32)`")
    }
    try requireMatrices(operation: operation)
    guard !square || shape[-2] == shape[-1] else {
      throw TensorError(
        .shape, operation: operation, operands: [("tensor", self)], expected: "square matrices [..., n, n]",
        got: "\(shape)")
    }
  }
}

extension Tensor {
  /// Half the sum of the matrices and their transposes.
  var symmetricPart: Tensor { (self + transposed()) * 0.5 }

  /// The matrices with broadcast leading axes.
  func matrices(in batch: Shape) -> Tensor {
    expanded(to: Shape(batch.sizes.dropLast(2) + shape.sizes.suffix(2)))
  }

  /// Identity matrices of the size of these square ones' last axis.
  var identityLike: Tensor { Tensor(eye: shape[-1], dtype: dtype) }

  /// The result of a factorization, or an error that says which matrix it could not take.
  ///
  /// - Parameter broadcast: The shape whose leading axes the input was broadcast to, if it was.
  static func factored(
    _ operation: String, _ input: Tensor, broadcast: Shape? = nil, expected: String, hint: String = "",
    got: (Int) -> String,
    _ body: () throws(MatrixFailure) -> [Tensor]
  ) -> [Tensor] {
    do {
      return try body()
    } catch {
      let lead = input.shape.sizes.dropLast(2)
      let everywhere = Shape((broadcast ?? input.shape).sizes.dropLast(2)).index(of: error.element)
      // Among the input's own matrices.
      let place = zip(lead, everywhere.suffix(lead.count)).map { $0 == 1 ? 0 : $1 }
      let which = place.isEmpty ? "" : "matrix \(place): "
      switch error.reason {
      case .numbers(let step):
        report(
          TensorError(
            .value, operation: operation, operands: [("tensor", input.spec)], expected: expected,
            got: which + got(step), hint: hint))
      case .noMemory:
        report(
          TensorError(
            .outOfMemory, operation: operation, operands: [("tensor", input.spec)],
            expected: "memory for LAPACK and sizes it can count", got: which + "not enough, or too large"))
      }
      return Array(repeating: .invalid, count: 4)
    }
  }

  /// Whether all numbers are finite; reports the first matrix in which one is not.
  func requireFinite(operation: String) -> Bool {
    guard !isAllFinite else { return true }
    let matrices = isFinite().reshaped(to: [-1, shape[-2] * shape[-1]]).all(axis: -1).scalars(as: Bool.self)
    let place = Shape(shape.sizes.dropLast(2)).index(of: matrices.firstIndex(of: false) ?? 0)
    report(
      TensorError(
        .value, operation: operation, operands: [("tensor", spec)], expected: "finite numbers",
        got: (place.isEmpty ? "" : "matrix \(place): ") + "NaN or an infinity",
        hint: "`detectAnomalies { }` finds where it arose"))
    return false
  }
}
