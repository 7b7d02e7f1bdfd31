import WeftTensor

/// What a decoder remembers of the positions it has seen, so that it makes one token at a time and computes each key
/// and value once: hand the same cache to every call of one sequence.
///
/// ```swift
/// let cache = KeyValueCache(numLayers: 6)
/// for token in target.split(size: 1) {   // [1, N, E] each
///   let output = decoder(token, memory, isCausal: true, cache: cache)
/// }
/// ```
/// A step costs time in proportion to the positions before it. Gradients flow through what is kept, unless it was made
/// inside `noGrad`. Not for several tasks at once.
public final class KeyValueCache {
  /// What one layer keeps.
  public final class Layer {
    /// Keys and values of the attention of a sequence to itself, which grow by the positions of each call.
    public let own = AttentionCache()
    /// Those of the attention to a memory, computed in the first call.
    public let memory = AttentionCache(isFixed: true)
  }

  /// What each layer of the decoder keeps, from the first on.
  public let layers: [Layer]

  /// An empty cache for a decoder of so many layers.
  public init(numLayers: Int) { layers = (0..<max(numLayers, 0)).map { _ in Layer() } }

  /// The positions seen so far.
  public var positionCount: Int { layers.first?.own.positionCount ?? 0 }

  /// Forgets everything: the next call starts a sequence.
  public func reset() {
    for layer in layers {
      layer.own.reset()
      layer.memory.reset()
    }
  }

  /// Keeps the sequences `indices` of the batch, in this order; one may be taken several times, as in beam search.
  ///
  /// Shape: indices [M] of integers; a batch of N becomes one of M.
  public func select(_ indices: Tensor) {
    for layer in layers {
      layer.own.select(indices)
      layer.memory.select(indices)
    }
  }

  /// The layer at a place, or nil and a message if the cache was made for fewer, or a call before ended in the middle.
  func layer(_ place: Int, of count: Int) -> Layer? {
    if layers.count == count {
      if place == 0 { reportDisagreement() }
      return layers[place]
    }
    report(
      TensorError(
        .value, operation: "KeyValueCache", expected: "a cache of \(count) layers, one for each of the decoder's",
        got: "\(layers.count)", hint: "`KeyValueCache(numLayers: \(count))`"))
    return nil
  }
}

extension KeyValueCache {
  /// Before a call all layers have seen as many positions.
  private func reportDisagreement() {
    let counts = layers.map(\.own.positionCount)
    if Set(counts).count <= 1 { return }
    report(
      TensorError(
        .value, operation: "KeyValueCache", expected: "layers that have seen as many positions",
        got: counts.map { "\($0)" }.joined(separator: ", "),
        hint: "a call before failed in the middle: `reset()` starts a sequence anew"))
  }
}

/// The keys and values that one attention keeps from call to call.
public final class AttentionCache {
  /// [N, heads, positions, features], once there was a call.
  public private(set) var key: Tensor?
  /// Of the same shape, but for the number of features.
  public private(set) var value: Tensor?
  /// Whether the keys and values of the first call stay as they are.
  public let isFixed: Bool

  /// - Parameter isFixed: Whether the keys and values of the first call stay as they are, as those of a memory do.
  public init(isFixed: Bool = false) { self.isFixed = isFixed }

  /// The positions whose keys are kept.
  public var positionCount: Int { key?.shape[-2] ?? 0 }

  /// Forgets everything: the next call starts a sequence.
  public func reset() { (key, value) = (nil, nil) }

  /// See `KeyValueCache`.
  public func select(_ indices: Tensor) {
    guard let key, let value else { return }
    keep(key.indexSelected(indices, axis: 0), value.indexSelected(indices, axis: 0))
  }

  /// All keys and values with those of this call, which are kept.
  ///
  /// Misuse: keys or values that are of another shape, but for the number of positions, or type than those before.
  func appended(_ newKey: Tensor, _ newValue: Tensor) -> (key: Tensor, value: Tensor) {
    if disagrees(newKey, with: key, "keys") || disagrees(newValue, with: value, "values") { return (newKey, newValue) }
    let all = (
      key.map { concatenated([$0, newKey], axis: -2) } ?? newKey,
      value.map { concatenated([$0, newValue], axis: -2) } ?? newValue
    )
    keep(all.0, all.1)
    return all
  }

  /// Whether new tensors do not continue those that are kept, which is reported.
  private func disagrees(_ new: Tensor, with known: Tensor?, _ name: String) -> Bool {
    guard let known, !new.isInvalid else { return false }
    func others(_ shape: Shape) -> [Int] {
      shape.sizes.enumerated().filter { $0.offset != shape.rank - 2 }.map(\.element)
    }
    if new.rank == known.rank, others(new.shape) == others(known.shape), new.dtype == known.dtype { return false }
    report(
      TensorError(
        new.dtype == known.dtype ? .shape : .dtype, operation: "KeyValueCache",
        operands: [("\(name) kept", known.spec), ("new \(name)", new.spec)],
        expected: "\(name) like those kept, but for the positions (axis -2)", got: "\(new.spec)",
        hint: "`reset()` starts a sequence anew, `select(_:)` changes the batch"))
    return true
  }

  /// What an operation gave that failed is not kept.
  private func keep(_ newKey: Tensor, _ newValue: Tensor) {
    if !newKey.isInvalid, !newValue.isInvalid { (key, value) = (newKey, newValue) }
  }

  /// The fixed keys and values, if they are there.
  var known: (key: Tensor, value: Tensor)? {
    guard isFixed, let key, let value else { return nil }
    return (key, value)
  }
}
