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
  public private(set) var stepCount = 0
  /// Whether a parameter that got no gradient is left alone in silence; otherwise `step()` fails and names it.
  public var skipsMissingGradients = false
  /// The state tensors of each parameter (momentum, averages), made on its first step.
  public internal(set) var state: [[Tensor]]

  public init(_ parameters: [Parameter], learningRate: Double) {
    self.parameters = parameters
    self.learningRate = learningRate
    state = Array(repeating: [], count: parameters.count)
  }

  /// The number of state tensors of a parameter; each starts at zero.
  open var stateCount: Int { 0 }

  /// Updates one parameter. `value` and `state` lie in memory that nobody else sees and are to be written in place
  /// (`Formula.write`), in one pass.
  ///
  /// - Parameter step: The number of this step, from 1.
  open func update(_ value: Tensor, gradient: Tensor, state: [Tensor], step: Int) {}

  /// Updates every parameter that learns.
  public func step() {
    if reportsMissingGradients() { return }
    stepCount += 1
    for (index, parameter) in parameters.enumerated() {
      guard parameter.requiresGrad, let gradient = parameter.grad else { continue }
      if state[index].isEmpty { state[index] = (0..<stateCount).map { _ in parameter.tensor.detach().zerosLike() } }
      for place in state[index].indices { state[index][place].makeUnique() }
      parameter.withUniqueValue { update($0, gradient: gradient, state: state[index], step: stepCount) }
    }
  }

  /// Forgets the gradients.
  public func zeroGrad() {
    for parameter in parameters { parameter.grad = nil }
  }

  /// Restores what a checkpoint saved.
  public func restore(state: [[Tensor]], stepCount: Int) {
    self.state = state
    self.stepCount = stepCount
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
        hint: "the loss did not use them, or `backward()` was not called since `zeroGrad()`; "
          + "`skipsMissingGradients = true` leaves such parameters alone"))
    return true
  }

  /// A parameter's path in its model, or what else is known of it.
  private func label(of parameter: Parameter, at index: Int) -> String {
    parameter.path.isEmpty ? parameter.name ?? "parameter \(index)" : parameter.path
  }
}
