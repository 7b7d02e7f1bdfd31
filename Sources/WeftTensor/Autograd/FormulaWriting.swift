// Formulas that write into memory that exists: the updates of optimizers, running statistics, sums of gradients.

extension Formula {
  /// Evaluates this elementwise formula over `inputs` and writes each output into the memory of a target, in one pass.
  /// A target may be one of the inputs. The caller has made the targets unique.
  ///
  /// Misuse: operands that are not those of the formula: nothing is written then.
  package func write(_ parameters: [Double], reading inputs: [Tensor], into targets: [Tensor]) {
    if isRefused(parameters) || isRefused(inputs, targets) { return }
    guard let first = targets.first, first.elementCount > 0 else { return }
    RunningRecordings.noteUse(of: inputs)
    Modes.current.recorder?.willUpdate(self, parameters, [MapItem(reading: inputs, into: targets)])
    for target in targets { target.storage.contentChanges() }
    first.backend.map(self, parameters, inputs, into: targets)
  }

  /// The same for many groups of tensors, all in one pass where they lie alike.
  package func write(_ parameters: [Double], _ items: [MapItem]) {
    if isRefused(parameters) { return }
    for item in items where isRefused(item.inputs, item.targets) { return }
    guard let first = items.first?.targets.first else { return }
    if RunningRecordings.areAny { for item in items { RunningRecordings.noteUse(of: item.inputs) } }
    Modes.current.recorder?.willUpdate(self, parameters, items)
    for item in items { for target in item.targets { target.storage.contentChanges() } }
    first.backend.map(self, parameters, over: items.filter { $0.targets[0].elementCount > 0 })
  }

  /// Whether this formula cannot write with so many numbers, which is reported.
  private func isRefused(_ parameters: [Double]) -> Bool {
    if parameters.count == parameterCount, !isRowwise { return false }
    report(
      TensorError(
        .value, operation: "writing in place", expected: "an elementwise formula and its \(parameterCount) parameters",
        got: "\(parameters.count) parameters" + (isRowwise ? " of a formula along rows" : "")))
    return true
  }

  /// Whether the formula cannot run over these operands, which is reported: kernels read and write as far as the first
  /// target reaches, whatever memory lies there.
  private func isRefused(_ inputs: [Tensor], _ targets: [Tensor]) -> Bool {
    var fits = inputs.count == inputCount && targets.count == outputCount
    guard let shape = targets.first?.shape else { return !fits }
    // By index, which copies no tensor: an optimizer asks this of all that it knows at each step.
    for place in targets.indices where targets[place].shape != shape || targets[place].isBatched { fits = false }
    for place in inputs.indices where inputs[place].shape != shape || !inputs[place].isPlain {
      if inputs[place].isBatched || Shape.broadcast(inputs[place].shape, shape) != shape { fits = false }
    }
    if !fits { reportOperands(inputs, targets, shape) }
    return !fits
  }

  private func reportOperands(_ inputs: [Tensor], _ targets: [Tensor], _ shape: Shape) {
    if let transformed = (inputs + targets).first(where: \.isBatched) {
      return report(.batched("writing in place", transformed))
    }
    let operands =
      inputs.enumerated().map { (name: "input \($0)", spec: $1.spec) }
      + targets.enumerated().map { (name: "target \($0)", spec: $1.spec) }
    let got = operands.map { "\($0.spec.shape)" }.joined(separator: ", ")
    report(
      TensorError(
        .shape, operation: "writing in place", operands: operands,
        expected: "\(outputCount) targets of one shape, \(shape), and \(inputCount) inputs that broadcast to it",
        got: got))
  }
}
