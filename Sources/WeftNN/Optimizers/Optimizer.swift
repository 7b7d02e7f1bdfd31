import WeftTensor

/// Changes parameters by their gradients. A subclass states the update of one parameter; this class owns the rest.
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

  /// Updates one parameter. `value` and `state` lie in memory that nobody else sees and are to be written in place
  /// (`Formula.write`), in one pass.
  ///
  /// - Parameters:
  ///   - state: As many tensors as `stateNames`, of the value's shape and type.
  ///   - step: The number of this update of the parameter, from 1.
  open func update(_ value: Tensor, gradient: Tensor, state: [Tensor], step: Int) {}

  /// Updates every parameter that learns.
  ///
  /// Misuse: a parameter that learns and has no gradient, unless `skipsMissingGradients`; nothing is changed then.
  public func step() {
    if reportsMissingGradients() { return }
    stepCount += 1
    profileRange("optimizer.step") { updateAll() }
  }

  private func updateAll() {
    for index in parameters.indices {
      guard parameters[index].requiresGrad, let gradient = parameters[index].grad else { continue }
      update(at: index, gradient)
    }
  }

  private func update(at index: Int, _ gradient: Tensor) {
    let parameter = parameters[index]
    if states[index].tensors.isEmpty {
      states[index].tensors = stateNames.map { _ in parameter.value.zerosLike() }
    }
    for place in states[index].tensors.indices { states[index].tensors[place].makeUnique() }
    states[index].stepCount += 1
    let state = states[index]
    parameter.withUniqueValue { update($0, gradient: gradient, state: state.tensors, step: state.stepCount) }
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

  private func reportsMissingGradients() -> Bool {
    if skipsMissingGradients { return false }
    let missing = parameters.indices.filter { parameters[$0].requiresGrad && parameters[$0].grad == nil }
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
