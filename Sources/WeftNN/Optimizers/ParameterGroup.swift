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
  public var learningRate: Double
  /// Whether the updates climb: every gradient is taken with the other sign.
  public var maximize: Bool
  /// Its first learning rate as a multiple of the first group's: what it gets when the optimizer's rate is set.
  public let share: Double

  init(index: Int, range: Range<Int>, learningRate: Double, maximize: Bool, share: Double) {
    (self.index, self.range, self.share) = (index, range, share)
    (self.learningRate, self.maximize) = (learningRate, maximize)
  }
}

/// An optimizer whose groups have settings beside the learning rate.
open class GroupedOptimizer<Settings: Sendable>: Optimizer {
  /// The settings of each group; they may change between steps.
  public var settings: [Settings]

  /// An optimizer whose first group has all `parameters`.
  public init(_ parameters: [Parameter], learningRate: Double, maximize: Bool = false, _ settings: Settings) {
    self.settings = [settings]
    super.init(parameters, learningRate: learningRate, maximize: maximize)
    validate(groups[0])
  }

  /// Adds parameters with settings of their own; what is not named is as in the first group.
  ///
  /// - Parameter change: What is different in this group.
  @discardableResult
  public func addGroup(
    _ parameters: [Parameter], learningRate: Double? = nil, maximize: Bool? = nil,
    change: (inout Settings) -> Void
  ) -> ParameterGroup {
    let group = append(parameters, learningRate, maximize)
    var changed = settings[0]
    change(&changed)
    settings.append(changed)
    validate(group)
    return group
  }

  @discardableResult
  public override func addGroup(
    _ parameters: [Parameter], learningRate: Double? = nil, maximize: Bool? = nil
  ) -> ParameterGroup {
    addGroup(parameters, learningRate: learningRate, maximize: maximize) { _ in }
  }

  override func reportsWrongSettings() -> Bool {
    let others = groups.indices.filter { !settings.indices.contains($0) }
    guard others.isEmpty else {
      report(
        TensorError(
          .value, operation: "\(type(of: self)).step", expected: "settings for each of \(groups.count) groups",
          got: "\(settings.count)"))
      return true
    }
    groups.forEach(validate)
    return Modes.current.errorScope?.error != nil
  }

  /// Reports settings of a group that are out of range: when it is added, and before each step.
  open func validate(_ group: ParameterGroup) {}
}
