import WeftTensor

/// Parameters of an optimizer that share their settings.
///
/// ```swift
/// let optimizer = AdamW(weights, learningRate: 1e-3, weightDecay: 0.1)
/// optimizer.addGroup(biases) { $0.weightDecay = 0 }
/// ```
public final class ParameterGroup {
  /// Its place among the optimizer's groups.
  public let index: Int
  /// Where its parameters stand among the optimizer's.
  public let range: Range<Int>
  /// The present step size.
  ///
  /// Misuse: setting one below 0 or that is no finite number; it stays what it was.
  public var learningRate: Double {
    get {
      Modes.current.recorder?.cannotRepeat("a learning rate was read", hint: Optimizer.numbersHint)
      return rate
    }
    set {
      Modes.current.recorder?.cannotRepeat("a learning rate was set", hint: Optimizer.numbersHint)
      if let owner, owner.refuses({ owner.checkLearningRate(newValue) }) { return }
      rate = newValue
    }
  }
  private var rate: Double
  /// Whether the updates climb: every gradient is taken with the other sign.
  public var maximize: Bool {
    didSet {
      guard let owner, maximize != oldValue else { return }
      Modes.current.recorder?.cannotRepeat("the direction of steps was set", hint: "set it before the step")
      if owner.refuses({ owner.validateMaximize(of: self) }) { maximize = oldValue }
    }
  }
  /// Its first learning rate as a multiple of the first group's: what it gets when the optimizer's rate is set.
  public let share: Double
  /// The optimizer, which knows what may be set.
  weak var owner: Optimizer?

  init(index: Int, range: Range<Int>, learningRate: Double, maximize: Bool, share: Double) {
    (self.index, self.range, self.share) = (index, range, share)
    (rate, self.maximize) = (learningRate, maximize)
  }
}

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
