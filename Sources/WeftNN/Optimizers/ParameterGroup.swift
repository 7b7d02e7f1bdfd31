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
      Modes.current.recorder?.cannotRepeat("a learning rate was read", hint: Self.numbersHint)
      return rate
    }
    set {
      Modes.current.recorder?.cannotRepeat("a learning rate was set", hint: Self.numbersHint)
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
  weak var owner: (any GroupOwner)?

  /// What to do with numbers that a recorded step would keep as they were.
  static let numbersHint = "give the optimizer a `schedule`, or do this before the step"

  init(index: Int, range: Range<Int>, learningRate: Double, maximize: Bool, share: Double) {
    (self.index, self.range, self.share) = (index, range, share)
    (rate, self.maximize) = (learningRate, maximize)
  }
}

/// Who knows what may be set in a group: its optimizer.
protocol GroupOwner: AnyObject {
  func refuses(_ check: () -> Void) -> Bool
  func checkLearningRate(_ rate: Double)
  func validateMaximize(of group: ParameterGroup)
}
