/// The gradients of `LayerNormalization`, from g, that of its result: with x̂ = (x - μ)r and h = g·w, of x
/// r(h - mean h - x̂·mean(h·x̂)), of w Σg·x̂ and of b Σg, over the rows.
struct LayerNormalizationGradient: FusedOperation {
  static let name = "layerNormGradient"
  static let operands: Operands = ["gradient", "x", "mean", "scale", .optional("weight")]
  static let equation = "dx = r(h - mean h - x̂·mean(h·x̂)), dw = Σg·x̂, db = Σg"
  /// How many axes in front have a weight, and sums, of their own at each index.
  let lead: Int
  /// ε, for rows whose r is found anew.
  let epsilon: Double
  /// Whether the gradients of w and b are wanted beside that of x.
  let ofParameters: Bool

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let x = inputs[1]
    guard (0..<x.shape.rank).contains(lead), x.dtype.isFloatingPoint else {
      throw TensorError(
        .shape, operation: Self.name, operands: [("x", x)],
        expected: "floating-point numbers with more than \(lead) axes", got: "\(x)")
    }
    let rows = x.shape.removing(axes: [x.shape.rank - 1], keepDims: true)
    let parameter = Shape(x.shape.sizes.prefix(lead) + [x.shape[-1]])
    let wanted = [x.shape, x.shape, rows, rows] + (inputs.count > 4 ? [parameter] : [])
    for (shape, input) in zip(wanted, inputs) { try TensorError.requireShape(shape, input, operation: Self.name) }
    let sums = TensorSpec(parameter, x.dtype.statistics)
    return [TensorSpec(x.shape, inputs[0].dtype.floating)] + (ofParameters ? [sums, sums] : [])
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let rows = RowStatistics(scale: inputs[3], mean: inputs[2])
    var results = narrow(inputs, as: outputs)
    guard let far = rows.outOfRange() else { return results }
    let exact = zip(composite(wide(inputs)), outputs).map { $0.converted(to: $1.dtype) }
    // Sums have a part of every row; the other rows' own gradients stay as they are, bit for bit.
    results[0] = Tensor.where(far, exact[0], results[0])
    return [results[0]] + exact.dropFirst()
  }

  private func narrow(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    if lead == 0, let found = inputs.backend.normalizedRowsGradient(inputs, as: outputs) { return found }
    return zip(plain(inputs), outputs).map { $0.converted(to: $1.dtype) }
  }

  /// In tensor operations, where no power of r leaves its type's range.
  private func plain(_ inputs: [Tensor]) -> [Tensor] {
    let x = inputs[1]
    var operands = Array(inputs.prefix(4))
    if inputs.count > 4 {
      let between = Array(repeating: 1, count: x.rank - 1 - lead)
      operands.append(inputs[4].reshaped(to: Shape(x.shape.sizes.prefix(lead) + between + [x.shape[-1]])))
    }
    let slope = FormulaMap(
      formula: Self.slopes[operands.count - 4], parameters: [], axis: x.rank - 1, dtype: inputs[0].dtype.floating)
    let slopes = slope.run(operands)
    guard ofParameters else { return slopes }
    let sums = FormulaSum(formula: Self.sums, axes: Array(lead..<(x.rank - 1)), dtype: x.dtype.statistics)
    let parameter = Shape(x.shape.sizes.prefix(lead) + [x.shape[-1]])
    return slopes + apply(sums, Array(inputs.prefix(4))).map { $0.reshaped(to: parameter) }
  }

  /// The same in units in which every row's r is about 1: powers of r, which derivatives are made of, stay in range.
  func composite(_ inputs: [Tensor]) -> [Tensor] {
    let unit = inputs[3].binaryUnit()
    let results = plain(
      [inputs[0], inputs[1] * unit, inputs[2] * unit, inputs[3] / unit] + inputs.dropFirst(4))
    return [(results[0] * unit).converted(to: results[0].dtype)] + results.dropFirst()
  }

  /// The inputs with x, μ and r in float64.
  private func wide(_ inputs: [Tensor]) -> [Tensor] {
    if inputs[1].dtype == .float64 { return inputs }
    let x = inputs[1].converted(to: .float64)
    let variance = x.variance(axes: [x.rank - 1], correction: 0, keepDims: true)
    return [inputs[0], x, x.mean(axis: -1, keepDims: true), (variance + epsilon).rsqrt()] + inputs.dropFirst(4)
  }

  /// From g, x, μ, r (, w).
  private static let slopes = [4, 5].map { count in
    Formula(inputs: count) { x, _ in
      let h = count > 4 ? x[0] * x[4] : x[0]
      let normal = (x[1] - x[2]) * x[3]
      return [x[3] * (h - mean(h) - normal * mean(h * normal))]
    }
  }

  private static let sums = Formula(inputs: 4) { x, _ in [x[0] * ((x[1] - x[2]) * x[3]), x[0]] }

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
