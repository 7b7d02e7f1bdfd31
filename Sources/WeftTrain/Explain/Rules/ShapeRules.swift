extension GradientTable {
  /// Elements that go to other places: their gradients come back from there.
  static let shapes: [String: [String]] = [
    "reshape": ["∂L/∂x = g in the shape of x"],
    "permute": ["∂L/∂x = g with its axes put back"],
    "expand": ["∂L/∂x[j] = Σ g[i, j] over the repeated i"],
    "contiguous": ["∂L/∂x = g"],
    "convert": ["∂L/∂x = g, as the type of x"],
    "concatenate": ["∂L/∂a = the part of g that came of a", "∂L/∂b = the part of g that came of b"],
    "stack": ["∂L/∂xₖ = g[k]"],
    "split": ["∂L/∂x = g₀, g₁, … side by side along the axis"],
    "unbind": ["∂L/∂x = g₀, g₁, … along the axis again"],
    "slice": ["∂L/∂x[start + i·step] = gᵢ, 0 elsewhere"],
    "unslice": ["∂L/∂xᵢ = g[start + i·step]"],
    "pad": ["∂L/∂x[i] = g[i + before]"],
    "continuedPad": ["∂L/∂x[i] = Σ g over all places that x[i] came to"],
    "continuedPadAdjoint": ["∂L/∂x[i] = g[source of i]"],
    "roll": ["∂L/∂xᵢ = g[(i + shift) mod n]"],
    "diagonal": ["∂L/∂x[..., i, ..., i + offset, ...] = g[..., i], 0 elsewhere"],
    "undiagonal": ["∂L/∂x[..., i] = g[..., i, ..., i + offset, ...]"],
    "tril": ["∂L/∂xᵢⱼ = gᵢⱼ where j - i ≤ diagonal, else 0"],
    "triu": ["∂L/∂xᵢⱼ = gᵢⱼ where j - i ≥ diagonal, else 0"],
    "slidingWindows": ["∂L/∂x[i·step + j·dilation] += gᵢⱼ"],
    "overlapAdd": ["∂L/∂xᵢⱼ = g[i·step + j·dilation]"],
  ]

  /// Windows, pixels and frequencies.
  static let spatial: [String: [String]] = [
    "maxPool": ["∂L/∂x = Σ g over the windows of which it is the largest"],
    "averagePool": ["∂L/∂x = Σ g / size over the windows that it is in"],
    "averagePoolGradient": ["∂L/∂g = Σ u / size within the window, u the gradient of y"],
    "resampleAxis": ["∂L/∂x[pᵢₖ] += wᵢₖ·gᵢ"],
    "resampleAxisAdjoint": ["∂L/∂yᵢ = Σₖ wᵢₖ·g[pᵢₖ]"],
    "gridSample": ["∂L/∂x[pₖ] += wₖ·g", "∂L/∂position = Σ g·∂y/∂position"],
    "gridSampleGradient": ["∂L/∂g = Σ u[pₖ]·wₖ + v·∂y/∂position, u and v the gradients of its results"],
    "fourierTransform": ["∂L/∂xⱼ = c·Σ gₖ·exp(±2πi·jk/n)"],
    "realFourierTransform": ["∂L/∂xⱼ = c·Re(Σ gₖ·exp(2πi·jk/n)), over k ≤ n/2"],
    "mirroredFourierTransform": ["∂L/∂xₖ = c·Σ gⱼ·exp(∓2πi·jk/n), of the mirrored k as well"],
  ]
}
