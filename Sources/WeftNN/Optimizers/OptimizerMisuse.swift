import WeftTensor

// What can be wrong with an optimizer's settings and parameters.

extension Optimizer: GroupOwner {
  func checkLearningRate(_ rate: Double) { check("a learning rate from 0", rate, in: 0...) }

  /// Whether `check` reports something, or something was reported before: nothing is to be changed then.
  func refuses(_ check: () -> Void) -> Bool {
    check()
    return Modes.current.errorScope?.error != nil
  }

  /// Reports a setting outside its range.
  func check(_ expected: String, _ value: Double, in range: some RangeExpression<Double>) {
    if range.contains(value), value.isFinite { return }
    report(TensorError(.value, operation: "\(type(of: self))", expected: expected, got: "\(value)"))
  }

  func reportBadParameters() {
    let distinct = Set(parameters.map(ObjectIdentifier.init)).count
    if distinct == parameters.count, distinct > 0 { return }
    report(
      TensorError(
        .value, operation: "\(type(of: self))", expected: "at least one parameter, each of them once",
        got: parameters.isEmpty ? "none" : "\(parameters.count) parameters, of which \(distinct) are different",
        hint: "`model.parameters()` gives each parameter once"))
  }

  /// Whether a parameter lacks its gradient, which is reported.
  func reportsMissing(_ gradients: [Tensor?]) -> Bool {
    if skipsMissingGradients { return false }
    let missing = parameters.indices.filter { gradients[$0] == nil && parameters[$0].requiresGrad }
    guard !missing.isEmpty else { return false }
    let names = missing.map { "\(label(of: parameters[$0], at: $0)) \(parameters[$0].shape)" }
    report(
      TensorError(
        .missingGradient, operation: "\(type(of: self)).step", expected: "a gradient for each parameter that learns",
        got: "none for \(names.joined(separator: ", "))",
        hint: missing.count == parameters.count
          ? "was `backward()` called since `zeroGrad()`, on a loss of the model whose parameters these are?"
          : "the loss did not use them; `skipsMissingGradients = true` leaves such parameters alone"))
    return true
  }

  /// A parameter's path in its model, or what else is known of it.
  func label(of parameter: Parameter, at index: Int) -> String {
    parameter.path.isEmpty ? parameter.name ?? "parameter \(index)" : parameter.path
  }
}
