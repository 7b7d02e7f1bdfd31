extension GradientTable {
  /// Losses, and what is drawn at random.
  static let losses: [String: [String]] = [
    "elementwiseTotal": ["∂L/∂xᵢ = g·f′(xᵢ), or g / n·f′(xᵢ)"],
    "meanCrossEntropy": ["∂L/∂xⱼ = g/n·(softmax(x)ⱼ - [j = t])"],
    "meanCrossEntropyGradient": [
      "∂L/∂g = Σ u·(softmax(x) - [j = t]) / n", "∂L/∂xⱼ = g/n·softmax(x)ⱼ·(uⱼ - Σ u·softmax(x))",
    ],
    "negativeLogLikelihood": ["∂L/∂xⱼ = -g/n·[j = t]"],
    "crossEntropy": ["∂L/∂xⱼ = g·(softmax(x)ⱼ - [j = t])"],
    "crossEntropyOfProbabilities": ["∂L/∂xⱼ = g·(softmax(x)ⱼ·Σ t - tⱼ)", "∂L/∂tⱼ = -g·log softmax(x)ⱼ"],
    "ctcLoss": ["∂L/∂x[t, k] = -g·γ[t, k], γ the share of the paths that show class k at step t"],
    "ctcLossGradient": ["∂L/∂x[s, j] = -Σ u[t, k]·∂γ[t, k]/∂x[s, j], through the sums over paths"],
    "dropout": ["∂L/∂xᵢ = gᵢ/(1 - p) where xᵢ was kept, else 0"],
  ]

  /// Normalizations: x̂ is the result before weight and bias, h the gradient times the weight.
  static let normalizations: [String: [String]] = [
    "normalize": [
      "∂L/∂x = (h - mean(h) - x̂·mean(h·x̂)) / √(σ² + ε), h = g·w, x̂ = (x - μ) / √(σ² + ε)", "∂L/∂w = Σ g·x̂",
      "∂L/∂b = Σ g", "∂L/∂added = g",
    ],
    "normalizeGradient": ["∂L/∂g = w·(u - mean(u) - x̂·mean(u·x̂)) / √(σ² + ε), and that of x̂ through its parts"],
    "layerNorm": [
      "∂L/∂x = (h - mean(h) - x̂·mean(h·x̂)) / √(σ² + ε), h = g·w, x̂ = (x - μ) / √(σ² + ε)", "∂L/∂w = Σ g·x̂",
      "∂L/∂b = Σ g",
    ],
    "layerNormGradient": ["∂L/∂h = r·(u - mean(u) - x̂·mean(u·x̂)), and that of x̂ through its parts"],
    "rmsNorm": [
      "∂L/∂x = (h - x̂·mean(h·x̂)) / √(mean(x²) + ε), h = g·w, x̂ = x / √(mean(x²) + ε)", "∂L/∂w = Σ g·x̂",
    ],
    "rmsNormGradient": ["∂L/∂h = r·(u - x̂·mean(u·x̂)), and that of x̂ through its parts"],
    "softmaxGradient": ["∂L/∂g = y·(u - Σ u·y)", "∂L/∂y = u·(g - Σ g·y) - g·Σ u·y"],
    "unitVector": ["∂L/∂x = (g - y·Σ g·y) / ‖x‖ where ‖x‖ > ε, else g / ε"],
    "softmax": ["∂L/∂xᵢ = yᵢ·(gᵢ - Σⱼ gⱼ·yⱼ)"],
    "logSoftmax": ["∂L/∂xᵢ = gᵢ - exp(yᵢ)·Σⱼ gⱼ"],
  ]
}
