import WeftTensor

/// Changes parameters by their gradients. A subclass states the update as a formula, which runs over all parameters in
/// one pass through memory (or, where that does not suit it, updates one parameter at a time); this class owns the rest.
///
/// ```swift
/// loss.backward()
/// optimizer.step()
/// optimizer.zeroGrad()
/// ```
open class Optimizer {
  public let parameters: [Parameter]
  /// The present step size; set it from a schedule before `step()`.
  public var learningRate: Double
  /// How many steps were taken.
  public internal(set) var stepCount = 0
  /// Whether a parameter that got no gradient is left alone in silence; otherwise `step()` fails and names it.
  public var skipsMissingGradients = false
  /// What is kept of each parameter.
  var states: [State]

  /// What an optimizer remembers of one parameter.
  struct State {
    /// How often the parameter was updated.
    var stepCount = 0
    /// As many as `stateNames`, once it was updated.
    var tensors: [Tensor] = []
  }

  public init(_ parameters: [Parameter], learningRate: Double) {
    self.parameters = parameters
    self.learningRate = learningRate
    states = Array(repeating: State(), count: parameters.count)
    check("a learning rate from 0", learningRate, in: 0...)
    reportBadParameters()
  }

  /// The state tensors of a parameter, by the names that they have in files; each starts at zero.
  open var stateNames: [String] { [] }

  /// The update as a formula of the value, its gradient and the state tensors, giving the new value and state tensors.
  ///
  /// - Parameter step: The number of this update of the parameter, from 1.
  /// - Returns: Nil if `update` does the work.
  open func rule(step: Int) -> UpdateRule? { nil }

  /// Updates one parameter, for an optimizer without a `rule`. `value` and `state` lie in memory that nobody else sees
  /// and are to be written in place (`Formula.write`), in one pass.
  ///
  /// - Parameters:
  ///   - state: As many tensors as `stateNames`, of the value's shape and type.
  ///   - step: The number of this update of the parameter, from 1.
  open func update(_ value: Tensor, gradient: Tensor, state: [Tensor], step: Int) {
    report(
      TensorError(
        .unsupported, operation: "\(type(of: self)).step", expected: "an optimizer that states a `rule` or an `update`",
        got: "one with neither"))
  }

  /// Updates every parameter that learns.
  ///
  /// Misuse: a parameter that learns and has no gradient, unless `skipsMissingGradients`; nothing is changed then.
  public func step() {
    let gradients = parameters.map { $0.requiresGrad ? $0.grad : nil }
    if reportsMissing(gradients) { return }
    stepCount += 1
    profileRange("optimizer.step") { updateAll(gradients) }
  }

  private func updateAll(_ gradients: [Tensor?]) {
    var batch = UpdateBatch()
    var known: (step: Int, rule: UpdateRule?)?
    for (index, gradient) in gradients.enumerated() {
      guard let gradient else { continue }
      prepareState(at: index)
      let step = states[index].stepCount
      if known?.step != step { known = (step, rule(step: step)) }
      if let rule = known?.rule {
        let value = parameters[index].uniqueValue()
        batch.add(rule, value, gradient: gradient, state: states[index].tensors)
      } else {
        let state = states[index].tensors
        update(parameters[index].uniqueValue(), gradient: gradient, state: state, step: step)
      }
    }
    batch.run()
  }

  /// Counts an update and makes the state tensors ready to be written.
  private func prepareState(at index: Int) {
    if states[index].tensors.isEmpty {
      states[index].tensors = stateNames.map { _ in parameters[index].value.zerosLike() }
    }
    for place in states[index].tensors.indices { states[index].tensors[place].makeUnique() }
    states[index].stepCount += 1
  }

  /// Forgets the gradients.
  public func zeroGrad() {
    for parameter in parameters { parameter.grad = nil }
  }
}

// What can be wrong.
extension Optimizer {
  /// Reports a setting outside its range.
  func check(_ expected: String, _ value: Double, in range: some RangeExpression<Double>) {
    if range.contains(value), value.isFinite { return }
    report(TensorError(.value, operation: "\(type(of: self))", expected: expected, got: "\(value)"))
  }

  private func reportBadParameters() {
    let distinct = Set(parameters.map(ObjectIdentifier.init)).count
    if distinct == parameters.count, distinct > 0 { return }
    report(
      TensorError(
        .value, operation: "\(type(of: self))", expected: "at least one parameter, each of them once",
        got: parameters.isEmpty ? "none" : "\(parameters.count) parameters, of which \(distinct) are different",
        hint: "`model.parameters()` gives each parameter once"))
  }

  private func reportsMissing(_ gradients: [Tensor?]) -> Bool {
    if skipsMissingGradients { return false }
    let missing = parameters.indices.filter { gradients[$0] == nil && parameters[$0].requiresGrad }
    guard !missing.isEmpty else { return false }
    let names = missing.map { "\(label(of: parameters[$0], at: $0)) \(parameters[$0].shape)" }
    report(
      TensorError(
        .missingGradient, operation: "\(type(of: self)).step", expected: "a gradient for each parameter that learns",
        got: "none for \(names.joined(separator: ", "))",
        hint: missing.count == parameters.count
          ? "was `backward()` called since `zeroGrad()`?"
          : "the loss did not use them; `skipsMissingGradients = true` leaves such parameters alone"))
    return true
  }

  /// A parameter's path in its model, or what else is known of it.
  func label(of parameter: Parameter, at index: Int) -> String {
    parameter.path.isEmpty ? parameter.name ?? "parameter \(index)" : parameter.path
  }
}
