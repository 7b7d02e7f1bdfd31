/// Layer normalization of rows: y = (x - μ)·r·w + b, with the row's mean μ and r = 1/√(σ² + ε), σ² its biased variance.
///
/// Gradients, with x̂ = (x - μ)r and h = g·w: of x, r(h - mean h - x̂·mean(h·x̂)); of w, Σg·x̂ and of b, Σg over rows.
/// Results: y, μ and r (which the gradient reads). Ba, Kiros, Hinton 2016.
public struct LayerNormalization: TensorOperation {
  public static let name = "layerNorm"
  public static let operands: Operands = ["x", .optional("weight"), .optional("bias")]
  public static let equation = "y = (x - μ)/√(σ² + ε)·w + b"
  /// ε, added to the variance.
  public let epsilon: Double

  public init(epsilon: Double = 1e-5) { self.epsilon = epsilon }

  public static let defaults: Attributes = ["epsilon": 1e-5]

  /// Inputs: x [..., n], then w [n], then b [n], both of them optional.
  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let rows = try rowShape(inputs, operation: Self.name)
    let dtype = inputs[0].dtype.floating
    return [TensorSpec(inputs[0].shape, dtype), TensorSpec(rows, dtype.statistics), TensorSpec(rows, dtype.statistics)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let formula = Self.formulas[inputs.count - 1]
    let results =
      inputs.backend.normalizedRows(inputs, epsilon: epsilon, as: outputs)
      ?? inputs.backend.rowMap(formula, [epsilon], axis: inputs[0].rank - 1, inputs, as: outputs)
    if let look = SecondLook(atScale: results[2]) { mend(results, look, inputs) }
    return results
  }

  /// Writes the same, found in float64, for rows whose squares left the range of their type.
  private func mend(_ results: [Tensor], _ look: SecondLook, _ inputs: [Tensor]) {
    let (rows, found) = look.normalized(Self.rescaledFormulas[inputs.count - 1], epsilon, inputs, resultCount: 3)
    look.put(found[0].converted(to: results[0].dtype), into: results[0], over: [results[0].rank - 1])
    look.put(rows.restored(found[1], as: results[1].dtype), into: results[1])
    look.put(rows.restored(found[2], power: -1, as: results[2].dtype), into: results[2])
  }

  private static let formulas = (0...2).map { formula(parts: $0, epsilonByRow: false) }
  private static let rescaledFormulas = (0...2).map { formula(parts: $0, epsilonByRow: true) }

  /// - Parameter epsilonByRow: Whether ε is the last input, one number for each row, instead of the parameter.
  private static func formula(parts: Int, epsilonByRow: Bool) -> Formula {
    Formula(inputs: 1 + parts + (epsilonByRow ? 1 : 0), parameters: epsilonByRow ? 0 : 1) { x, p in
      let epsilon = epsilonByRow ? max(x[1 + parts]) : p[0]
      let mean = WeftTensor.mean(x[0])
      let centered = x[0] - mean
      let scale = rsqrt(WeftTensor.mean(centered * centered) + epsilon)
      var y = centered * scale
      if parts > 0 { y = y * x[1] }
      if parts > 1 { y = y + x[2] }
      return [y, mean, scale]
    }
  }

