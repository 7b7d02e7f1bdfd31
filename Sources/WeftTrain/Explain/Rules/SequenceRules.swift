extension GradientTable {
  /// Attention and recurrent layers: w are attention's weights, d the gradient of what goes into a cell.
  static let sequences: [String: [String]] = [
    "attention": [
      "∂L/∂v = wᵀ·g, w = softmax(q·kᵀ·scale + mask)", "∂L/∂q = s·k·scale, s = w∘(g·vᵀ - Σ g·y)",
      "∂L/∂k = sᵀ·q·scale",
    ],
    "attentionGradient": [
      "∂L/∂g = w·A + t·v, t = w∘(B·kᵀ + q·Cᵀ)·scale, where A, B, C are the gradients of dv, dq, dk",
      "∂L/∂q = s·C + r·k·scale, r = w∘(g·Aᵀ + (B·kᵀ + q·Cᵀ)∘(g·vᵀ - offsets)·scale)",
      "∂L/∂k = sᵀ·B + rᵀ·q·scale", "∂L/∂v = tᵀ·g", "∂L/∂offsets = -Σ t",
    ],
    "attentionWeights": ["∂L/∂x = scale·y·(g - Σ g·y)", "∂L/∂bias = y·(g - Σ g·y)"],
    "recurrentSequence": [
      "∂L/∂xₜ = dₜ·W_ih, dₜ = (gₜ + dₜ₊₁·W_hh)·∂cell", "∂L/∂W_ih = Σₜ dₜᵀ·xₜ", "∂L/∂W_hh = Σₜ dₜᵀ·hₜ₋₁",
      "∂L/∂b = Σₜ dₜ",
    ],
    "recurrentSequenceGradient": ["∂L/∂gₜ = uₜ·∂cell + the same of step t - 1 through W_hh, u the gradient of y"],
  ]
}
