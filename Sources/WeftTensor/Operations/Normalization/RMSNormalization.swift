/// Root-mean-square normalization of rows: y = x·r·w with r = 1/√(mean x² + ε).
///
/// Gradients, with x̂ = x·r and h = g·w: of x, r(h - x̂·mean(h·x̂)); of w, Σg·x̂ over rows. Results: y and r, which the
/// gradient reads. Zhang, Sennrich 2019.
public struct RMSNormalization: TensorOperation {
  public static let name = "rmsNorm"
  public static let operands: Operands = ["x", .optional("weight")]
  public static let equation = "y = x/√(mean x² + ε)·w"
  /// ε, added to the mean square.
  public let epsilon: Double

  public init(epsilon: Double = 0x1p-23) { self.epsilon = epsilon }

  public static let defaults: Attributes = ["epsilon": 0x1p-23]

  /// Inputs: x [..., n], then w [n], optional.
  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let rows = try rowShape(inputs, operation: Self.name)
    let dtype = inputs[0].dtype.floating
    return [TensorSpec(inputs[0].shape, dtype), TensorSpec(rows, dtype.statistics)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let formula = Self.formulas[inputs.count - 1]
    let results =
      inputs.backend.normalizedRows(inputs, epsilon: epsilon, as: outputs)
      ?? inputs.backend.rowMap(formula, [epsilon], axis: inputs[0].rank - 1, inputs, as: outputs)
    if let look = SecondLook(atScale: results[1]) { mend(results, look, inputs) }
    return results
  }

  /// Writes the same, found in float64, for rows whose squares left the range of their type.
  private func mend(_ results: [Tensor], _ look: SecondLook, _ inputs: [Tensor]) {
    let (rows, found) = look.normalized(Self.rescaledFormulas[inputs.count - 1], epsilon, inputs, resultCount: 2)
    look.put(found[0].converted(to: results[0].dtype), into: results[0], over: [results[0].rank - 1])
    look.put(rows.restored(found[1], power: -1, as: results[1].dtype), into: results[1])
  }

  private static let formulas = [1, 2].map { formula(count: $0, epsilonByRow: false) }
  private static let rescaledFormulas = [1, 2].map { formula(count: $0, epsilonByRow: true) }

  /// - Parameter epsilonByRow: Whether ε is the last input, one number for each row, instead of the parameter.
  private static func formula(count: Int, epsilonByRow: Bool) -> Formula {
    Formula(inputs: count + (epsilonByRow ? 1 : 0), parameters: epsilonByRow ? 0 : 1) { x, p in
      let epsilon = epsilonByRow ? max(x[count]) : p[0]
      let scale = rsqrt(mean(x[0] * x[0]) + epsilon)
      return [count > 1 ? x[0] * scale * x[1] : x[0] * scale, scale]
    }
  }

  public func saves(needs: [Bool]) -> Saves { [.input(0), .input(1), .output(1)] }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let (input, scale) = (saved.input(0), saved.output(1))
    let x = input.dtype.isFloatingPoint ? input : input.converted(to: saved.outputSpecs[0].dtype)
    let g = gradients[0] ?? Tensor(zeros: x.shape, dtype: saved.outputSpecs[0].dtype)
    let ofWeight = needs.count > 1 && needs[1]
    let gradient = RMSNormalizationGradient(lead: 0, epsilon: epsilon, ofWeight: ofWeight)
    let found = apply(gradient, [g, x, scale] + (needs.count > 1 ? [saved.input(1)] : []))
    var results: [Tensor?] = Array(repeating: nil, count: needs.count)
    if needs[0] {
      results[0] = found[0]
      // Second derivatives ask for the gradient of r too: -r³x/n.
      if let ofScale = gradients[1] {
        results[0] = found[0] - (ofScale * scale) * (x * scale) * scale / Double(x.shape[-1])
      }
    }
    if ofWeight { results[1] = found[1] }
    return results
  }

  /// With the slope ṙ = -r³·mean(x·ẋ).
  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    let scale = outputs[1]
    let normal = inputs[0] * scale
    var (y, ofScale): (Tensor?, Tensor?)
    if let t = tangents[0] {
      let rate = t * scale
      let part = (normal * rate).mean(axis: -1, keepDims: true)
      let change = rate - normal * part
      (y, ofScale) = (inputs.count > 1 ? change * inputs[1] : change, -part * scale)
    }
    if inputs.count > 1, let t = tangents[1] { y = added(y, normal * t) }
    return [y, ofScale]
  }

  /// Where each example has a weight of its own, it is applied to the normalized rows.
  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    guard batch.isBatched.dropFirst().contains(true) else { return apply(self, batch.inputs) }
    let results = apply(self, [batch.whole(0)])
    let y = results[0] * batch.aligned(1, rank: batch.specs[0].shape.rank)
    return [y.converted(to: batch.inputs[0].dtype.floating), results[1]]
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let scales = ReferenceArray.reduce(inputs[0], [-1], true) { row in
      1 / (row.reduce(0) { $0 + $1 * $1 } / Double(row.count) + epsilon).squareRoot()
    }
    let y = ReferenceArray(shape: inputs[0].shape) { index in
      inputs[0][index] * scales[index] * (inputs.count > 1 ? inputs[1][index] : 1)
    }
    return [y, scales]
  }

  public static let samples = [
    Sample(RMSNormalization(), .real([3, 4])),
    Sample(RMSNormalization(epsilon: 0.1), .real([2, 3, 4]), .real([4])),
    Sample(RMSNormalization(), .real([5]), .real([5])),
    Sample(RMSNormalization(), .real([0, 3]), .real([3])),
  ]

  public static let refusals = [
    Refusal(RMSNormalization(), .real([]), because: "a scalar"),
    Refusal(RMSNormalization(), .real([2, 3]), .real([2]), because: "weight of the normalized shape, [3]"),
  ]
}

extension Tensor {
  /// Each block of the last `axisCount` axes divided by the root of its mean square, then scaled.
  ///
  /// Shape: self [..., normalized...], `weight` [normalized...], the result like self.
  ///
  /// - Parameter epsilon: Added to the mean square; left out, the distance from 1 to the next number in the type computed in
  ///   (float32 for the half types).
  public func rmsNormalized(axisCount: Int = 1, weight: Tensor? = nil, epsilon: Double? = nil) -> Tensor {
    let epsilon = epsilon ?? (dtype == .float64 ? 0x1p-52 : 0x1p-23)
    return normalizedRows(axisCount, weight, nil, RMSNormalization.name) {
      apply(RMSNormalization(epsilon: epsilon), $0)[0]
    }
  }
}
