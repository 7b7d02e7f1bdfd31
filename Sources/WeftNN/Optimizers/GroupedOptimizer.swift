import WeftTensor

/// An optimizer whose groups have settings beside the learning rate.
open class GroupedOptimizer<Settings: Sendable>: Optimizer {
  /// The settings of each group; they may change between steps.
  ///
  /// Misuse: setting one out of its range, or a number of settings other than that of the groups; all stay what they were.
  public var settings: [Settings] {
    didSet {
      Modes.current.recorder?.cannotRepeat("settings of an optimizer were set", hint: "set them before the step")
      if refuses({ validateSettings() }) { settings = oldValue }
    }
  }

  /// An optimizer whose first group has all `parameters`.
  public init(_ parameters: [Parameter], learningRate: Double, maximize: Bool = false, _ settings: Settings) {
    self.settings = [settings]
    super.init(parameters, learningRate: learningRate, maximize: maximize)
    validate(groups[0])
    validateTogether(groups[0])
  }

  /// Adds parameters with settings of their own; what is not named is as in the first group.
  ///
  /// - Parameter change: What is different in this group.
  @discardableResult
  public func addGroup(
    _ parameters: [Parameter], learningRate: Double? = nil, maximize: Bool? = nil,
    change: (inout Settings) -> Void
  ) -> ParameterGroup {
    var changed = settings[0]
    change(&changed)
    let group = append(parameters, learningRate, maximize)
    if groups.last !== group { return group }  // it was refused
    settings.append(changed)
    if settings.count == groups.count { validateTogether(group) }
    if Modes.current.errorScope?.error != nil { removeLastGroup() }
    return group
  }

  @discardableResult
  public override func addGroup(
    _ parameters: [Parameter], learningRate: Double? = nil, maximize: Bool? = nil
  ) -> ParameterGroup {
    addGroup(parameters, learningRate: learningRate, maximize: maximize) { _ in }
  }

  override func settingsText(of group: ParameterGroup) -> [String] {
    guard settings.indices.contains(group.index) else { return [] }
    return Mirror(reflecting: settings[group.index]).children.map { "\($0.label ?? ""): \($0.value)" }
  }

  override func removeLastGroup() {
    super.removeLastGroup()
    if settings.count > groups.count { settings.removeLast() }
  }

  override func reportsWrongSettings() -> Bool {
    refuses {
      guard validateSettings() else { return }
      for group in groups {
        checkLearningRate(group.learningRate)
        validateTogether(group)
      }
    }
  }

  /// Reports what is wrong with the settings, each by itself.
  /// - Returns: Whether there are settings for all groups.
  @discardableResult
  private func validateSettings() -> Bool {
    guard settings.count == groups.count else {
      report(
        TensorError(
          .value, operation: "\(type(of: self)).settings", expected: "settings for each of \(groups.count) groups",
          got: "\(settings.count)"))
      return false
    }
    groups.forEach(validate)
    return true
  }

  /// Reports settings of a group that are out of range: when they are set, and before each step.
  open func validate(_ group: ParameterGroup) {}

  /// Reports settings of a group that do not go together: when it is added, and before each step. Not when one of them is
  /// set, as another may be about to follow.
  open func validateTogether(_ group: ParameterGroup) {}
}
