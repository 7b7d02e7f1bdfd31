import Testing
import WeftTensor

@Suite("Linear algebra and products against PyTorch")
struct LinearAlgebraGoldenTests {
  typealias Call = @Sendable (GoldenInputs) -> [Tensor]

  static let calls: [String: Call] = [systems, factorizations, derived, norms, products].reduce(into: [:]) {
    $0.merge($1) { a, _ in a }
  }

  static let goldens = LinearAlgebraGoldens.all.filter { calls[$0.name] != nil || $0.name.hasPrefix("einsum ") }

  @Test("As PyTorch, with gradients", arguments: goldens)
  func golden(_ golden: HeavyGolden) {
    if let call = Self.calls[golden.name] { return LinearAlgebraGoldens.expect(golden, call) }
    let equation = String(golden.name.dropFirst("einsum ".count))
    LinearAlgebraGoldens.expect(golden) { inputs in
      [einsum(equation, (0..<inputs.tensors.count).map { inputs["x\($0)"] })]
    }
  }

  @Test func everyGoldenIsTested() {
    let tested = Set(Self.goldens.map(\.name)).union(FourierGoldenTests.calls.keys)
    #expect(Set(LinearAlgebraGoldens.all.map(\.name)) == tested)
    #expect(tested.isSuperset(of: Self.calls.keys))
  }

  private static let systems: [String: Call] = [
    "solve": { [solve($0["a"], $0["b"])] },
    "solve vectors": { [solve($0["a"], $0["b"])] },
    "solve one vector": { [solve($0["a"], $0["b"])] },
    "solve from the right": { [solve($0["a"], $0["b"], left: false)] },
    "solve_triangular": { [solveTriangular($0["a"], $0["b"], upper: true)] },
    "solve_triangular right unit": {
      [solveTriangular($0["a"], $0["b"], upper: false, left: false, unitDiagonal: true)]
    },
    "inv": { [$0["a"].inverse()] },
    "det": { [$0["a"].determinant()] },
    "slogdet": { x in
      let (sign, logarithm) = x["a"].logAbsDeterminant()
      return [sign, logarithm]
    },
    "cholesky": { [$0["a"].cholesky()] },
    "cholesky upper": { [$0["a"].cholesky(upper: true)] },
    "cholesky_solve": { [$0["b"].choleskySolved(factor: $0["l"].tril())] },
    "cholesky_inverse": { [$0["l"].tril().choleskyInverse()] },
    "lu": { x in
      let (p, l, u) = x["a"].lu()
      return [p, l, u]
    },
    "lu high": { x in
      let (p, l, u) = x["a"].lu()
      return [p, l, u]
    },
    "lu wide": { x in
      let (p, l, u) = x["a"].lu()
      return [p, l, u]
    },
    "lu_solve": { x in
      let (factors, pivots) = x["a"].luFactored()
      return [x["b"].luSolved(factors: factors, pivots: pivots)]
    },
  ]

  private static let factorizations: [String: Call] = [
    "qr": { signedQR($0["a"]) },
    "qr wide": { signedQR($0["a"]) },
    "svd": { unsignedSVD($0["a"]) },
    "svd wide": { unsignedSVD($0["a"]) },
    "svdvals": { [$0["a"].singularValues()] },
    "eigh": { x in
      let (values, vectors) = (x["a"] + x["a"].transposed()).symmetricEigen()
      return [values, vectors.abs()]
    },
    "eigvalsh": { [($0["a"] + $0["a"].transposed()).symmetricEigenvalues()] },
  ]

  private static func signedQR(_ a: Tensor) -> [Tensor] {
    let (q, r) = a.qr()
    let sign = r.diagonal().sign()
    return [q * sign.unsqueezed(-2), r * sign.unsqueezed(-1)]
  }

  private static func unsignedSVD(_ a: Tensor) -> [Tensor] {
    let (u, s, vt) = a.svd()
    return [s, u.abs(), vt.abs(), u.matmul(vt)]
  }

