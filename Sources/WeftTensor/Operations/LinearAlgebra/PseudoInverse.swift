/// The Moore-Penrose inverse y, from the singular values above a tolerance.
///
/// Derivative (Golub & Pereyra 1973), right while the rank stays: dy = -y·dx·y + y·yᵀ·dxᵀ·(1 - x·y) +
/// (1 - y·x)·dxᵀ·yᵀ·y. Gradient: its transpose.
public struct PseudoInverse: MatrixOperation {
  public static let name = "pseudoInverse"
  public static let operands: Operands = ["x"]
  public static let equation = "y = v·diag(1/s where s > tolerance, else 0)·uᵀ"
  public static let defaults: Attributes = ["absoluteTolerance": 0.0]
  /// As a share of the largest singular value; nil for the larger size times the type's precision.
  public let relativeTolerance: Double?
  /// Singular values up to it count as 0, whatever the largest is.
  public let absoluteTolerance: Double

  public init(relativeTolerance: Double? = nil, absoluteTolerance: Double = 0) {
    self.relativeTolerance = relativeTolerance
    self.absoluteTolerance = absoluteTolerance
  }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let shape = try checked(inputs, square: false)
    return [TensorSpec(Shape(shape.sizes.dropLast(2) + [shape[-1], shape[-2]]), inputs[0].dtype)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    guard outputs[0].shape.elementCount > 0 else { return [Tensor(zeros: outputs[0].shape, dtype: outputs[0].dtype)] }
    let (u, s, vt) = inputs[0].svd()
    guard !s.isInvalid else { return [.invalid] }
    let counts = s .> inputs[0].rankTolerance(s, relativeTolerance, absoluteTolerance)
    let inverse = Tensor.where(counts, s.reciprocal(), Tensor(0.0, dtype: s.dtype))
    return [matmul(vt.transposed() * inverse.unsqueezed(-2), u.transposed())]
  }

  public func saves(needs: [Bool]) -> Saves { [.input(0), .output(0)] }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let g = gradients[0] else { return [nil] }
    let (x, y) = (saved.input(0), saved.output(0))
    let (turned, gt) = (y.transposed(), g.transposed())
    let through = matmul(matmul(turned, g), turned)
    let left = matmul(gt, matmul(y, turned))
    let right = matmul(matmul(turned, y), gt)
    return [left - matmul(x, matmul(y, left)) + right - matmul(matmul(right, y), x) - through]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    guard let dx = tangents[0] else { return [nil] }
    let (x, y) = (inputs[0], outputs[0])
    let (turned, dxt) = (y.transposed(), dx.transposed())
    let left = matmul(matmul(y, turned), dxt)
    let right = matmul(dxt, matmul(turned, y))
    return [left - matmul(matmul(left, x), y) + right - matmul(y, matmul(x, right)) - matmul(matmul(y, dx), y)]
  }

  /// (xᵀ·x)⁻¹·xᵀ or xᵀ·(x·xᵀ)⁻¹, for matrices of full rank.
  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let shape = inputs[0].shape
    let (rows, columns) = (shape[shape.count - 2], shape[shape.count - 1])
    return inputs[0].mappingMatrices(to: shape.dropLast(2) + [columns, rows]) { matrix in
      let turned = MatrixReference.transpose(matrix, columns: columns)
      if rows >= columns { return MatrixReference.solve(MatrixReference.product(turned, matrix), turned)?.solution }
      let solved = MatrixReference.solve(MatrixReference.product(matrix, turned), matrix)?.solution
      return solved.map { MatrixReference.transpose($0, columns: columns) }
    }.map { [$0] }
  }

  public static let samples = [
    Sample(PseudoInverse(), .exactly([2, 1, -1, -3, -1, 2, -2, 1, 2], [3, 3])),
    Sample(PseudoInverse(), .exactly([1, 2, -1, 0.5, 3, 1], [3, 2])),
    Sample(PseudoInverse(), .exactly([1, 2, -1, 0.5, 3, 1], [2, 3])),
    Sample(PseudoInverse(), .exactly([0, 1, 2, 0.5, 3, -1, 1, 2], [2, 2, 2])),
    Sample(PseudoInverse(), .exactly([-0.5], [1, 1])),
    Sample(PseudoInverse(), .real([0, 3, 2])),
    Sample(PseudoInverse(), .real([3, 0])),
  ]

  public static let refusals = [
    Refusal(PseudoInverse(), .real([2]), because: "matrices [..., rows, columns]"),
    Refusal(PseudoInverse(), .integers([2, 2], in: 1..<5), because: "float32 or float64"),
    Refusal(PseudoInverse(), .exactly([1, .infinity], [2, 1]), because: "NaN or an infinity"),
  ]
}

extension Tensor {
  /// The Moore-Penrose inverses, of matrices of any shape and rank. Singular values count as 0 up to the larger of
  /// `absoluteTolerance` and `relativeTolerance` times the largest one; by default, as in PyTorch, the relative one is
  /// the larger size times the type's precision, or 0 where an absolute one is given.
  ///
  /// Shape: [..., m, n] to [..., n, m].
  public func pseudoInverse(relativeTolerance: Double? = nil, absoluteTolerance: Double = 0) -> Tensor {
    apply(
      PseudoInverse(relativeTolerance: relativeTolerance, absoluteTolerance: absoluteTolerance), [self])[0]
  }

  /// Up to which size the singular values (or absolute eigenvalues) `s` of these matrices count as 0.
  func rankTolerance(_ s: Tensor, _ relative: Double?, _ absolute: Double) -> Tensor {
    let precision = dtype == .float64 ? Double.ulpOfOne : Double(Float.ulpOfOne)
    let usual = absolute > 0 ? 0 : Double(Swift.max(shape[-2], shape[-1])) * precision
    let share = s.max(axes: [-1], keepDims: true) * (relative ?? usual)
    return WeftTensor.maximum(share, Tensor(absolute, dtype: dtype))
  }
}
