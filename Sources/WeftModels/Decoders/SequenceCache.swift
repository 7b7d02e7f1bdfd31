import WeftTensor

/// What a decoder keeps of one text that it continues: the keys and values of each layer, in memory that has room for
/// more, so that a step writes its own and copies nothing.
///
/// Not for several threads at once. No gradients pass through it.
public final class SequenceCache {
  /// One layer's keys and values, [keyValueHeads, room, d].
  private var layers: [(key: Tensor, value: Tensor)]
  private let options: DecoderOptions
  private let dtype: DType
  private var room = 0
  /// The positions seen so far.
  public private(set) var count = 0
  /// Of a model with an encoder: what each layer's positions see of the source, [heads, positions, d], made once.
  let source: [(key: Tensor, value: Tensor)]

  /// An empty cache for a decoder.
  ///
  /// - Parameter dtype: The type of keys and values.
  public convenience init(_ options: DecoderOptions, dtype: DType = .float32) {
    self.init(options, dtype: dtype, source: [])
  }

  init(_ options: DecoderOptions, dtype: DType = .float32, source: [(key: Tensor, value: Tensor)]) {
    (self.options, self.dtype, self.source) = (options, dtype, source)
    layers = []
  }

  /// The bytes of keys and values.
  public var byteCount: Int { (layers + source).reduce(0) { $0 + $1.key.spec.byteCount + $1.value.spec.byteCount } }

  /// Forgets all positions from `count` on.
  public func truncate(to count: Int) { self.count = min(self.count, max(count, 0)) }

  /// Whether keys or values are missing, after a failure.
  var isBroken: Bool { layers.contains { $0.key.isInvalid || $0.value.isInvalid } }

  /// Makes room for so many more positions. Where memory does not suffice, what there was stays.
  func reserve(_ more: Int) {
    guard count + more > room else { return }
    // Half as much again, from the first time on: the next positions come one by one.
    let wanted = count + more
    let larger = max(wanted, min(max(2 * room, wanted + wanted / 2, 64), options.maxPositions))
    let shape: Shape = [options.keyValueHeadCount, larger, options.headDim]
    let new = (0..<options.layerCount).map { layer in
      let (key, value) = (Tensor(zeros: shape, dtype: dtype), Tensor(zeros: shape, dtype: dtype))
      if count > 0 {
        Self.write(layers[layer].key.sliced(axis: 1, to: count), into: key.sliced(axis: 1, to: count))
        Self.write(layers[layer].value.sliced(axis: 1, to: count), into: value.sliced(axis: 1, to: count))
      }
      return (key: key, value: value)
    }
    if new.contains(where: { $0.key.isInvalid || $0.value.isInvalid }) { return }
    (layers, room) = (new, larger)
  }

  /// All keys and values of a layer, [keyValueHeads, positions, d], with those of new positions, which are kept but do
  /// not count before `advance`.
  ///
  /// Shape: key and value [positions, keyValueHeads, d].
  func appended(_ key: Tensor, _ value: Tensor, layer: Int) -> (key: Tensor, value: Tensor) {
    let end = count + key.shape[0]
    guard layers.indices.contains(layer), end <= room else { return (key.transposed(0, 1), value.transposed(0, 1)) }
    let known = layers[layer]
    Self.write(key.permuted(1, 0, 2), into: known.key.sliced(axis: 1, from: count, to: end))
    Self.write(value.permuted(1, 0, 2), into: known.value.sliced(axis: 1, from: count, to: end))
    return (known.key.sliced(axis: 1, to: end), known.value.sliced(axis: 1, to: end))
  }

  /// Counts positions whose keys and values all layers have.
  func advance(by count: Int) { self.count += count }

  private static func write(_ source: Tensor, into target: Tensor) {
    if !source.isInvalid, !target.isInvalid { copy.write([], reading: [source], into: [target]) }
  }

  private static let copy = Formula { x in x }
}

extension SequenceCache {
  /// A cache of its own that holds the first positions of this one.
  ///
  /// - Parameter room: How many positions it will have before long.
  package func copy(of count: Int, room: Int = 0) -> SequenceCache {
    let result = SequenceCache(options, dtype: dtype, source: source)
    result.reserve(max(count, room))
    noGrad {
      for (old, new) in zip(layers, result.layers) {
        Self.write(old.key.sliced(axis: 1, to: count), into: new.key.sliced(axis: 1, to: count))
        Self.write(old.value.sliced(axis: 1, to: count), into: new.value.sliced(axis: 1, to: count))
      }
    }
    result.advance(by: count)
    return result
  }
}
