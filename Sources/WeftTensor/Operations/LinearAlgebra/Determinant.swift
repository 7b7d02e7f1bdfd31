/// The determinant, from an LU factorization. Gradient (Jacobi's formula): g times the matrix of cofactors, det(x)·x⁻ᵀ,
/// which is also right where x is singular.
public struct Determinant: MatrixOperation {
  public static let name = "determinant"
  public static let operands: Operands = ["x"]
  public static let equation = "y = det x"

  public init() {}

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let shape = try checked(inputs, square: true)
    return [TensorSpec(Shape(shape.sizes.dropLast(2)), inputs[0].dtype)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let results = Tensor.factored(
      Self.name, inputs[0], expected: "square matrices", got: { "a failure at row \($0)" }
    ) { () throws(MatrixFailure) in
      [try inputs.backend.determinant(inputs[0])]
    }
    return [results[0]]
  }

  public func saves(needs: [Bool]) -> Saves { [.input(0), .output(0)] }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    [gradients[0].map { $0.unsqueezed(-1).unsqueezed(-1) * cofactors(saved.input(0), saved.output(0)) }]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    [tangents[0].map { ($0 * cofactors(inputs[0], outputs[0])).sum(axes: [-2, -1]) }]
  }

  private func cofactors(_ x: Tensor, _ determinant: Tensor) -> Tensor {
    if x.isBatched, (1...Self.fewRows).contains(x.shape[-1]) { return cofactorsByMinors(x) }
    let wide = determinant.unsqueezed(-1).unsqueezed(-1)
    guard let singular = Self.singular(x.detach(), determinant.detach()) else {
      return wide * x.inverse().transposed()
    }
    // Each way sees harmless matrices in the places of the other's.
    let identity = Tensor(eye: x.shape[-1], dtype: x.dtype)
    let harmless = identity * Tensor(arange: x.shape[-1]).unsqueezed(-1).converted(to: x.dtype) + identity
    let regular = Tensor.where(singular, identity, x).inverse().transposed()
    let isSmall = x.shape[-1] <= Self.mostMinors
    let others = isSmall ? cofactorsByMinors(x) : cofactorsBySVD(Tensor.where(singular, x, harmless))
    return Tensor.where(singular, others, wide * regular)
  }

  /// Up to this size a singular matrix's cofactors are the determinants of its minors, which have derivatives of any order;
  /// those of a singular value decomposition have none where singular values are equal.
  private static let mostMinors = 12
  /// Up to this size minors cost little, and are taken where values cannot be looked at.
  private static let fewRows = 4

  /// (-1)^(i + j) times the determinant of what is left without row i and column j: row by row, as all minors of a large
  /// batch are a hundred times its size.
  private func cofactorsByMinors(_ x: Tensor) -> Tensor {
    let size = x.shape[-1]
    if size == 1 { return x.onesLike() }
    let others = (0..<size).map { left in (0..<size).filter { $0 != left } }
    let columns = Tensor(others.flatMap { $0 })
    let rows = others.map { rows in
      // [..., rows, j, columns]
      let minors = x.indexSelected(Tensor(rows), axis: -2).indexSelected(columns, axis: -1)
        .unflattened(axis: -1, into: [size, size - 1])
      return minors.transposed(-3, -2).determinant()
    }
    let signs = (0..<size * size).map { ($0 / size + $0 % size).isMultiple(of: 2) ? 1.0 : -1 }
    return stacked(rows, axis: -2) * Tensor(signs, shape: [size, size], dtype: x.dtype)
  }

  /// Which matrices are singular but for rounding, [..., 1, 1]; nil where none is. A pivot must be rounding beside the
  /// largest, and the determinant beside the product of the rows' and of the columns' lengths, which a mere difference in
  /// scale does not bring about. Inside `vmap` values cannot be looked at: a singular matrix of more
  /// than `fewRows` is an error there.
  private static func singular(_ x: Tensor, _ determinant: Tensor) -> Tensor? {
    guard !x.isBatched, x.elementCount > 0, let pivots = Tensor.pivots(name, x.plainValue)?.diagonal.abs() else {
      return nil
    }
    let (x, size) = (x.plainValue, determinant.plainValue.abs())
    let rounding = 4 * Double(x.shape[-1]) * (x.dtype == .float64 ? Double.ulpOfOne : Double(Float.ulpOfOne))
    let lengths = [-1, -2].map { x.squared().sum(axis: $0).sqrt().product(axis: -1) }
    let isFlat = (size .<= lengths[0] * rounding) .& (size .<= lengths[1] * rounding)
    let found = isFlat .& (pivots.min(axis: -1) .<= pivots.max(axis: -1) * rounding)
    return found.any().item(as: Bool.self) ? found.unsqueezed(-1).unsqueezed(-1) : nil
  }

  /// det(u)·det(v)·u·diag(Π of the other singular values)·vᵀ.
  private func cofactorsBySVD(_ x: Tensor) -> Tensor {
    let (u, s, vt) = x.svd()
    let identity = Tensor(eye: s.shape[-1], dtype: .bool)
    let others = Tensor.where(identity, Tensor(1.0, dtype: x.dtype), s.unsqueezed(-2)).product(axis: -1)
    let signs = (u.determinant() * vt.determinant()).unsqueezed(-1).unsqueezed(-1)
    return signs * matmul(u * others.unsqueezed(-2), vt)
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let values = inputs[0].matrices().map { matrix in
      MatrixReference.solve(matrix, MatrixReference.identity(matrix.count))?.determinant ?? 0
    }
    return [ReferenceArray(shape: inputs[0].shape.dropLast(2), values: values)]
  }

  public static let samples = [
    Sample(Determinant(), .exactly([2, 1, -1, -3, -1, 2, -2, 1, 2], [3, 3])),
    Sample(Determinant(), .exactly([0, 1, 2, 0.5, 3, -1, 1, 2], [2, 2, 2])),
    Sample(Determinant(), .exactly([1, 2, 3, 4, 5, 6, 7, 8, 10], [3, 3])),
    Sample(Determinant(), .exactly([-0.5], [1, 1])),
    Sample(Determinant(), .real([0, 3, 3])),
    Sample(Determinant(), .real([2, 0, 0])),
  ]

  public static let refusals = [
    Refusal(Determinant(), .real([2, 3]), because: "square matrices"),
    Refusal(Determinant(), .real([2]), because: "matrices [..., rows, columns]"),
    Refusal(Determinant(), .integers([2, 2], in: 1..<5), because: "float32 or float64"),
  ]
}

extension Tensor {
  /// The determinants.
  ///
  /// Shape: [..., n, n] to [...].
  public func determinant() -> Tensor { apply(Determinant(), [self])[0] }

  /// The diagonal of U in P·x = L·U, and the determinant of P.
  static func pivots(_ operation: String, _ x: Tensor) -> (diagonal: Tensor, sign: Tensor)? {
    let results = factored(operation, x, expected: "square matrices", got: { "a failure at row \($0)" }) {
      () throws(MatrixFailure) in
      let (factors, pivots) = try x.backend.lu(x)
      return [factors, pivots]
    }
    guard !results[0].isInvalid else { return nil }
    let stays = results[1] .== Tensor(arange: x.shape[-1], dtype: .int32)
    let sign = Tensor.where(stays, Tensor(1.0, dtype: x.dtype), Tensor(-1.0, dtype: x.dtype)).product(axis: -1)
    return (results[0].diagonal(), sign)
  }
}
