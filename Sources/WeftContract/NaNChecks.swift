import WeftTensor

// A NaN must not vanish in derivatives (`Note: NaN in derivatives`).
extension ContractCheck {
  /// The operations that are there to pass over a NaN, and what they give in its place.
  private static let passingOver = [
    "fmax": "the other operand", "fmin": "the other operand", "replaceNonfinite": "the number stated",
  ]

  /// The operations whose results are elements of the input: a NaN is chosen before any number, is in the result, and gets
  /// that result's gradient, as in PyTorch.
  private static let choosing: Set = [
    "cumulativeMax", "cumulativeMin", "maxAlongAxis", "maxPool", "minAlongAxis", "sort",
  ]

  /// Where an input of an elementwise operation is NaN, its gradient and its tangent are too, unless the derivative is the
  /// same for every value of the input.
  static func nanInDerivatives(_ sample: ContractCase, _ findings: inout Findings) throws {
    guard let operation = sample.operation as? any ElementwiseOperation, sample.isDifferentiable,
      passingOver[type(of: operation).name] == nil, try sample.hasGradient()
    else { return }
    let formula = type(of: operation).formula
    for dtype in [DType.float64, .float32] {
      let typed = sample.converted(to: dtype)
      for index in typed.floating where formula.derivativeVaries(with: index) {
        try expectNaN(typed, at: index, &findings)
      }
    }
  }

  /// The same for the operations that bring several numbers together, such as norms, extremes, products, medians and
  /// quantiles: where the gradient of an element changes with the element, it is NaN where that is. Whether it changes is
  /// found by changing the element.
  static func nanInReductions(_ sample: ContractCase, _ findings: inout Findings) throws {
    guard !sample.isElementwise, sample.isDifferentiable, !choosing.contains(type(of: sample.operation).name),
      try sample.hasGradient()
    else { return }
    for dtype in [DType.float64, .float32] {
      let typed = sample.converted(to: dtype)
      for index in typed.floating where typed.inputs[index].elementCount > 0 {
        let slopes = [-40, -0.3, 0.7, 50].compactMap { try? slope(typed, at: index, of: $0) }
        guard Set(slopes).count > 1, let found = try? slope(typed, at: index, of: .nan) else { continue }
        findings.expect(found.isNaN, "\(typed.label): the gradient of input \(index) at NaN is \(found)")
        findings.counted(1)
      }
    }
  }

  /// The gradient of an input's first element where that is `value`.
  private static func slope(_ sample: ContractCase, at index: Int, of value: Double) throws -> Double {
    var values = sample.inputs[index].scalars(as: Double.self)
    values[0] = value
    let leaf = Tensor(values, shape: sample.inputs[index].shape, dtype: sample.inputs[index].dtype).requiringGrad()
    return try withTensorErrors {
      let results = try sample.replacing(index, by: leaf, "\(value)").run().filter(\.requiresGrad)
      let found = try grad(of: results, with: [leaf], seeds: results.map { $0.onesLike() })
      return found[0]?.scalars(as: Double.self).first ?? 0
    }
  }

  private static func expectNaN(_ sample: ContractCase, at index: Int, _ findings: inout Findings) throws {
    var values = sample.inputs[index].scalars(as: Double.self)
    guard !values.isEmpty else { return }
    values[0] = .nan
    let input = Tensor(values, shape: sample.inputs[index].shape, dtype: sample.inputs[index].dtype)
    let leaf = input.requiringGrad()
    let recorded = try sample.replacing(index, by: leaf, "NaN").run().filter(\.requiresGrad)
    let found = try grad(of: recorded, with: [leaf], seeds: recorded.map { $0.onesLike() })
    let first = found[0]?.scalars(as: Double.self).first ?? 0
    findings.expect(first.isNaN, "\(sample.label): the gradient of input \(index) at NaN is \(first)")
    let tangents = try recorded.indices.flatMap { place in
      try jvp(at: [input], along: [input.onesLike()]) { inputs in
        try sample.replacing(index, by: inputs[0], "NaN").run().filter(\.dtype.isFloatingPoint)[place]
      }.tangent.scalars(as: Double.self)
    }
    findings.expect(tangents.contains(where: \.isNaN), "\(sample.label): no tangent of input \(index) at NaN is NaN")
    findings.counted(2)
  }
}
