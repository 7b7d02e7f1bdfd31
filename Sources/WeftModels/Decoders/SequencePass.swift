import WeftTensor

/// Texts one behind the other along one axis, each continued from what its cache holds: nothing is padded, whether they
/// bring one token or a whole prompt. For answers: no gradients pass.
struct SequencePass: DecoderPass {
  /// A text and the new positions that stand for it.
  struct Part {
    let cache: SequenceCache
    /// Where its positions stand among those of the pass.
    let range: Range<Int>
    /// Which keys each sees, in layers that see all before them and in those of a window, the same in each such layer;
    /// or what is added to the scores of each head, [heads, 1, positions, keys].
    let mask: Tensor?
    let windowMask: Tensor?

    init(_ cache: SequenceCache, _ range: Range<Int>, window: Int?) {
      (self.cache, self.range) = (cache, range)
      mask = SequencePass.mask(count: range.count, past: cache.count, window: nil)
      windowMask = window.flatMap {
        SequencePass.mask(count: range.count, past: cache.count - hiddenPositions(of: cache, window: $0), window: $0)
      }
    }

    init(_ cache: SequenceCache, _ range: Range<Int>, bias: RelativeBias) {
      (self.cache, self.range, windowMask) = (cache, range, nil)
      let (past, end) = (cache.count, cache.count + range.count)
      let added = bias(queries: past..<end, keys: end)
      let isSeen = Tensor(arange: end) .<= Tensor(arange: past, end).unsqueezed(1)
      let seen = range.count == 1 ? added : Tensor.where(isSeen, added, Tensor(-Double.infinity, dtype: added.dtype))
      mask = seen.unsqueezed(1)
    }
  }

  let positions: Tensor
  let parts: [Part]
  private let plain: RotaryTurn?
  private let windowed: RotaryTurn?

  /// - Parameters:
  ///   - continuing: Texts, and how many positions each brings.
  ///   - bias: What is added to scores by how far positions are apart; nil for nothing.
  init(
    _ options: DecoderOptions, _ continuing: [(cache: SequenceCache, count: Int)], bias: RelativeBias? = nil
  ) {
    var (parts, places): ([Part], [Int]) = ([], [])
    for (cache, count) in continuing {
      let range = places.count..<(places.count + count)
      parts.append(bias.map { Part(cache, range, bias: $0) } ?? Part(cache, range, window: options.window))
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
    if parts.count == 1 { return Self.attend(query, key, value, parts[0], scope) }
    let results = parts.map { part in
      func own(_ x: Tensor) -> Tensor { x.sliced(axis: 0, from: part.range.lowerBound, to: part.range.upperBound) }
      return Self.attend(own(query), own(key), own(value), part, scope)
    }
    return concatenated(results, axis: 0)
  }

  /// The attention of one text's new positions.
  private static func attend(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, _ part: Part, _ scope: LayerScope
  ) -> Tensor {
    let (count, heads, shared, dim) = (query.shape[0], query.shape[1], key.shape[1], query.shape[2])
    var (keys, values) = part.cache.appended(key, value, layer: scope.layer)
    let hidden = scope.window.map { hiddenPositions(of: part.cache, window: $0) } ?? 0
    if hidden > 0 { (keys, values) = (keys.sliced(axis: 1, from: hidden), values.sliced(axis: 1, from: hidden)) }
    if count == 1 {
      // One position sees all that is left: the queries that share a head stand where positions do.
      let grouped = query.reshaped(shared, heads / shared, dim)
      return attention(
        query: grouped, key: keys, value: values, mask: part.mask?.squeezed(1), isCausal: false, scale: scope.scale,
        dropout: 0, cap: scope.cap
      ).reshaped(1, heads, dim)
    }
    let grouped = query.reshaped(count, shared, heads / shared, dim).permuted(1, 2, 0, 3)
    let mask = scope.window == nil ? part.mask : part.windowMask
    let attended = attention(
      query: grouped, key: keys.unsqueezed(1), value: values.unsqueezed(1), mask: mask, isCausal: mask == nil,
      scale: scope.scale, dropout: 0, cap: scope.cap)
    return attended.permuted(2, 0, 1, 3).reshaped(count, heads, dim)
  }

  /// Which of `past + count` keys each of `count` queries sees; nil where that is the plain causal order, and for one
  /// query, which sees all that is left.
  private static func mask(count: Int, past: Int, window: Int?) -> Tensor? {
    if count == 1 { return nil }
    let reaches = window.map { $0 >= past + count } ?? true
    if past == 0, reaches { return nil }
    let (own, keys) = (Tensor(arange: past, past + count).unsqueezed(1), Tensor(arange: past + count))
    let before = keys .<= own
    guard let window, !reaches else { return before }
    return before .& (keys .> (own - window))
  }
}

/// How many of the first positions lie before the window of the next: what it does not see, none behind it does.
private func hiddenPositions(of cache: SequenceCache, window: Int) -> Int { max(cache.count + 1 - window, 0) }