  public func saves(needs: [Bool]) -> Saves { [.input(0), .input(1), .output(1), .output(2)] }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let (input, mean, scale) = (saved.input(0), saved.output(1), saved.output(2))
    let x = input.dtype.isFloatingPoint ? input : input.converted(to: saved.outputSpecs[0].dtype)
    let g = gradients[0] ?? Tensor(zeros: x.shape, dtype: x.dtype)
    var results: [Tensor?] = Array(repeating: nil, count: needs.count)
    let weight = needs.count > 1 ? [saved.input(1)] : []
    let gradient = LayerNormalizationGradient(
      lead: 0, epsilon: epsilon, ofParameters: needs.dropFirst().contains(true))
    let found = apply(gradient, [g, x, mean, scale] + weight)
    if needs[0] { results[0] = addingStatistics(to: found[0], gradients[1], gradients[2], x, mean, scale) }
    for index in needs.indices.dropFirst() where needs[index] { results[index] = found[index] }
    return results
  }

  /// Second derivatives ask for gradients of μ (1/n) and r (-r³(x - μ)/n) too.
  private func addingStatistics(
    to gradient: Tensor?, _ ofMean: Tensor?, _ ofScale: Tensor?, _ x: Tensor, _ mean: Tensor, _ scale: Tensor
  ) -> Tensor? {
    var sum = gradient
    let count = Double(x.shape[-1])
    if let ofMean { sum = sum.map { $0 + ofMean / count } }
    if let ofScale { sum = sum.map { $0 - (ofScale * scale) * ((x * 0.5 - mean * 0.5) * (scale * 2)) * scale / count } }
    return sum
  }

  /// With the slopes μ̇ = mean ẋ and ṙ = -r³·mean((x - μ)ẋ) of the statistics.
  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    let (mean, scale) = (outputs[1], outputs[2])
    // Of halves, whose difference stays in range.
    let normal = (inputs[0] * 0.5 - mean * 0.5) * (scale * 2)
    var (y, ofMean, ofScale): (Tensor?, Tensor?, Tensor?)
    if let t = tangents[0] {
      let rate = t * scale
      let part = (normal * rate).mean(axis: -1, keepDims: true)
      let change = rate - rate.mean(axis: -1, keepDims: true) - normal * part
      (y, ofMean, ofScale) = (
        inputs.count > 1 ? change * inputs[1] : change, t.mean(axis: -1, keepDims: true), -part * scale
      )
    }
    if inputs.count > 1, let t = tangents[1] { y = added(y, normal * t) }
    if inputs.count > 2 { y = added(y, tangents[2]) }
    return [y, ofMean, ofScale]
  }

  /// Where each example has a weight or bias of its own, it is applied to the normalized rows.
  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    guard batch.isBatched.dropFirst().contains(true) else { return apply(self, batch.inputs) }
    var results = apply(self, [batch.whole(0)])
    let rank = batch.specs[0].shape.rank
    results[0] = results[0] * batch.aligned(1, rank: rank)
    if batch.inputs.count > 2 { results[0] = results[0] + batch.aligned(2, rank: rank) }
    results[0] = results[0].converted(to: batch.inputs[0].dtype.floating)
    return results
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    let means = ReferenceArray.reduce(inputs[0], [-1], true, mean)
    let scales = ReferenceArray.reduce(inputs[0], [-1], true) { row in
      1 / (mean(row.map { ($0 - mean(row)) * ($0 - mean(row)) }) + epsilon).squareRoot()
    }
    let y = ReferenceArray(shape: inputs[0].shape) { index in
      let normal = (inputs[0][index] - means[index]) * scales[index]
      return normal * (inputs.count > 1 ? inputs[1][index] : 1) + (inputs.count > 2 ? inputs[2][index] : 0)
    }
    return [y, means, scales]
  }

  public static let samples = [
    Sample(LayerNormalization(), .real([3, 4])),
    Sample(LayerNormalization(epsilon: 0.1), .real([2, 3, 4]), .real([4])),
    Sample(LayerNormalization(), .real([2, 3, 4]), .real([4]), .real([4])),
    Sample(LayerNormalization(), .real([5]), .real([5]), .real([5])),
    Sample(LayerNormalization(), .real([0, 3]), .real([3]), .real([3])),
  ]

  public static let refusals = [
    Refusal(LayerNormalization(), .real([]), because: "a scalar"),
    Refusal(LayerNormalization(), .real([2, 3]), .real([2]), because: "weight of the normalized shape, [3]"),
    Refusal(
      LayerNormalization(), .real([2, 3]), .real([3]), .real([3, 1]), because: "bias of the normalized shape, [3]"),
  ]
}

