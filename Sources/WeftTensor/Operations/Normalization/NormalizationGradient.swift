/// The gradients of `Normalization`, from g, that of its result (where that is max(·, 0), where y > 0), n elements to a
/// statistic, r = 1/√(σ² + ε), h = g·w and sums over `axes`: of w, r·Σg(x - μ), and of b, Σg, over those axes along which w
/// does not vary; of x, g·(w·r) - r/n·Σh - (x - μ)·r³/n·Σh(x - μ), with what comes through μ and σ²; of what was added, g.
///
/// Where σ² left its type's range, r is that of the input in float64.
struct NormalizationGradient: FusedOperation {
  static let name = "normalizeGradient"
  static let operands: Operands = [
    "x", "mean", "variance", "gradient", .optional("weight"), .optional("result"), .optional("gradient of the mean"),
    .optional("gradient of the variance"),
  ]
  static let equation = "dw = r·Σg(x - μ), db = Σg, dx = g·w·r - r/n·Σg·w - (x - μ)·r³/n·Σg·w(x - μ)"
  /// What a statistic is taken over, ascending from 0.
  let axes: [Int]
  /// ε, added to the variance.
  let epsilon: Double
  /// Which of the optional operands there are, in order.
  let hasWeight: Bool
  let hasResult: Bool
  let hasMean: Bool
  let hasVariance: Bool
  /// Whether the gradient of x is wanted; then whether that of what was added is too.
  let ofInput: Bool
  let ofAdded: Bool

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let count = 4 + [hasWeight, hasResult, hasMean, hasVariance].count { $0 }
    guard inputs.count == count else {
      throw TensorError(.value, operation: Self.name, expected: "\(count) operands", got: "\(inputs.count)")
    }
    guard inputs[0].shape.rank > 0 else {
      throw TensorError(
        .shape, operation: Self.name, operands: [("x", inputs[0])], expected: "an input of at least one axis",
        got: "a scalar")
    }
    let (x, axes) = (inputs[0], try inputs[0].shape.reducedAxes(axes, operation: Self.name))
    if let wrong = inputs.first(where: { !$0.dtype.isFloatingPoint }) {
      throw TensorError(
        .dtype, operation: Self.name, operands: [("operand", wrong)], expected: "floating-point numbers",
        got: "\(wrong.dtype)")
    }
    let statistics = x.shape.removing(axes: axes, keepDims: true)
    var wanted = [x.shape, statistics, statistics, x.shape]
    if hasResult { wanted.insert(x.shape, at: 4) }
    wanted += Array(repeating: statistics, count: (hasMean ? 1 : 0) + (hasVariance ? 1 : 0))
    let others = inputs[..<4] + inputs[(hasWeight ? 5 : 4)...]
    for (shape, input) in zip(wanted, others) { try TensorError.requireShape(shape, input, operation: Self.name) }
    if hasWeight, inputs[4].shape.rank != x.shape.rank || Shape.broadcast(inputs[4].shape, x.shape) != x.shape {
      throw TensorError(
        .shape, operation: Self.name, operands: [("x", x), ("weight", inputs[4])],
        expected: "a weight that broadcasts to x", got: "\(inputs[4].shape)")
    }
    let parameter = x.shape.removing(axes: shared(hasWeight ? inputs[4].shape : nil), keepDims: true)
    let ofParameter = TensorSpec(parameter, inputs[1].dtype)
    let ofX = TensorSpec(x.shape, inputs[3].dtype)
    return [ofParameter, ofParameter] + (ofInput ? [ofX] : []) + (ofInput && ofAdded ? [ofX] : [])
  }

  /// The axes along which the weight does not vary.
  private func shared(_ weight: Shape?) -> [Int] { axes.filter { axis in weight.map { $0[axis] == 1 } ?? true } }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    zip(composite(inputs), outputs).map { $0.converted(to: $1.dtype) }
  }

  /// In tensor operations.
  func composite(_ inputs: [Tensor]) -> [Tensor] {
    let found = Statistics(inputs[0], mean: inputs[1], variance: inputs[2], axes: axes, epsilon: epsilon)
    let (x, mean, scale, unit) = (found.x, found.mean, found.scale, found.unit)
    let weight = hasWeight ? inputs[4] : nil
    let g = [inputs[3]] + (hasResult ? [inputs[hasWeight ? 5 : 4]] : [])
    // Where w does not vary, Σg and Σg(x - μ) serve both x and w: one pass.
    let shared = shared(weight?.shape)
    let sums = apply(FormulaSum(formula: Self.sums[g.count - 1], axes: shared, dtype: mean.dtype), [x, mean] + g)
    let (sum, moment) = (sums[0], sums[1])
    let ofParameters = [moment * scale, sum].map { $0.converted(to: inputs[1].dtype) }
    guard ofInput else { return ofParameters }
    func total(_ part: Tensor) -> Tensor {
      let weighted = weight.map { $0 * part } ?? part
      return shared == axes ? weighted : weighted.sum(axes: axes, keepDims: true)
    }
    let count = Double(x.shape.count(along: axes))
    // Of (x - μ)·r: cubes of r would leave the range long before r does.
    var factor = -(scale * total(moment)) * scale * unit / count
    var shift = -(scale * total(sum)) * unit / count
    if hasMean { shift = shift + inputs[inputs.count - (hasVariance ? 2 : 1)] / count }
    if hasVariance { factor = factor + inputs[inputs.count - 1] * (2 / count) / (scale * unit) }
    let slope = (weight.map { $0 * scale } ?? scale) * unit
    let formula = Self.slopes[g.count - 1 + (ofAdded ? 2 : 0)]
    let ofX = FormulaMap(formula: formula, parameters: [], axis: nil, dtype: g[0].dtype)
    return ofParameters + ofX.run([x, mean, scale, slope, factor, shift] + g)
  }

  /// What derivatives are made of: x, μ and r = 1/√(σ² + ε); where cubes of r would leave their type's range, of x in
  /// float64, in a unit in which no square does.
  struct Statistics {
    var x, mean, scale: Tensor
    /// What x was multiplied by, the axes kept at size 1.
    var unit = Tensor(weak: 1)

    init(_ x: Tensor, mean: Tensor, variance: Tensor, axes: [Int], epsilon: Double) {
      (self.x, self.mean) = (x, mean)
      let (least, most) = variance.dtype == .float64 ? (0x1p-680, 0x1p680) : (0x1p-80, 0x1p80)
      let low = epsilon < least ? least : 0
      let isKnown = variance.isPlain && x.isPlain
      if isKnown ? variance.isInRangeOrNaN(from: low, through: most) : variance.dtype == .float64 {
        scale = (variance + epsilon).rsqrt()
        return
      }
      let rescaled = isKnown ? Rescaled(x.detach(), over: axes, raises: epsilon == 0) : nil
      if let rescaled { unit = rescaled.scale }
      self.x = x.converted(to: .float64) * unit
      self.mean = self.x.mean(axes: axes, keepDims: true)
      var spread = self.x.variance(axes: axes, correction: 0, keepDims: true)
      if !isKnown {
        // Inside a transform nobody looks at numbers: each group takes the statistics that are told if they will do.
        let told = ((variance .>= Tensor(weak: low)) .& (variance .<= Tensor(weak: most))).detach()
        spread = Tensor.where(told, variance.converted(to: .float64), spread)
        self.mean = Tensor.where(told, mean.converted(to: .float64), self.mean)
      }
      scale = (spread + (rescaled?.amongSquares(epsilon) ?? Tensor(weak: epsilon))).rsqrt()
    }
  }

  /// From x, μ. (The second is no multiple of the first: `FormulaSum`'s derivative must not read its values.)
  private static let sums = [1, 2].map { count in
    Formula(inputs: 2 + count) { x, _ in
      let moment = x[2] * (x[0] - x[1])
      return count == 1 ? [x[2], moment] : [masked(x[2...]), select(x[3] .> 0, moment, detached(x[3]))]
    }
  }

  /// From x, μ, r and three factors; then also the gradient of what is added.
  private static let slopes = [false, true].flatMap { adds in
    [1, 2].map { count in
      Formula(inputs: 6 + count) { x, _ in
        let g = masked(x[6...])
        let slope = g * x[3] + ((x[0] - x[1]) * x[2] * x[4] + x[5])
        return adds ? [slope, g] : [slope]
      }
    }
  }

  /// g of `x`, or g and y. Where y is not above 0, it is 0 or NaN.
  static func masked(_ x: ArraySlice<Expression>) -> Expression {
    guard let g = x.first, let y = x.dropFirst().first else { return x.first ?? 0 }
    return select(y .> 0, g, detached(y))
  }

  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    let wide = NormalizationGradient(
      axes: axes.map { $0 + 1 }, epsilon: epsilon, hasWeight: hasWeight, hasResult: hasResult, hasMean: hasMean,
      hasVariance: hasVariance, ofInput: ofInput, ofAdded: ofAdded)
    return batch.applying(wide)
  }

  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let (x, mean, variance) = (inputs[0], inputs[1], inputs[2])
    let weight = hasWeight ? inputs[4] : nil
    let result = hasResult ? inputs[hasWeight ? 5 : 4] : nil
    func array(_ value: @escaping ([Int]) -> Double) -> ReferenceArray { ReferenceArray(shape: x.shape, value) }
    func sum(_ values: ReferenceArray, _ axes: [Int]) -> ReferenceArray {
      ReferenceArray.reduce(values, axes, true) { $0.reduce(0, +) }
    }
    func scale(_ index: [Int]) -> Double { 1 / (variance[index] + epsilon).squareRoot() }
    let g = array { index in (result?[index] ?? 1) > 0 ? inputs[3][index] : 0 }
    let moment = array { index in g[index] * (x[index] - mean[index]) }
    let shared = axes.filter { axis in weight.map { $0.shape[axis] == 1 } ?? true }
    let (ofBias, moments) = (sum(g, shared), sum(moment, shared))
    let ofWeight = ReferenceArray(shape: moments.shape) { index in
      let place = index.enumerated().map { axes.contains($0) ? 0 : $1 }
      return moments[index] * scale(place)
    }
    guard ofInput else { return [ofWeight, ofBias] }
    let count = Double(axes.reduce(1) { $0 * x.shape[$1] })
    let sums = sum(array { g[$0] * (weight?[$0] ?? 1) }, axes)
    let totals = sum(array { moment[$0] * (weight?[$0] ?? 1) }, axes)
    let ofX = array { index in
      let r = scale(index)
      let mean = hasMean ? inputs[inputs.count - (hasVariance ? 2 : 1)][index] : 0
      let variance = hasVariance ? inputs[inputs.count - 1][index] : 0
      let factor: Double = (2 * variance - r * r * r * totals[index]) / count
      let direct: Double = g[index] * (weight?[index] ?? 1) * r
      return direct + (x[index] - inputs[1][index]) * factor + (mean - r * sums[index]) / count
    }
    return [ofWeight, ofBias, ofX] + (ofAdded ? [g] : [])
  }

  static let samples = [
    Sample(plain([0, 2]), .real([4, 3, 2]), .real([1, 3, 1]), .real([1, 3, 1], in: 1...2), .real([4, 3, 2])),
    Sample(
      NormalizationGradient(
        axes: [0], epsilon: 0.1, hasWeight: true, hasResult: true, hasMean: true, hasVariance: true, ofInput: true,
        ofAdded: true), .real([4, 2]), .real([1, 2]), .real([1, 2], in: 1...2), .real([4, 2]), .real([1, 2]),
      .exactly([1, 2, 3, 4, 5, 6, 7, 8], [4, 2]), .real([1, 2]), .real([1, 2])),
    Sample(
      NormalizationGradient(
        axes: [2, 3], epsilon: 1e-5, hasWeight: true, hasResult: false, hasMean: false, hasVariance: true,
        ofInput: true,
        ofAdded: false), .real([2, 2, 2, 3]), .real([2, 2, 1, 1]), .real([2, 2, 1, 1], in: 1...2), .real([2, 2, 2, 3]),
      .real([1, 2, 2, 1]), .real([2, 2, 1, 1])),
    Sample(
      NormalizationGradient(
        axes: [1], epsilon: 1e-5, hasWeight: false, hasResult: false, hasMean: true, hasVariance: false, ofInput: false,
        ofAdded: false), .real([3, 4]), .real([3, 1]), .real([3, 1], in: 1...2), .real([3, 4]), .real([3, 1])),
  ]

  private static func plain(_ axes: [Int]) -> NormalizationGradient {
    NormalizationGradient(
      axes: axes, epsilon: 1e-5, hasWeight: false, hasResult: false, hasMean: false, hasVariance: false, ofInput: true,
      ofAdded: false)
  }

  static let refusals = [
    Refusal(plain([2]), .real([2, 3]), .real([2, 3]), .real([2, 3]), .real([2, 3]), because: "an axis in -2 ..< 2"),
    Refusal(plain([0]), .real([2, 3]), .real([2, 3]), .real([1, 3]), .real([2, 3]), because: "shape [1, 3]"),
    Refusal(
      plain([0]), .real([2, 3]), .real([1, 3]), .real([1, 3]), .real([2, 3]), .real([1, 3]), because: "4 operands"),
  ]
}
