/// The gradients of `LayerNormalization`, from g, that of its result: with x̂ = (x - μ)r and h = g·w, of x
/// r(h - mean h - x̂·mean(h·x̂)), of w Σg·x̂ and of b Σg, over the rows.
struct LayerNormalizationGradient: RowNormalizationGradient {
  static let name = "layerNormGradient"
  static let operands: Operands = ["gradient", "x", "mean", "scale", .optional("weight")]
  static let equation = "dx = r(h - mean h - x̂·mean(h·x̂)), dw = Σg·x̂, db = Σg"
  /// How many axes in front have a weight, and sums, of their own at each index.
  let lead: Int
  /// ε, for rows whose r is found anew.
  let epsilon: Double
  /// Whether the gradients of w and b are wanted beside that of x.
  let ofParameters: Bool
  static let statisticsCount = 2

  func narrow(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    if lead == 0, let found = inputs.backend.normalizedRowsGradient(inputs, as: outputs) { return found }
    return zip(plain(inputs), outputs).map { $0.converted(to: $1.dtype) }
  }

  /// The inputs with x, μ and r in float64.
  func wide(_ inputs: [Tensor]) -> [Tensor] {
    if inputs[1].dtype == .float64 { return inputs }
    let x = inputs[1].converted(to: .float64)
    let variance = x.variance(axes: [x.rank - 1], correction: 0, keepDims: true)
    return [inputs[0], x, x.mean(axis: -1, keepDims: true), (variance + epsilon).rsqrt()] + inputs.dropFirst(4)
  }

  /// From g, x, μ, r (, w).
  static let slopes = [4, 5].map { count in
    Formula(inputs: count) { x, _ in
      let h = count > 4 ? x[0] * x[4] : x[0]
      let normal = (x[1] - x[2]) * x[3]
      return [x[3] * (h - mean(h) - normal * mean(h * normal))]
    }
  }

  static let sums = Formula(inputs: 4) { x, _ in [x[0] * ((x[1] - x[2]) * x[3]), x[0]] }

  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    let wide = LayerNormalizationGradient(lead: lead + 1, epsilon: epsilon, ofParameters: ofParameters)
    return apply(wide, batch.inputs.indices.map { batch.whole($0) })
  }

  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let (g, x, mean, scale) = (inputs[0], inputs[1], inputs[2], inputs[3])
    let last = x.shape.count - 1
    func normal(_ index: [Int]) -> Double { (x[index] - mean[index]) * scale[index] }
    let h = ReferenceArray(shape: x.shape) { index in
      g[index] * (inputs.count > 4 ? inputs[4][index.prefix(lead) + [index[last]]] : 1)
    }
    func average(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    let means = ReferenceArray.reduce(h, [last], true, average)
    let moments = ReferenceArray.reduce(
      ReferenceArray(shape: x.shape) { h[$0] * normal($0) }, [last], true, average)
    let slope = ReferenceArray(shape: x.shape) { index in
      scale[index] * (h[index] - means[index] - normal(index) * moments[index])
    }
    guard ofParameters else { return [slope] }
    func sum(_ value: @escaping ([Int]) -> Double) -> ReferenceArray {
      ReferenceArray.reduce(ReferenceArray(shape: x.shape, value), Array(lead..<last), false) { $0.reduce(0, +) }
    }
    return [slope, sum { g[$0] * normal($0) }, sum { g[$0] }]
  }

  static let samples = [
    Sample(
      LayerNormalizationGradient(lead: 0, epsilon: 1e-5, ofParameters: true), .real([3, 5]), .real([3, 5]),
      .real([3, 1]),
      .real([3, 1], in: 1...2),
      .real([5])),
    Sample(
      LayerNormalizationGradient(lead: 0, epsilon: 1e-5, ofParameters: true), .real([2, 2, 4]), .real([2, 2, 4]),
      .real([2, 2, 1]),
      .real([2, 2, 1], in: 1...2)),
    Sample(
      LayerNormalizationGradient(lead: 0, epsilon: 1e-5, ofParameters: false), .real([3, 4]), .real([3, 4]),
      .real([3, 1]), .real([3, 1], in: 1...2), .real([4])),
    Sample(
      LayerNormalizationGradient(lead: 1, epsilon: 1e-5, ofParameters: true), .real([2, 3, 4]), .real([2, 3, 4]),
      .real([2, 3, 1]),
      .real([2, 3, 1], in: 1...2), .real([2, 4])),
  ]

  static let refusals = [
    Refusal(
      LayerNormalizationGradient(lead: 2, epsilon: 1e-5, ofParameters: true), .real([2, 3]), .real([2, 3]),
      .real([2, 1]), .real([2, 1]),
      because: "more than 2 axes"),
    Refusal(
      LayerNormalizationGradient(lead: 0, epsilon: 1e-5, ofParameters: true), .real([2, 3]), .real([2, 3]),
      .real([2, 3]), .real([2, 1]),
      because: "shape [2, 1]"),
  ]
}
