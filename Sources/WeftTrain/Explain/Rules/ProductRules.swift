extension GradientTable {
  /// Sums of products: linear maps, convolutions, and their gradients, which have gradients too (u is that of dx, V of
  /// dW, c of db).
  static let products: [String: [String]] = [
    "linear": ["∂L/∂x = g·W", "∂L/∂W = gᵀ·x", "∂L/∂b = Σ g"],
    "linearGradient": ["∂L/∂g = u·Wᵀ + x·Vᵀ + c", "∂L/∂x = g·V", "∂L/∂W = gᵀ·u"],
    "matmul": ["∂L/∂a = g·bᵀ", "∂L/∂b = aᵀ·g"],
    "maskedProduct": ["∂L/∂a = g·bᵀ where the mask shows, else 0", "∂L/∂b = aᵀ·g over what the mask shows"],
    "productWhere": ["∂L/∂a = g·bᵀ over what the mask shows", "∂L/∂b = aᵀ·g over what the mask shows"],
    "cdist": [
      "∂L/∂aᵢₖ = Σⱼ gᵢⱼ·sign(aᵢₖ - bⱼₖ)·abs(aᵢₖ - bⱼₖ)^(p - 1) / yᵢⱼ^(p - 1)",
      "∂L/∂bⱼₖ = -Σᵢ gᵢⱼ·sign(aᵢₖ - bⱼₖ)·abs(aᵢₖ - bⱼₖ)^(p - 1) / yᵢⱼ^(p - 1)",
    ],
    "distanceGradient": [
      "∂L/∂gᵢⱼ = Σₖ uᵢₖ·∂yᵢⱼ/∂aᵢₖ, where u is the gradient of da",
      "∂L/∂aᵢₖ = Σⱼ uᵢₖ·gᵢⱼ·(p - 1)·abs(aᵢₖ - bⱼₖ)^(p - 2) / yᵢⱼ^(p - 1)",
      "∂L/∂bⱼₖ = -Σᵢ uᵢₖ·gᵢⱼ·(p - 1)·abs(aᵢₖ - bⱼₖ)^(p - 2) / yᵢⱼ^(p - 1)",
      "∂L/∂yᵢⱼ = -Σₖ uᵢₖ·gᵢⱼ·(p - 1)·∂yᵢⱼ/∂aᵢₖ / yᵢⱼ",
    ],
    "convolution": [
      "∂L/∂x[n, c, p·stride + k·dilation - padding] += g[n, o, p]·w[o, c, k]",
      "∂L/∂w[o, c, k] = Σ x[n, c, p·stride + k·dilation - padding]·g[n, o, p]", "∂L/∂b = Σ g",
    ],
    "convolutionTransposed": [
      "∂L/∂x[n, c, p] = Σ g[n, o, p·stride + k·dilation - padding]·w[c, o, k]",
      "∂L/∂w[c, o, k] = Σ g[n, o, p·stride + k·dilation - padding]·x[n, c, p]", "∂L/∂b = Σ g",
    ],
    "convolutionInputGradient": [
      "∂L/∂g[n, o, p] = Σ u[n, c, p·stride + k·dilation - padding]·w[o, c, k]",
      "∂L/∂w[o, c, k] = Σ u[n, c, p·stride + k·dilation - padding]·g[n, o, p], where u is the gradient of y",
    ],
    "convolutionWeightGradient": [
      "∂L/∂g[n, o, p] = Σ x[n, c, p·stride + k·dilation - padding]·v[o, c, k]",
      "∂L/∂x[n, c, p·stride + k·dilation - padding] += g[n, o, p]·v[o, c, k], where v is the gradient of y",
    ],
    "quantizedLinear": [
      "∂L/∂x = g·W", "∂L/∂scale = Σ gᵀ·x·code over its group", "∂L/∂minimum = Σ gᵀ·x over its group",
    ],
    "dequantize": ["∂L/∂scale = Σ g·code over its group", "∂L/∂minimum = Σ g over its group"],
  ]
}
