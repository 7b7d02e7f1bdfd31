/// The gradients of `RMSNormalization`, from g, that of its result: with x̂ = x·r and h = g·w, of x r(h - x̂·mean(h·x̂)), and
/// of w Σg·x̂ over the rows.
struct RMSNormalizationGradient: RowNormalizationGradient {
  static let name = "rmsNormGradient"
  static let operands: Operands = ["gradient", "x", "scale", .optional("weight")]
  static let equation = "dx = r(h - x̂·mean(h·x̂)), dw = Σg·x̂"
  /// How many axes in front have a weight, and a sum, of their own at each index.
  let lead: Int
  /// ε, for rows whose r is found anew.
  let epsilon: Double
  /// Whether the gradient of w is wanted beside that of x.
  let ofWeight: Bool
  var ofParameters: Bool { ofWeight }
  static let statisticsCount = 1

  /// The inputs with x and r in float64.
  func wide(_ inputs: [Tensor]) -> [Tensor] {
    if inputs[1].dtype == .float64 { return inputs }
    let x = inputs[1].converted(to: .float64)
    return [inputs[0], x, (x.squared().mean(axis: -1, keepDims: true) + epsilon).rsqrt()] + inputs.dropFirst(3)
  }

  /// From g, x, r (, w).
  static let slopes = [3, 4].map { count in
    Formula(inputs: count) { x, _ in
      let h = count > 3 ? x[0] * x[3] : x[0]
      let normal = x[1] * x[2]
      return [x[2] * (h - normal * mean(h * normal))]
    }
  }

  static let sums = Formula(inputs: 3) { x, _ in [x[0] * (x[1] * x[2])] }

  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    let wide = RMSNormalizationGradient(lead: lead + 1, epsilon: epsilon, ofWeight: ofWeight)
    return apply(wide, batch.inputs.indices.map { batch.whole($0) })
  }

  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let (g, x, scale) = (inputs[0], inputs[1], inputs[2])
    let last = x.shape.count - 1
    func normal(_ index: [Int]) -> Double { x[index] * scale[index] }
    let h = ReferenceArray(shape: x.shape) { index in
      g[index] * (inputs.count > 3 ? inputs[3][index.prefix(lead) + [index[last]]] : 1)
    }
    let moments = ReferenceArray.reduce(
      ReferenceArray(shape: x.shape) { h[$0] * normal($0) }, [last], true
    ) { $0.reduce(0, +) / Double($0.count) }
    let slope = ReferenceArray(shape: x.shape) { scale[$0] * (h[$0] - normal($0) * moments[$0]) }
    guard ofWeight else { return [slope] }
    let products = ReferenceArray(shape: x.shape) { g[$0] * normal($0) }
    return [slope, ReferenceArray.reduce(products, Array(lead..<last), false) { $0.reduce(0, +) }]
  }

  static let samples = [
    Sample(
      RMSNormalizationGradient(lead: 0, epsilon: 1e-5, ofWeight: true), .real([3, 5]), .real([3, 5]),
      .real([3, 1], in: 1...2), .real([5])),
    Sample(
      RMSNormalizationGradient(lead: 0, epsilon: 1e-5, ofWeight: false), .real([2, 2, 4]), .real([2, 2, 4]),
      .real([2, 2, 1], in: 1...2)),
    Sample(
      RMSNormalizationGradient(lead: 1, epsilon: 1e-5, ofWeight: true), .real([2, 3, 4]), .real([2, 3, 4]),
      .real([2, 3, 1], in: 1...2), .real([2, 4])),
  ]

  static let refusals = [
    Refusal(
      RMSNormalizationGradient(lead: 2, epsilon: 1e-5, ofWeight: true), .real([2, 3]), .real([2, 3]), .real([2, 1]),
      because: "more than 2 axes"),
    Refusal(
      RMSNormalizationGradient(lead: 0, epsilon: 1e-5, ofWeight: true), .real([2, 3]), .real([2, 3]), .real([2, 3]),
      because: "shape [2, 1]"),
  ]
}
