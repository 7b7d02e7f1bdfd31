#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

// What a `config.json` says of rotary positions: since transformers 5 under `rope_parameters`, with kinds of layers
// apart where they differ, before that in `rope_theta` and `rope_scaling`.

extension DecoderOptions {
  /// Reads how positions turn queries and keys.
  ///
  /// - Parameter hasLocalBase: Whether layers with a window have a base of their own.
  mutating func readRotary(_ configuration: ModelConfiguration, hasLocalBase: Bool) throws(ModelError) {
    let stated = try configuration.part(optional: "rope_parameters")
    let scaling = try configuration.part(optional: "rope_scaling")
    let full = try stated?.part(optional: "full_attention")
    let base = try configuration.positive("rope_theta", default: hasLocalBase ? 1_000_000 : 10_000)
    rotary = try rotary(configuration, scaling ?? full ?? stated, base: base)
    guard hasLocalBase else { return }
    let local = try configuration.positive("rope_local_base_freq", default: 10_000)
    windowedRotary = try rotary(configuration, stated?.part(optional: "sliding_attention"), base: local)
  }

  private func rotary(
    _ configuration: ModelConfiguration, _ settings: ModelConfiguration?, base: Double
  ) throws(ModelError) -> RotaryOptions {
    var options = RotaryOptions(dim: headDim, base: base)
    for part in [configuration, settings].compactMap({ $0 }) {
      let share = try part.number("partial_rotary_factor", default: 1)
      guard share == 1 else {
        throw part.failure("partial_rotary_factor", .unsupported, expected: "1", found: "\(share)")
      }
    }
    guard let settings else { return options }
    options.base = try settings.positive("rope_theta", default: base)
    options.scaling = try scaling(configuration, settings, key: settings.has("rope_type") ? "rope_type" : "type")
    return options
  }

  private enum Kind { case none, linear, dynamic, llama3, yarn, longRope }

  private static let kinds: [(String, Kind)] = [
    ("default", .none), ("linear", .linear), ("dynamic", .dynamic), ("llama3", .llama3), ("yarn", .yarn),
    ("longrope", .longRope), ("su", .longRope),
  ]

  private func scaling(
    _ configuration: ModelConfiguration, _ settings: ModelConfiguration, key: String
  ) throws(ModelError) -> RotaryScaling {
    switch try settings.choice(key, of: Self.kinds, default: "default") {
    case .none: return .none
    case .linear: return .linear(factor: try settings.positive("factor"))
    case .dynamic: return .dynamic(factor: try factor(settings), maxPositions: maxPositions)
    case .llama3:
      let (low, high) = (try settings.positive("low_freq_factor"), try settings.positive("high_freq_factor"))
      guard high > low else {
        throw settings.failure("high_freq_factor", expected: "more than low_freq_factor, \(low)")
      }
      return .llama3(
        factor: try settings.positive("factor"), lowFactor: low, highFactor: high,
        originalPositions: try originalPositions(configuration, settings))
    case .yarn: return .yarn(try yarn(configuration, settings))
    case .longRope: return try longRope(configuration, settings)
    }
  }

  private func factor(_ settings: ModelConfiguration) throws(ModelError) -> Double {
    let factor = try settings.number("factor")
    guard factor >= 1 else { throw settings.failure("factor", expected: "a number from 1") }
    return factor
  }

  private func originalPositions(
    _ configuration: ModelConfiguration, _ settings: ModelConfiguration
  ) throws(ModelError) -> Int {
    let key = "original_max_position_embeddings"
    if let outside = try configuration.integer(optional: key, in: 1...(1 << 24)) { return outside }
    return try settings.size(key, most: 1 << 24, default: maxPositions)
  }

  private func yarn(
    _ configuration: ModelConfiguration, _ settings: ModelConfiguration
  ) throws(ModelError) -> YarnScaling {
    let original = try originalPositions(configuration, settings)
    let factor = settings.has("factor") ? try factor(settings) : Double(maxPositions) / Double(original)
    var magnitude = try settings.number(optional: "attention_factor")
    if magnitude == nil, let own = try settings.number(optional: "mscale"),
      let all = try settings.number(optional: "mscale_all_dim"), own != 0, all != 0
    {
      magnitude = YarnScaling.magnitude(factor, weight: own) / YarnScaling.magnitude(factor, weight: all)
    }
    var yarn = YarnScaling(factor: factor, originalPositions: original, magnitude: magnitude)
    yarn.fastTurns = try settings.positive("beta_fast", default: 32)
    yarn.slowTurns = try settings.positive("beta_slow", default: 1)
    yarn.hasWholeEnds = try settings.flag("truncate", default: true)
    return yarn
  }

  private func longRope(
    _ configuration: ModelConfiguration, _ settings: ModelConfiguration
  ) throws(ModelError) -> RotaryScaling {
    let original = try originalPositions(configuration, settings)
    let factor = try settings.number(optional: "factor") ?? Double(maxPositions) / Double(original)
    let grown = factor <= 1 || original < 2 ? 1 : (1 + log(factor) / log(Double(original))).squareRoot()
    return .longRope(
      short: try divisors(settings, "short_factor"), long: try divisors(settings, "long_factor"),
      originalPositions: original, magnitude: try settings.positive("attention_factor", default: grown))
  }

  private func divisors(_ settings: ModelConfiguration, _ key: String) throws(ModelError) -> [Double] {
    let numbers = try settings.numbers(key) ?? []
    guard numbers.count == headDim / 2, numbers.allSatisfy({ $0 > 0 }) else {
      throw settings.failure(key, expected: "\(headDim / 2) numbers above 0", found: "\(numbers.count)")
    }
    return numbers
  }
}
