extension GradientTable {
  /// Sums, extremes, and statistics along axes.
  static let reductions: [String: [String]] = [
    "sum": ["∂L/∂xᵢ = g"],
    "mean": ["∂L/∂xᵢ = g / n"],
    "product": ["∂L/∂xᵢ = g·Π xⱼ over the other j"],
    "sumOfMap": ["∂L/∂xᵢ = g·f′(xᵢ)"],
    "max": ["∂L/∂xᵢ = g·[xᵢ = y] / m, m the number of elements with xᵢ = y"],
    "min": ["∂L/∂xᵢ = g·[xᵢ = y] / m, m the number of elements with xᵢ = y"],
    "maxAlongAxis": ["∂L/∂xᵢ = g where i = p, else 0"],
    "minAlongAxis": ["∂L/∂xᵢ = g where i = p, else 0"],
    "logSumExp": ["∂L/∂xᵢ = g·exp(xᵢ - y)"],
    "norm": ["∂L/∂xᵢ = g·sign(xᵢ)·abs(xᵢ)^(p - 1) / y^(p - 1)"],
    "variance": ["∂L/∂xᵢ = 2·g·(xᵢ - μ) / (n - c)"],
    "standardDeviation": ["∂L/∂xᵢ = g·(xᵢ - μ) / ((n - c)·y)"],
    "cumulativeSum": ["∂L/∂xᵢ = gᵢ + … + gₙ"],
    "cumulativeProduct": ["∂L/∂xᵢ = Σ gⱼ·x₀·…·xⱼ without the factor xᵢ, over j ≥ i"],
    "cumulativeMax": ["∂L/∂xᵢ = Σ gⱼ over the j with yⱼ taken from xᵢ"],
    "cumulativeMin": ["∂L/∂xᵢ = Σ gⱼ over the j with yⱼ taken from xᵢ"],
  ]

  /// What is read, and put, by indices.
  static let indexing: [String: [String]] = [
    "embedding": ["∂L/∂table[r, :] = Σ g[i, :] over all i with index[i] = r"],
    "embeddingGradient": ["∂L/∂g[i, :] = u[index[i], :], u the gradient of y"],
    "bagSum": ["∂L/∂table[r, :] = Σ g[b, :] over all i of bag b with index[i] = r"],
    "gather": ["∂L/∂x[r, j] = Σ g[i, j] over all i with index[i, j] = r"],
    "ungather": ["∂L/∂v[i, j] = g[index[i, j], j]"],
    "indexSelect": ["∂L/∂x[r] = Σ gᵢ over all i with index[i] = r"],
    "indexAdd": ["∂L/∂xᵢ = g[index[i]]"],
    "scatter": [
      "∂L/∂x = g, 0 where a value was put", "∂L/∂v[i, j] = g[index[i, j], j] where it is still read, else 0",
    ],
    "scatterAdd": ["∂L/∂x = g", "∂L/∂v[i, j] = g[index[i, j], j]"],
    "scatterReduce": [
      "∂L/∂x[iₖ] = g[iₖ]·Π of the other factors, of an extreme g[iₖ] / m where x[iₖ] = y[iₖ], else 0",
      "∂L/∂vₖ = g[iₖ]·Π of the other factors, of an extreme g[iₖ] / m where vₖ = y[iₖ], else 0",
    ],
    "sort": ["∂L/∂x = g put back into the order of x"],
    "subscript": ["∂L/∂x[...] = g, 0 elsewhere"],
    "unsubscript": ["∂L/∂x = g[...]"],
    "subscriptAssignment": ["∂L/∂x = g, 0 where a value was put", "∂L/∂v = g[...]"],
    "maxPoolGather": ["∂L/∂x[index] += g"],
    "maxPoolScatter": ["∂L/∂g = u[index], u the gradient of y"],
  ]
}
