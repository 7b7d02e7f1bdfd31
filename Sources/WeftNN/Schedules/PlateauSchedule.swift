/// A learning rate that falls when a measure has stopped getting better (PyTorch's `ReduceLROnPlateau`).
///
/// ```swift
/// var plateau = PlateauSchedule(from: 0.1, patience: 5)
/// for epoch in 0..<100 {
///   ...
///   optimizer.learningRate = plateau.step(validationLoss)
/// }
/// ```
/// All of it can be written to a file and read back.
public struct PlateauSchedule: Sendable, Codable, Hashable {
  /// What a good measure is.
  public enum Goal: String, Sendable, Codable {
    /// A loss is best where least, an accuracy where largest.
    case least, largest
  }

  /// How much better than the best so far counts as better.
  public enum Threshold: Sendable, Codable, Hashable {
    /// By this share of the best.
    case relative(Double)
    /// By this much.
    case absolute(Double)
  }

  /// Whether the least or the largest measure is best.
  public let goal: Goal
  /// What the rate is multiplied by.
  public let factor: Double
  /// How many measures in a row may be no better.
  public let patience: Int
  /// How much better than the best so far counts as better.
  public let threshold: Threshold
  /// How many measures after a fall are not counted.
  public let cooldown: Int
  /// The rate falls no further than this.
  public let least: Double
  /// A fall smaller than this is left out.
  public let epsilon: Double
  /// The present rate.
  public private(set) var rate: Double
  /// The best measure so far.
  public private(set) var best: Double?
  /// How many measures in a row were no better.
  public private(set) var badCount = 0
  private var cooling = 0

  /// A rate that begins at `rate`, by default with PyTorch's settings.
  public init(
    from rate: Double, goal: Goal = .least, factor: Double = 0.1, patience: Int = 10,
    threshold: Threshold = .relative(1e-4), cooldown: Int = 0, least: Double = 0, epsilon: Double = 1e-8
  ) {
    (self.rate, self.goal, self.factor, self.patience) = (rate, goal, factor, patience)
    (self.threshold, self.cooldown, self.least, self.epsilon) = (threshold, cooldown, least, epsilon)
  }

  /// Takes in a measure, once an epoch as a rule, and gives the rate from now on. One that is not a number is no better.
  @discardableResult
  public mutating func step(_ measure: Double) -> Double {
    if isBetter(measure) { (best, badCount) = (measure, 0) } else { badCount += 1 }
    if cooling > 0 { (cooling, badCount) = (cooling - 1, 0) }
    if badCount > patience {
      let lower = max(rate * factor, least)
      if rate - lower > epsilon { rate = lower }
      (cooling, badCount) = (cooldown, 0)
    }
    return rate
  }

  private func isBetter(_ measure: Double) -> Bool {
    guard let best else { return goal == .least ? measure < .infinity : measure > -.infinity }
    switch (goal, threshold) {
    case (.least, .relative(let share)): return measure < best * (1 - share)
    case (.least, .absolute(let amount)): return measure < best - amount
    case (.largest, .relative(let share)): return measure > best * (1 + share)
    case (.largest, .absolute(let amount)): return measure > best + amount
    }
  }
}
