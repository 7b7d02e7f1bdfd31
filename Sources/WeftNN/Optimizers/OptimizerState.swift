import WeftTensor

// What an optimizer remembers, as named tensors: what a checkpoint needs beside the model for training to go on as if it
// had never stopped. Settings (betas, weight decay) are the program's and are not saved.

extension Optimizer {
  /// The state by name: `step_count`, `learning_rate`, and for each parameter by its number `3.step` and the tensors of
  /// `stateNames`, as `3.exp_avg`.
  public func state() -> [(name: String, tensor: Tensor)] {
    var result = [("step_count", Tensor(stepCount)), ("learning_rate", Tensor(learningRate, dtype: .float64))]
    for (index, state) in states.enumerated() where state.stepCount > 0 {
      result.append(("\(index).step", Tensor(state.stepCount)))
      result += zip(stateNames, state.tensors).map { ("\(index).\($0)", $1) }
    }
    return result.map { (name: $0.0, tensor: $0.1) }
  }

  /// Takes up a saved state. Nothing is changed unless all of it fits.
  ///
  /// - Throws: `TensorError` that names every entry that is missing, unknown or of another shape.
  public func restore(_ saved: [String: Tensor]) throws(TensorError) {
    var problems = Set(saved.keys).subtracting(expectedNames(in: saved)).sorted().map { "\($0) unknown" }
    let steps = count(saved["step_count"], "step_count", &problems)
    let rate = scalar(saved["learning_rate"], "learning_rate", &problems)
    let restored = parameters.indices.map { state(of: $0, in: saved, &problems) }
    guard problems.isEmpty else {
      throw TensorError(
        .value, operation: "\(type(of: self)).restore",
        expected: "the state of such an optimizer for these \(parameters.count) parameters",
        got: problems.prefix(20).joined(separator: ", ") + (problems.count > 20 ? ", ..." : ""))
    }
    (stepCount, learningRate, states) = (steps, rate, restored)
  }

  private func expectedNames(in saved: [String: Tensor]) -> [String] {
    ["step_count", "learning_rate"]
      + parameters.indices.flatMap { index in (["step"] + stateNames).map { "\(index).\($0)" } }
  }

  /// The state of one parameter; one that was never updated has none.
  private func state(of index: Int, in saved: [String: Tensor], _ problems: inout [String]) -> State {
    let names = stateNames.map { "\(index).\($0)" }
    guard let step = saved["\(index).step"] else {
      problems += names.filter { saved[$0] != nil }.map { "\($0) without \(index).step" }
      return State()
    }
    let tensor = parameters[index].value
    let found = names.compactMap { name -> Tensor? in
      guard let value = saved[name] else {
        problems.append("\(name) missing")
        return nil
      }
      guard value.shape == tensor.shape, value.dtype.isFloatingPoint else {
        problems.append("\(name) of \(value.spec), not \(tensor.spec)")
        return nil
      }
      return value.detach().converted(to: tensor.dtype)
    }
    return State(stepCount: count(step, "\(index).step", &problems), tensors: found)
  }

  private func scalar(_ tensor: Tensor?, _ name: String, _ problems: inout [String]) -> Double {
    guard let tensor, tensor.elementCount == 1 else {
      problems.append(tensor.map { "\(name) of \($0.spec)" } ?? "\(name) missing")
      return 0
    }
    return tensor.item()
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