extension SecondLook {
  /// Of rows, at r: their squares left the range, or were too small to keep their digits.
  init?(atScale scale: Tensor) {
    self.init(at: scale, from: scale.dtype.leastNormal, through: 1 / scale.dtype.smallestExactSquare.squareRoot())
  }

  /// Runs a normalization of these rows of `inputs[0]`, rescaled, in float64: `formula` reads them, the other inputs
  /// and ε by row, and gives the rows, then numbers of each row.
  func normalized(
    _ formula: Formula, _ epsilon: Double, _ inputs: [Tensor], resultCount: Int
  ) -> (rows: Rescaled, results: [Tensor]) {
    let groups = groups(of: [inputs[0]], over: [inputs[0].rank - 1])
    let rows = Rescaled(groups.values[0], over: groups.axes, raises: epsilon == 0)
    let shapes = [rows.values.shape] + Array(repeating: rows.scale.shape, count: resultCount - 1)
    let addend = rows.amongSquares(epsilon).expanded(to: rows.values.shape)
    let results = inputs.backend.rowMap(
      formula, [], axis: groups.axes[0], [rows.values] + inputs.dropFirst() + [addend],
      as: shapes.map { TensorSpec($0, .float64) })
    return (rows, results)
  }
}

extension TensorOperation {
  /// The shape of one number per row (the last axis), for operations on x [..., n] and parameters [n].
  func rowShape(_ inputs: [TensorSpec], operation: String) throws(TensorError) -> Shape {
    let x = inputs[0].shape
    guard x.rank > 0 else { throw .axis(-1, rank: 0, operation: operation) }
    for (name, parameter) in zip(["weight", "bias"], inputs.dropFirst()) where parameter.shape != [x[-1]] {
      throw TensorError(
        .shape, operation: operation, operands: [("input", inputs[0]), (name, parameter)],
        expected: "\(name) of the normalized shape, [\(x[-1])] (flattened)", got: "\(parameter.shape)")
    }
    return x.removing(axes: [x.rank - 1], keepDims: true)
  }
}

extension Tensor {
  /// Each block of the last `axisCount` axes brought to mean 0 and variance 1, then scaled and shifted.
  ///
  /// Shape: self [..., normalized...], `weight` and `bias` [normalized...], the result like self.
  ///
  /// - Parameter epsilon: Added to the (biased) variance.
  public func layerNormalized(
    axisCount: Int = 1, weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Double = 1e-5
  ) -> Tensor {
    normalizedRows(axisCount, weight, bias, LayerNormalization.name) {
      apply(LayerNormalization(epsilon: epsilon), $0)[0]
    }
  }

  /// Runs a normalization of rows over the last `axisCount` axes as one.
  func normalizedRows(
    _ axisCount: Int, _ weight: Tensor?, _ bias: Tensor?, _ name: String, _ body: ([Tensor]) -> Tensor
  ) -> Tensor {
    guard axisCount >= 1, axisCount <= rank else {
      return .failed(
        TensorError(
          .axis, operation: name, operands: [("input", spec)],
          expected: rank == 0 ? "an input with axes" : "1 through \(rank) last axes to normalize over",
          got: rank == 0 ? "a scalar" : "\(axisCount)"))
    }
    let normalized = Shape(shape.sizes.suffix(axisCount))
    for (label, parameter) in [("weight", weight), ("bias", bias)] {
      if let parameter, parameter.shape != normalized {
        return .failed(
          TensorError(
            .shape, operation: name, operands: [("input", spec), (label, parameter.spec)],
            expected: "\(label) of the normalized shape \(normalized)", got: "\(parameter.shape)"))
      }
    }
    let rows = reshaped(to: Shape(Array(shape.sizes[..<(rank - axisCount)]) + [normalized.elementCount]))
    let parameters = (weight == nil && bias != nil ? [] : [weight, bias].compactMap { $0 })
    let flat = [rows] + parameters.map { $0.reshaped(to: [normalized.elementCount]) }
    let result = body(flat).reshaped(to: shape)
    if weight == nil, let bias { return result + bias }
    return result
  }
}