  private static let derived: [String: Call] = [
    "pinv": { [$0["a"].pseudoInverse()] },
    "pinv of rank 2": { [$0["a"].matmul($0["b"]).pseudoInverse()] },
    "pinv with tolerances": { [$0["a"].pseudoInverse(relativeTolerance: 0.1, absoluteTolerance: 1.5)] },
    "lstsq": { [leastSquares($0["a"], $0["b"]).solution] },
    "lstsq gelsd": { x in
      let result = leastSquares(x["a"].detach(), x["b"].detach())
      return [result.solution, result.residuals, result.rank, result.singularValues]
    },
    "lstsq of rank 1": { [leastSquares($0["a"].detach(), $0["b"].detach()).solution] },
    "matrix_exp": { [$0["a"].matrixExponential()] },
    "matrix_exp large": { [$0["a"].matrixExponential()] },
    "matrix_power": { [$0["a"].matrixPower(5), $0["a"].matrixPower(-3), $0["a"].matrixPower(0).detach()] },
    "matrix_rank": { x in
      [x["a"].matrixRank(), x["a"].matrixRank(relativeTolerance: 0.3, absoluteTolerance: 1)]
    },
    "vander": { [$0["a"].vander(increasing: true), $0["a"].vander(count: 2, increasing: true)] },
    "tensorinv": { [$0["a"].tensorInverse(axisCount: 1)] },
    "tensorsolve": { [tensorSolve($0["a"], $0["b"])] },
    "householder_product": { [$0["a"].householderProduct(scales: $0["tau"])] },
  ]

  private static let norms: [String: Call] = [
    "matrix_norm": { x in
      [
        x["a"].matrixNorm(), x["a"].matrixNorm(.nuclear), x["a"].matrixNorm(.columns()),
        x["a"].matrixNorm(.columns(smallest: true)), x["a"].matrixNorm(.spectral()),
        x["a"].matrixNorm(.spectral(smallest: true)), x["a"].matrixNorm(.rows()),
        x["a"].matrixNorm(.rows(smallest: true)),
      ]
    },
    "matrix_norm axes": { x in
      [
        x["a"].matrixNorm(.columns(), axes: (2, 0), keepDims: true),
        x["a"].matrixNorm(.nuclear, axes: (0, 2), keepDims: true),
      ]
    },
    "vector_norm": { x in
      [0, 1, 2, 3.5, -1, .infinity, -.infinity].map { x["a"].norm(order: $0, axis: -1) }
    },
    "cond": { [$0["a"].conditionNumber(), $0["a"].conditionNumber(.spectral(smallest: true))] },
    "cond of other orders": { x in
      [
        .frobenius, .nuclear, .columns(), .columns(smallest: true), .rows(), .rows(smallest: true),
      ].map { x["a"].conditionNumber($0) }
    },
  ]

  private static let products: [String: Call] = [
    "tensordot": { [tensorDot($0["a"], $0["b"])] },
    "tensordot axes": { [tensorDot($0["a"], $0["b"], axes: ([2, 0], [0, 1]))] },
    "inner": { [$0["a"].inner($0["b"])] },
    "vecdot": { [$0["a"].vectorDot($0["b"], axis: 0)] },
    "kron": { [$0["a"].kronecker($0["b"])] },
    "cross": { [$0["a"].cross($0["b"])] },
    "cross axis": { [$0["a"].cross($0["b"], axis: 0)] },
    "block_diag": { [blockDiagonal([$0["a"], $0["b"], $0["s"]])] },
    "cartesian_prod": { [cartesianProduct([$0["a"], $0["b"], $0["d"]])] },
    "multi_dot": { [chainProduct([$0["a"], $0["b"], $0["d"], $0["e"]])] },
    "baddbmm": { [$0["x"].addingMatrixProduct($0["a"], $0["b"], alpha: 2, beta: 0.5)] },
    "trace": { [$0["a"].trace()] },
  ]
}
