import WeftTensor

/// How the states of a text's tokens become one vector.
public enum PoolingMode: String, Hashable, Sendable, CaseIterable {
  /// The first token's state.
  case first = "cls"
  /// The largest of each feature.
  case max
  /// The mean of each feature.
  case mean
  /// The sum of each feature over the root of the number of tokens.
  case rootMean = "mean_sqrt_len_tokens"
  /// The mean of each feature, the nth token counting n times.
  case weightedMean = "weightedmean"
  /// The last token's state.
  case last = "lasttoken"
}

/// The step of sentence-transformers that makes one vector of the states of a text's tokens.
public struct Pooling: Hashable, Sendable {
  /// The ways of pooling, whose vectors are joined.
  public var modes: [PoolingMode]
  /// Whether the tokens of a prompt before the text count.
  public var includesPrompt: Bool

  /// - Parameters:
  ///   - modes: The ways of pooling, whose vectors are joined.
  ///   - includesPrompt: Whether the tokens of a prompt before the text count.
  public init(_ modes: [PoolingMode], includesPrompt: Bool = true) {
    (self.modes, self.includesPrompt) = (modes, includesPrompt)
  }

  /// The pooling that a `config.json` of sentence-transformers states, of any age.
  ///
  /// - Throws: `ModelError` for a way that is not known.
  init(_ configuration: ModelConfiguration) throws(ModelError) {
    let known = PoolingMode.allCases.map { ($0.rawValue, $0) }
    var modes: [PoolingMode] = []
    if let names = try configuration.texts("pooling_mode") {
      for name in names {
        guard let mode = known.first(where: { $0.0 == name })?.1 else {
          throw configuration.failure(
            "pooling_mode", .unsupported, expected: "one of \(known.map(\.0).joined(separator: ", "))",
            found: "\"\(name)\"")
        }
        modes.append(mode)
      }
    } else {
      // In this order their vectors are joined.
      for (key, mode) in Self.olderKeys where try configuration.flag(key, default: false) { modes.append(mode) }
    }
    self.init(
      modes.isEmpty ? [.mean] : modes,
      includesPrompt: try configuration.flag("include_prompt", default: true))
  }

  private static let olderKeys: [(String, PoolingMode)] = [
    ("pooling_mode_cls_token", .first), ("pooling_mode_max_tokens", .max), ("pooling_mode_mean_tokens", .mean),
    ("pooling_mode_mean_sqrt_len_tokens", .rootMean), ("pooling_mode_weightedmean_tokens", .weightedMean),
    ("pooling_mode_lasttoken", .last),
  ]
}

extension Pooling {
  /// One vector for each text.
  ///
  /// Shape: states [N, T, E] to [N, E · modes].
  /// - Parameters:
  ///   - attentionMask: [N, T], true or not zero where there is a token; nil where all are tokens.
  ///   - promptLength: How many tokens at the beginning are a prompt's.
  public func callAsFunction(_ states: Tensor, attentionMask: Tensor? = nil, promptLength: Int = 0) -> Tensor {
    var isToken = attentionMask.map { $0.dtype == .bool ? $0 : $0 .!= 0 }
    let places = Tensor(arange: states.rank == 3 ? states.shape[1] : 0)
    if !includesPrompt, promptLength > 0, states.rank == 3 {
      let before = isToken.map { ordinal($0) } ?? (places + 1)
      let isText = before .> promptLength
      isToken = isToken.map { $0 .& isText } ?? isText.unsqueezed(0).expanded(to: [states.shape[0], states.shape[1]])
    }
    let vectors = modes.map { pooled(states, $0, isToken, attentionMask) }
    return vectors.count == 1 ? vectors[0] : concatenated(vectors, axis: -1)
  }

  /// The how manieth token of its text each place holds.
  private func ordinal(_ isToken: Tensor) -> Tensor { isToken.converted(to: .int64).cumulativeSum(axis: 1) }

  private func pooled(_ states: Tensor, _ mode: PoolingMode, _ isToken: Tensor?, _ all: Tensor?) -> Tensor {
    switch mode {
    case .first:
      return isToken.map { state(states, at: $0.converted(to: .int64).argMax(axis: 1)) }
        ?? states.sliced(axis: 1, to: 1).squeezed(1)
    case .last:
      guard let isToken else { return states.sliced(axis: 1, from: states.shape[1] - 1).squeezed(1) }
      return state(states, at: (ordinal(isToken) * isToken.converted(to: .int64)).argMax(axis: 1))
    case .max:
      guard let isToken else { return states.max(axis: 1) }
      return Tensor.where(isToken.unsqueezed(2), states, Tensor(-Double.infinity, dtype: states.dtype)).max(axis: 1)
    case .mean: return weighted(states, isToken.map { $0.converted(to: states.dtype) }) { $0 }
    case .rootMean: return weighted(states, isToken.map { $0.converted(to: states.dtype) }) { $0.sqrt() }
    case .weightedMean:
      let full = all.map { ordinal($0.dtype == .bool ? $0 : $0 .!= 0) }
      let numbers = full ?? (Tensor(arange: states.shape[1]) + 1).unsqueezed(0)
      let weights = numbers.converted(to: states.dtype)
      return weighted(states, isToken.map { $0.converted(to: states.dtype) * weights } ?? weights) { $0 }
    }
  }

  /// The sum of weighted states over what `divisor` makes of the sum of the weights; zero for a text without tokens.
  private func weighted(_ states: Tensor, _ weights: Tensor?, _ divisor: (Tensor) -> Tensor) -> Tensor {
    guard let weights else {
      return states.sum(axis: 1) / divisor(Tensor(Double(states.shape[1]), dtype: states.dtype))
    }
    let each = weights.unsqueezed(2)
    return (states * each).sum(axis: 1) / divisor(each.sum(axis: 1).clamped(low: 1e-9))
  }

  private func state(_ states: Tensor, at places: Tensor) -> Tensor {
    states.takenAlong(places.unsqueezed(1).unsqueezed(2), axis: 1).squeezed(1)
  }
}
