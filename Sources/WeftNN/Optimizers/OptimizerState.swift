import WeftTensor

// What an optimizer remembers, as named tensors: what a checkpoint needs beside the model for training to go on as if it
// had never stopped. The other settings (betas, weight decay) are the program's and are not saved.

extension Optimizer {
  /// The state by name: `step_count`, `parameter_count`, `learning_rate` (of further groups `group.1.learning_rate`), and
  /// for each parameter by its number `3.step` and the tensors of `stateNames`, as `3.exp_avg`.
  public func state() -> [(name: String, tensor: Tensor)] {
    var result = [("step_count", Tensor(stepCount)), ("parameter_count", Tensor(parameters.count))]
    result += groups.map { (rateName($0), Tensor($0.learningRate, dtype: .float64)) }
    result += commonState().map { ($0.name, $0.tensor) }
    for group in groups {
      for index in group.range where states[index].stepCount > 0 {
        result.append(("\(index).step", Tensor(states[index].stepCount)))
        let names = stateNames(of: parameters[index], in: group)
        result += zip(names, tensors(names, at: index, in: group)).map { ("\(index).\($0)", $1) }
      }
    }
    return result.map { (name: $0.0, tensor: $0.1) }
  }

  /// Takes up a saved state. Nothing is changed unless all of it fits.
  ///
  /// - Throws: `TensorError` that names every entry that is missing, unknown, of another shape or out of range.
  public func restore(_ saved: [String: Tensor]) throws(TensorError) {
    Modes.current.recorder?.cannotRepeat("an optimizer's state was restored", hint: "do it before the step")
    var problems = Set(saved.keys).subtracting(expectedNames(in: saved)).sorted().map { "\($0) unknown" }
    let steps = count(saved["step_count"], "step_count", &problems)
    // Older files do not have it.
    let parameterCount = saved["parameter_count"].map { count($0, "parameter_count", &problems) }
    if let parameterCount, parameterCount != parameters.count {
      problems.append("parameter_count of \(parameterCount), not \(parameters.count)")
    }
    let rates = groups.map { rate(saved[rateName($0)], rateName($0), &problems) }
    let restored = groups.flatMap { group in group.range.map { state(of: $0, in: group, saved, &problems) } }
    problems += commonStateProblems(saved)
    guard problems.isEmpty else {
      throw TensorError(
        .value, operation: "\(type(of: self)).restore",
        expected: "the state of such an optimizer for these \(parameters.count) parameters",
        got: problems.prefix(20).joined(separator: ", ") + (problems.count > 20 ? ", ..." : ""))
    }
    (stepCount, states) = (steps, restored)
    for (group, rate) in zip(groups, rates) { group.learningRate = rate }
    restoreCommonState(saved)
  }

  /// Lets go of what is kept of parameters that others update.
  package func forgetOthers() {
    guard let isOwn else { return }
    for index in states.indices where !isOwn(index) { states[index] = State() }
  }

  private func rateName(_ group: ParameterGroup) -> String {
    group.index == 0 ? "learning_rate" : "group.\(group.index).learning_rate"
  }

  private func expectedNames(in saved: [String: Tensor]) -> [String] {
    let named = groups.flatMap { group in
      group.range.flatMap { index in
        (["step"] + stateNames(of: parameters[index], in: group)).map { "\(index).\($0)" }
      }
    }
    return ["step_count", "parameter_count"] + groups.map(rateName) + commonStateNames + named
  }

  /// The state of one parameter; one that was never updated has none.
  private func state(
    of index: Int, in group: ParameterGroup, _ saved: [String: Tensor], _ problems: inout [String]
  ) -> State {
    let names = stateNames(of: parameters[index], in: group)
    guard let step = saved["\(index).step"] else {
      problems += names.map { "\(index).\($0)" }.filter { saved[$0] != nil }.map { "\($0) without \(index).step" }
      return State()
    }
    let found = names.compactMap { name -> Tensor? in
      let expected = initialState(name, at: index, in: group)
      guard let value = saved["\(index).\(name)"] else {
        problems.append("\(index).\(name) missing")
        return nil
      }
      guard value.shape == expected.shape, value.dtype.isFloatingPoint else {
        problems.append("\(index).\(name) of \(value.spec), not \(expected.spec)")
        return nil
      }
      return value.detach().converted(to: expected.dtype)
    }
    return State(stepCount: count(step, "\(index).step", &problems), names: names, tensors: found)
  }

  private func scalar(_ tensor: Tensor?, _ name: String, _ problems: inout [String]) -> Double {
    guard let tensor, tensor.elementCount == 1 else {
      problems.append(tensor.map { "\(name) of \($0.spec)" } ?? "\(name) missing")
      return 0
    }
    return tensor.item()
  }

  private func rate(_ tensor: Tensor?, _ name: String, _ problems: inout [String]) -> Double {
    let value = scalar(tensor, name, &problems)
    if !(value >= 0 && value.isFinite) { problems.append("\(name) of \(value)") }
    return value
  }

  private func count(_ tensor: Tensor?, _ name: String, _ problems: inout [String]) -> Int {
    let value = scalar(tensor, name, &problems)
    guard let count = Int(exactly: value), count >= 0 else {
      problems.append("\(name) of \(value)")
      return 0
    }
    return count
  }
}

extension Tensor {
  /// This tensor in a type that sums and small steps can be computed in: float32 for half precision, else itself.
  var inFullPrecision: Tensor { dtype == .float16 || dtype == .bfloat16 ? converted(to: .float32) : self }
}
