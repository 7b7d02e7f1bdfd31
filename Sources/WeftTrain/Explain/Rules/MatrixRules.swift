extension GradientTable {
  /// Linear algebra (Giles 2008): ∘ multiplies element by element, sym(m) is (m + mᵀ)/2, Φ(m) the lower triangle with half of
  /// the diagonal.
  static let matrices: [String: [String]] = [
    "inverse": ["∂L/∂x = -yᵀ·g·yᵀ"],
    "pseudoInverse": ["∂L/∂x = -yᵀ·g·yᵀ + (1 - x·y)·gᵀ·y·yᵀ + yᵀ·y·gᵀ·(1 - y·x)"],
    "determinant": ["∂L/∂x = g·y·x⁻ᵀ"],
    "logAbsDeterminant": ["∂L/∂x = g·x⁻ᵀ"],
    "matrixExponential": ["∂L/∂x = Σ over all products of x in y, with g in the place of each factor"],
    "cholesky": ["∂L/∂x = sym(l⁻ᵀ·Φ(lᵀ·g)·l⁻¹)"],
    "luFactorization": ["∂L/∂x = Pᵀ·L⁻ᵀ·(tril(Lᵀ·dL, -1) + triu(dU·Uᵀ))·U⁻ᵀ"],
    "qr": ["∂L/∂x = (dq + q·M)·r⁻ᵀ, M = r·drᵀ - dqᵀ·q with its lower triangle mirrored"],
    "solve": ["∂L/∂b = a⁻ᵀ·g", "∂L/∂a = -(a⁻ᵀ·g)·xᵀ"],
    "solveTriangular": ["∂L/∂b = tri(a)⁻ᵀ·g", "∂L/∂a = -tri(a⁻ᵀ·g·xᵀ)"],
    "symmetricEigen": ["∂L/∂x = sym(v·(diag(dλ) + F∘(vᵀ·dv))·vᵀ), Fᵢⱼ = 1/(λⱼ - λᵢ)"],
    "symmetricEigenvalues": ["∂L/∂x = v·diag(g)·vᵀ"],
    "singularValues": ["∂L/∂x = u·diag(g)·vᵀ"],
    "svd": [
      "∂L/∂x = u·(diag(ds) + (F∘(uᵀ·du - duᵀ·u))·s + s·(F∘(vᵀ·dv - dvᵀ·v)))·vᵀ, Fᵢⱼ = 1/(sⱼ² - sᵢ²), and where x is "
        + "not square the parts beyond u and v"
    ],
  ]
}
