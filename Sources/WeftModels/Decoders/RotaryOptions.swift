#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// How a decoder turns the features of its heads by their positions: pair i of a head's d features by the angle
/// m · f(i) at position m, with f(i) = base^(-2i / d) before scaling (Su et al., "RoFormer", 2021). The pairs are the
/// features i and i + d / 2.
public struct RotaryOptions: Hashable, Sendable {
  /// d, the features of a head.
  public var dim: Int
  /// What the angles fall by.
  public var base: Double
  /// What a model does to reach further than it was trained at first.
  public var scaling: RotaryScaling

  /// - Parameter dim: d, the features of a head: an even number.
  public init(dim: Int, base: Double = 10_000, scaling: RotaryScaling = .none) {
    (self.dim, self.base, self.scaling) = (dim, base, scaling)
  }
}

/// What is done to the angles so that a model reads longer texts than those it was trained on at first.
public enum RotaryScaling: Hashable, Sendable {
  /// Nothing.
  case none
  /// All frequencies are divided (Chen et al., "Position Interpolation", 2023).
  case linear(factor: Double)
  /// The base grows with the text, once it is longer than `maxPositions` (bloc97 and emozilla, "NTK-aware scaling", 2023).
  case dynamic(factor: Double, maxPositions: Int)
  /// Low frequencies are divided, high ones stay, those between go over smoothly (Llama 3.1).
  case llama3(factor: Double, lowFactor: Double, highFactor: Double, originalPositions: Int)
  /// See `YarnScaling`.
  case yarn(YarnScaling)
  /// Each frequency is divided by a number of its own, other ones for texts longer than `originalPositions` (Ding et
  /// al., "LongRoPE", 2024); cosines and sines are multiplied by `magnitude`.
  case longRope(short: [Double], long: [Double], originalPositions: Int, magnitude: Double)
  /// Each frequency is divided by a number of its own, as GGUF files have them (`rope_freqs.weight`).
  case divided(by: [Double])
}

/// YaRN (Peng et al., 2023): frequencies whose waves fit into the first context `fastTurns` times or more stay, those that
/// fit `slowTurns` times or less are divided by `factor`, with a ramp between; cosines and sines grow by `magnitude`.
public struct YarnScaling: Hashable, Sendable {
  /// What low frequencies are divided by.
  public var factor: Double
  /// The length of texts at first.
  public var originalPositions: Int
  /// The turns above which frequencies stay.
  public var fastTurns = 32.0
  /// The turns below which they are divided.
  public var slowTurns = 1.0
  /// What cosines and sines are multiplied by.
  public var magnitude: Double
  /// Whether the ends of the ramp are whole numbers.
  public var hasWholeEnds = true

  /// - Parameter magnitude: What cosines and sines are multiplied by; left out, 0.1 · ln(factor) + 1.
  public init(factor: Double, originalPositions: Int, magnitude: Double? = nil) {
    (self.factor, self.originalPositions) = (factor, originalPositions)
    self.magnitude = magnitude ?? Self.magnitude(factor)
  }

  /// The magnitude that goes with a factor: 0.1 · weight · ln(factor) + 1.
  public static func magnitude(_ factor: Double, weight: Double = 1) -> Double {
    factor <= 1 ? 1 : 0.1 * weight * log(factor) + 1
  }
}

extension RotaryOptions {
  /// What cosines and sines are multiplied by.
  var magnitude: Double {
    switch scaling {
    case .yarn(let yarn): yarn.magnitude
    case .longRope(_, _, _, let magnitude): magnitude
    default: 1
    }
  }

  /// The angle of each pair from one position to the next, in a text of `length` positions.
  func frequencies(length: Int) -> [Double] {
    let plain = frequencies(base: base)
    switch scaling {
    case .none: return plain
    case .linear(let factor): return plain.map { $0 / factor }
    case .dynamic(let factor, let most):
      let stretch = factor * Double(max(length, most)) / Double(most) - (factor - 1)
      return frequencies(base: base * pow(stretch, Double(dim) / Double(max(dim - 2, 1))))
    case .llama3(let factor, let low, let high, let original):
      return plain.map { Self.llama3($0, factor, low, high, Double(original)) }
    case .yarn(let yarn): return yarn.scaled(plain, self)
    case .longRope(let short, let long, let original, _):
      return zip(plain, length > original ? long : short).map { $0 / $1 }
    case .divided(let divisors): return zip(plain, divisors).map { $0 / $1 }
    }
  }

  private func frequencies(base: Double) -> [Double] {
    (0..<(dim / 2)).map { pow(base, -2 * Double($0) / Double(dim)) }
  }

  private static func llama3(
    _ frequency: Double, _ factor: Double, _ low: Double, _ high: Double, _ original: Double
  ) -> Double {
    let turns = original * frequency / (2 * Double.pi)
    if turns < low { return frequency / factor }
    if turns > high { return frequency }
    let share = (turns - low) / (high - low)
    return (1 - share) * frequency / factor + share * frequency
  }
}

extension YarnScaling {
  fileprivate func scaled(_ plain: [Double], _ options: RotaryOptions) -> [Double] {
    var (low, high) = (place(turns: fastTurns, options), place(turns: slowTurns, options))
    if hasWholeEnds { (low, high) = (low.rounded(.down), high.rounded(.up)) }
    (low, high) = (max(low, 0), min(high, Double(options.dim - 1)))
    if low == high { high += 0.001 }
    return plain.enumerated().map { index, frequency in
      let divided = min(max((Double(index) - low) / (high - low), 0), 1)
      return frequency / factor * divided + frequency * (1 - divided)
    }
  }

  /// The pair whose wave fits into the first context so many times.
  private func place(turns: Double, _ options: RotaryOptions) -> Double {
    Double(options.dim) * log(Double(originalPositions) / (turns * 2 * Double.pi)) / (2 * log(options.base))
  }
}
