import WeftTensor

/// What an operation computes and what its inputs' gradients are, as formulas in one line.
struct GradientRules {
  let result: String
  let gradients: [String]

  /// Formulas say their gradients themselves; the heavy kernels have theirs here.
  static func of(_ call: Tracer.Call) -> GradientRules {
    if let equations = call.gradientEquations, let names = letters(of: call) {
      let total = call.operation as? ElementwiseTotal
      let share = total?.isMean == true ? ", g / n for g" : ""
      let gradients = zip(names, equations).compactMap { name, text in text.map { "∂L/∂\(name) = \($0)\(share)" } }
      let result = total.map { "\($0.isMean ? "mean" : "sum") of \($0.element.formula)" } ?? call.equation
      return GradientRules(result: "r = \(result)", gradients: gradients)
    }
    return GradientRules(result: call.equation, gradients: known[call.name] ?? [])
  }

  /// What a formula calls its inputs; nil for an operation that is none.
  static func letters(of call: Tracer.Call) -> [String]? {
    guard call.gradientEquations != nil else { return nil }
    return call.inputs.count > 3 ? call.inputs.indices.map { "x\($0)" } : ["x", "y", "z"]
  }

  /// g is the gradient of the result.
  private static let known: [String: [String]] = [
    "linear": ["∂L/∂x = g·W", "∂L/∂W = gᵀ·x", "∂L/∂b = Σ g"],
    "matmul": ["∂L/∂a = g·bᵀ", "∂L/∂b = aᵀ·g"],
    "convolution": [
      "∂L/∂x = Σ g[n, o, p]·w[o, c, k] at p·stride + k·dilation - padding",
      "∂L/∂w = Σ x[n, c, p·stride + k·dilation - padding]·g[n, o, p]", "∂L/∂b = Σ g",
    ],
    "sum": ["∂L/∂x = g"],
    "mean": ["∂L/∂x = g / n"],
    "maxPool": ["∂L/∂x = g at the largest of each window, else 0"],
    "averagePool": ["∂L/∂x = g / n in each window"],
    "embedding": ["∂L/∂W = Σ g over the places of each row"],
    "reshape": ["∂L/∂x = g in the shape of x"],
    "permute": ["∂L/∂x = g with its axes put back"],
    "expand": ["∂L/∂x = Σ g"],
    "concatenate": ["∂L/∂x = the part of g that came of x"],
    "slice": ["∂L/∂x = g where x was read, else 0"],
    "convert": ["∂L/∂x = g"],
    "meanCrossEntropy": ["∂L/∂x = (softmax(x) - target)·g / n"],
    "crossEntropy": ["∂L/∂x = (softmax(x) - target)·g"],
    "layerNorm": ["∂L/∂x = (γ·g - mean(γ·g) - h·mean(γ·g·h)) / σ"],
  ]
}
