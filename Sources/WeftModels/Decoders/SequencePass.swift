import WeftTensor

/// Texts one behind the other along one axis, each continued from what its cache holds: nothing is padded, whether they
/// bring one token or a whole prompt. For answers: no gradients pass.
struct SequencePass: DecoderPass {
  /// A text and the new positions that stand for it.
  struct Part {
    let cache: SequenceCache
    /// Where its positions stand among those of the pass.
    let range: Range<Int>
  }

  let positions: Tensor
  private let parts: [Part]
  private let plain: RotaryTurn?
  private let windowed: RotaryTurn?

  /// - Parameter continuing: Texts, and how many positions each brings.
  init(_ options: DecoderOptions, _ continuing: [(cache: SequenceCache, count: Int)]) {
    var (parts, places): ([Part], [Int]) = ([], [])
    for (cache, count) in continuing {
      parts.append(Part(cache: cache, range: places.count..<(places.count + count)))
      places += cache.count..<(cache.count + count)
    }
    (self.parts, positions) = (parts, Tensor(places))
    let spans = continuing.map {
      (range: $0.cache.count..<($0.cache.count + $0.count), length: $0.cache.count + $0.count)
    }
    plain = options.rotary.map { RotaryTurn($0, spans) }
    windowed = options.windowedRotary.map { RotaryTurn($0, spans) }
  }

  func turn(isWindowed: Bool) -> RotaryTurn? { isWindowed ? windowed ?? plain : plain }

  func attend(_ query: Tensor, _ key: Tensor, _ value: Tensor, _ scope: LayerScope) -> Tensor {
    if parts.count == 1 { return Self.attend(query, key, value, parts[0].cache, scope) }
    let results = parts.map { part in
      func own(_ x: Tensor) -> Tensor { x.sliced(axis: 0, from: part.range.lowerBound, to: part.range.upperBound) }
      return Self.attend(own(query), own(key), own(value), part.cache, scope)
    }
    return concatenated(results, axis: 0)
  }

  /// The attention of one text's new positions.
  private static func attend(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, _ cache: SequenceCache, _ scope: LayerScope
  ) -> Tensor {
    let (count, heads, shared, dim) = (query.shape[0], query.shape[1], key.shape[1], query.shape[2])
    var (keys, values) = cache.appended(key, value, layer: scope.layer)
    // What the first new position does not see, none does.
    let hidden = scope.window.map { max(cache.count + 1 - $0, 0) } ?? 0
    if hidden > 0 { (keys, values) = (keys.sliced(axis: 1, from: hidden), values.sliced(axis: 1, from: hidden)) }
    if count == 1 {
      // One position sees all that is left: the queries that share a head stand where positions do.
      let grouped = query.reshaped(shared, heads / shared, dim)
      return attention(
        query: grouped, key: keys, value: values, mask: nil, isCausal: false, scale: scope.scale, dropout: 0
      ).reshaped(1, heads, dim)
    }
    let grouped = query.reshaped(count, shared, heads / shared, dim).permuted(1, 2, 0, 3)
    let past = cache.count - hidden
    let mask = mask(count: count, past: past, window: scope.window)
    let attended = attention(
      query: grouped, key: keys.unsqueezed(1), value: values.unsqueezed(1), mask: mask, isCausal: mask == nil,
      scale: scope.scale, dropout: 0)
    return attended.permuted(2, 0, 1, 3).reshaped(count, heads, dim)
  }

  /// Which of `past + count` keys each of `count` queries sees; nil where that is the plain causal order.
  private static func mask(count: Int, past: Int, window: Int?) -> Tensor? {
    let reaches = window.map { $0 >= past + count } ?? true
    if past == 0, reaches { return nil }
    let (own, keys) = (Tensor(arange: past, past + count).unsqueezed(1), Tensor(arange: past + count))
    let before = keys .<= own
    guard let window, !reaches else { return before }
    return before .& (keys .> (own - window))
  }
}
