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
  // Unchecked exclusivity, as in `Modes`: a step reads and writes these for each parameter, and calls nobody meanwhile.

  /// The parameters of all groups, one group after the other.
  @exclusivity(unchecked) public private(set) var parameters: [Parameter] = []
  /// Parameters by their settings: one group, and those that were added.
  @exclusivity(unchecked) public private(set) var groups: [ParameterGroup] = []
  /// How many steps were taken.
  public internal(set) var stepCount: Int {
    get {
      Modes.current.recorder?.cannotRepeat("the number of steps was read", hint: ParameterGroup.numbersHint)
      return steps
    }
    set { steps = newValue }
  }
  private var steps = 0
  /// The learning rate of each step, by how many were taken before; set by `step()`, also where that is part of a recorded
  /// step. Nil for a rate that the program sets.
  public var schedule: Schedule? {
    didSet { Modes.current.recorder?.cannotRepeat("the schedule was set", hint: "set it before the step") }
  }
  /// Whether a parameter that got no gradient is left alone in silence; otherwise `step()` fails and names it.
  public var skipsMissingGradients = false {
    didSet {
      Modes.current.recorder?.cannotRepeat("a setting of an optimizer was set", hint: ParameterGroup.numbersHint)
    }
  }
  /// What is kept of each parameter.
  @exclusivity(unchecked) var states: [State] = []
  /// Which parameters, by number, are updated here; nil for all. The values of the others come from other processes.
  @exclusivity(unchecked) package var isOwn: ((Int) -> Bool)?

  /// What an optimizer remembers of one parameter.
  struct State {
    /// How often the parameter was updated.
    var stepCount = 0
    /// Once it was updated, what `stateNames` was then.
    var names: [String] = []
    /// As many as `names`.
    var tensors: [Tensor] = []
  }

  /// - Parameter maximize: Whether the updates climb instead of descending.
  public init(_ parameters: [Parameter], learningRate: Double, maximize: Bool = false) {
    append(parameters, learningRate, maximize)
  }

  /// The present step size of the first group; set it from a schedule before `step()`. Setting it gives every other
  /// group its share: the multiple of this rate that it began with.
  ///
  /// Misuse: setting one below 0 or that is no finite number; all stay what they were.
  public var learningRate: Double {
    get {
      Modes.current.recorder?.cannotRepeat("the learning rate was read", hint: ParameterGroup.numbersHint)
      return groups[0].learningRate
    }
    set {
      Modes.current.recorder?.cannotRepeat("the learning rate was set", hint: ParameterGroup.numbersHint)
      if refuses({ for group in groups { checkLearningRate(newValue * group.share) } }) { return }
      for group in groups { group.learningRate = newValue * group.share }
    }
  }

  /// Adds parameters with a learning rate of their own; what is left out is as in the first group.
  ///
  /// Misuse: a parameter that is in a group already.
  @discardableResult
  public func addGroup(
    _ parameters: [Parameter], learningRate: Double? = nil, maximize: Bool? = nil
  ) -> ParameterGroup {
    append(parameters, learningRate, maximize)
  }

  @discardableResult
  func append(_ added: [Parameter], _ rate: Double?, _ maximize: Bool?) -> ParameterGroup {
    Modes.current.recorder?.cannotRepeat("an optimizer got parameters", hint: "make it before the step")
    let first = groups.first
    let learningRate = rate ?? first?.learningRate ?? 0
    let share = first.map { $0.learningRate == 0 ? 1 : learningRate / $0.learningRate } ?? 1
    let group = ParameterGroup(
      index: groups.count, range: parameters.count..<parameters.count + added.count, learningRate: learningRate,
      maximize: maximize ?? first?.maximize ?? false, share: share)
    group.owner = self
    groups.append(group)
    parameters += added
    states += Array(repeating: State(), count: added.count)
    checkLearningRate(learningRate)
    reportBadParameters()
    if Modes.current.errorScope?.error != nil { removeLastGroup() }
    return group
  }

  /// Takes a group away that turned out to be wrong. The first one stays: there always is one.
  func removeLastGroup() {
    guard groups.count > 1, let group = groups.popLast() else { return }
    parameters.removeSubrange(group.range)
    states.removeSubrange(group.range)
  }

  /// The state tensors of a parameter, by the names that they have in files.
  open func stateNames(of parameter: Parameter, in group: ParameterGroup) -> [String] { [] }

  /// What a state tensor is before the first update: zeros, if not overridden.
  ///
  /// - Parameter value: The parameter's value, in float32 where that is of half precision: so is its state then, since the
  ///   squares and averages of small gradients are lost in fewer digits.
  open func initialState(_ name: String, of value: Tensor, in group: ParameterGroup) -> Tensor { value.zerosLike() }

  /// The update as a formula of the value, its gradient and the state tensors, giving the new value and state tensors.
  ///
  /// - Parameter step: The number of this update of the parameter, from 1.
  /// - Returns: Nil if `update` does the work.
  open func rule(in group: ParameterGroup, step: Int) -> UpdateRule? { nil }

  /// The same for an optimizer in which the first update with a state tensor is a different one.
  ///
  /// - Parameter isFresh: Whether a state tensor of the parameter begins with this update: the first, or one after
  ///   settings changed so that more is kept.
  func rule(in group: ParameterGroup, step: Int, isFresh: Bool) -> UpdateRule? { rule(in: group, step: step) }

  /// Updates one parameter, for an optimizer without a `rule`, in tensor operations:
  ///
  /// ```swift
  /// state[0] = 0.9 * state[0] + gradient
  /// value -= group.learningRate * state[0]
  /// ```
  /// Nothing is recorded for gradients here. What `value` and `state` are afterwards is taken over.
  ///
  /// - Parameters:
  ///   - value: Of the parameter's own type.
  ///   - gradient: In float32 where the parameter is of half precision.
  ///   - state: As many tensors as `stateNames`, which keep their shapes and types.
  ///   - step: The number of this update of the parameter, from 1.
  open func update(
    _ value: inout Tensor, gradient: Tensor, state: inout [Tensor], in group: ParameterGroup, step: Int
  ) {
    report(
      TensorError(
        .unsupported, operation: "\(type(of: self)).step", expected: "an optimizer that states a `rule` or an `update`",
        got: "one with neither"))
  }

  /// The steps taken and, a line each, the groups: how many parameters they have, and their settings.
  open var description: String { summary }

  /// The settings of a group beside its learning rate, each with its name, for `print`.
  func settingsText(of group: ParameterGroup) -> [String] { [] }

  /// State that belongs to no single parameter, by name.
  func commonState() -> [(name: String, tensor: Tensor)] { [] }

  /// The names that `commonState` may have.
  var commonStateNames: [String] { [] }

  /// What is wrong with saved state that belongs to no single parameter.
  func commonStateProblems(_ saved: [String: Tensor]) -> [String] { [] }

  /// Takes up saved state that belongs to no single parameter and has no problems.
  func restoreCommonState(_ saved: [String: Tensor]) {}

  /// Updates every parameter that learns.
  ///
  /// Misuse: a parameter that learns and has no gradient, unless `skipsMissingGradients`, or settings out of range;
  /// nothing is changed then.
  public func step() {
    if let recorder = Modes.current.recorder {
      return recorder.perform("a step of \(type(of: self))", of: [self]) { [self] in takeStep() }
    }
    // What an optimizer computes of small numbers is not for fewer digits.
    if Modes.current.autocastType != nil { return autocast(nil) { takeStep() } }
    takeStep()
  }

  private func takeStep() {
    let gradients = parameters.map { $0.requiresGrad ? $0.grad : nil }
    if reportsMissing(gradients) { return }
    followSchedule()
    if reportsWrongSettings() { return }
    stepCount += 1
    profileRange("optimizer.step") { updateAll(gradients) }
  }

  /// Sets the learning rate of the step that is about to be taken.
  func followSchedule() { if let schedule { learningRate = schedule(steps) } }

  /// Whether a setting is out of range, which is reported.
  func reportsWrongSettings() -> Bool {
    refuses { for group in groups { checkLearningRate(group.learningRate) } }
  }

  /// Reports a direction that cannot be changed now.
  func validateMaximize(of group: ParameterGroup) {}

  private func updateAll(_ gradients: [Tensor?]) {
    var batch = UpdateBatch()
    for group in groups { updateAll(in: group, gradients, &batch) }
    batch.run()
  }

  private func updateAll(in group: ParameterGroup, _ gradients: [Tensor?], _ batch: inout UpdateBatch) {
    var known: (step: Int, isFresh: Bool, rule: UpdateRule?)?
    for index in group.range {
      guard isOwn?(index) ?? true, var gradient = gradients[index] else { continue }
      if group.maximize { gradient = noGrad { -gradient.detach() } }
      let isFresh = prepareState(at: index, in: group)
      let step = states[index].stepCount
      if known?.step != step || known?.isFresh != isFresh {
        known = (step, isFresh, rule(in: group, step: step, isFresh: isFresh))
      }
      let value = parameters[index].uniqueValue()
      if let rule = known?.rule {
        batch.add(rule, value, gradient: gradient, state: states[index].tensors)
      } else {
        update(at: index, value, gradient, in: group)
      }
    }
  }

  /// Has a subclass update one parameter, and takes over what it did not write in place.
  private func update(at index: Int, _ present: Tensor, _ gradient: Tensor, in group: ParameterGroup) {
    let before = states[index].tensors
    var (value, state) = (present, before)
    let step = states[index].stepCount
    noGrad {
      update(&value, gradient: gradient.detach().inFullPrecision, state: &state, in: group, step: step)
    }
    if Modes.current.errorScope?.error != nil { return }
    // Of another type it is converted.
    if value.shape != present.shape {
      return report(
        TensorError(
          .shape, operation: "\(type(of: self)).update", expected: "a value of \(present.spec)", got: "\(value.spec)"))
    }
    if state.map(\.shape) != before.map(\.shape) || state.map(\.dtype) != before.map(\.dtype) {
      return report(
        TensorError(
          .shape, operation: "\(type(of: self)).update", expected: "state tensors of \(before.map(\.spec))",
          got: "\(state.map(\.spec))"))
    }
    states[index].tensors = state
    if value.view !== present.view { parameters[index].value = value }
  }

  /// Counts an update and makes the state tensors ready to be written.
  ///
  /// - Returns: Whether one of them begins with this update.
  private func prepareState(at index: Int, in group: ParameterGroup) -> Bool {
    // Not the whole state: whoever holds its tensors has them copied below.
    let (stepsBefore, namesBefore) = (states[index].stepCount, states[index].names)
    let names = stateNames(of: parameters[index], in: group)
    if stepsBefore == 0 || names != namesBefore {
      (states[index].names, states[index].tensors) = (names, tensors(names, at: index, in: group))
    }
    for place in names.indices { states[index].tensors[place].makeUnique() }
    states[index].stepCount += 1
    return stepsBefore == 0 || !names.allSatisfy(namesBefore.contains)
  }

  /// The state tensors of these names: those that are kept, and for others what they are before the first update.
  func tensors(_ names: [String], at index: Int, in group: ParameterGroup) -> [Tensor] {
    let known = Dictionary(zip(states[index].names, states[index].tensors)) { first, _ in first }
    return names.map { known[$0] ?? initialState($0, at: index, in: group) }
  }

  /// What a state tensor of the parameter at a place is before the first update.
  func initialState(_ name: String, at index: Int, in group: ParameterGroup) -> Tensor {
    noGrad { initialState(name, of: parameters[index].value.inFullPrecision, in: group) }
  }

  /// Forgets the gradients.
  public func zeroGrad() {
    let recorder = Modes.current.recorder
    for parameter in parameters { parameter.forgetGradient(toldTo: recorder) }
  }
}
