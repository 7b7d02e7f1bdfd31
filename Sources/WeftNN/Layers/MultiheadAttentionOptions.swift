import WeftTensor

/// What a call of attention asks for.
struct AttentionOptions {
  var keyPaddingMask: Tensor?
  var attentionMask: Tensor?
  var isCausal = false
  var needsWeights = false
  var averagesWeights = true
  var cache: AttentionCache?
  /// The position of the first query, where the keys' cache does not tell it.
  var queryOffset: Int?
  /// Whether the caller has put finite numbers where `keyPaddingMask` hides them.
  var isPaddingFinite = false

  /// The position of the first query: a growing cache holds those before it.
  var past: Int { queryOffset ?? (cache?.isFixed == false ? cache?.positionCount ?? 0 : 0) }

  /// What is wrong with the masks' shapes for scores [N, heads, L, S].
  ///
  /// A mask [heads, L, S], as `LinearBiases` makes it, holds for every sequence of a batch.
  func misuse(batch: Int, heads: Int, queries: Int, keys: Int, isSingle: Bool, layer: String) -> TensorError? {
    let paddings: [Shape] = (isSingle ? [[keys]] : []) + [[batch, keys]]
    let attentions: [Shape] = [[queries, keys], [batch * heads, queries, keys], [heads, queries, keys]]
    for (name, mask, shapes) in [
      ("keyPaddingMask", keyPaddingMask, paddings), ("attentionMask", attentionMask, attentions),
    ] {
      guard let mask else { continue }
      guard mask.dtype == .bool || mask.dtype.isFloatingPoint else {
        return TensorError(
          .dtype, operation: layer, operands: [(name, mask.spec)],
          expected: "a mask of bool, or of floating-point numbers to add", got: "\(mask.dtype)",
          hint: "`mask .!= 0` makes one of bool")
      }
      if shapes.contains(mask.shape) { continue }
      var expected: [String] = []
      for shape in shapes.map({ "\($0)" }) where !expected.contains(shape) { expected.append(shape) }
      return TensorError(
        .shape, operation: layer, operands: [(name, mask.spec)],
        expected: (name == "attentionMask" ? "an attention mask " : "a key padding mask ")
          + expected.joined(separator: " or "),
        got: "\(mask.shape)",
        hint: keys > queries && mask.shape.last != keys ? "masks cover all \(keys) keys, those of a cache too" : "")
    }
    return nil
  }

  /// Both masks as one that broadcasts to [N, heads, L, S]: of bool (true: attend) if all are of bool, else added.
  func mask(heads: Int, isSingle: Bool) -> Tensor? {
    var masks: [Tensor] = []
    if let keyPaddingMask {
      let rows = isSingle && keyPaddingMask.rank == 1 ? keyPaddingMask.unsqueezed(0) : keyPaddingMask
      masks.append(rows.unsqueezed(1).unsqueezed(1))
    }
    if let attentionMask { masks.append(Self.perHead(attentionMask, heads: heads)) }
    let kept = masks.map { $0.dtype == .bool ? .!$0 : $0 }
    return kept.dropFirst().reduce(kept.first) { joined, mask in joined.map { AttentionScope.joined($0, mask) } }
  }

  /// The keys that `attentionMask` hides from every query, [1, S] or [N, S] of bool; nil without one.
  func hiddenFromAll(heads: Int) -> Tensor? {
    guard let attentionMask else { return nil }
    let hidden = attentionMask.dtype == .bool ? attentionMask : attentionMask .== Tensor(-Double.infinity)
    let perHead = Self.perHead(hidden, heads: heads)
    return perHead.rank == 4 ? perHead.all(axes: [1, 2]) : perHead.all(axes: [0]).unsqueezed(0)
  }

  /// [N·heads, L, S] as [N, heads, L, S].
  private static func perHead(_ mask: Tensor, heads: Int) -> Tensor {
    guard mask.rank == 3, heads > 0, mask.shape[0].isMultiple(of: heads) else { return mask }
    return mask.reshaped(to: [mask.shape[0] / heads, heads, mask.shape[1], mask.shape[2]])
  }
}

/// What queries attend to: keys and values [..., S, features], and which of them.
struct AttentionScope {
  var key: Tensor
  var value: Tensor
  /// Broadcasts to [..., L, S]: of bool (true: attend) or added.
  var mask: Tensor?
  /// Whether query i sees the keys 0 through i only.
  var isCausal: Bool

  /// Counts the causal order from the last positions, where a cache holds `past` keys before this call's.
  mutating func shiftCausality(by past: Int, queries: Int) {
    guard isCausal, past > 0 else { return }
    isCausal = false
    if key.shape[-2] > past + 1 { restrict(to: causalMask(queries: queries, keys: key.shape[-2], past: past)) }
  }

  /// Adds keys and values that every query may attend to.
  mutating func append(_ newKey: Tensor, _ newValue: Tensor, queries: Int) {
    if isCausal {
      isCausal = false
      restrict(to: causalMask(queries: queries, keys: key.shape[-2]))
    }
    if let present = mask {
      let sizes = Shape(present.shape.dropLast() + [newKey.shape[-2]])
      let open = present.dtype == .bool ? Tensor(ones: sizes, dtype: .bool) : Tensor(zeros: sizes, dtype: present.dtype)
      mask = concatenated([present, open], axis: -1)
    }
    key = concatenated([key, newKey], axis: -2)
    value = concatenated([value, newValue], axis: -2)
  }

  private mutating func restrict(to keep: Tensor) { mask = mask.map { Self.joined($0, keep) } ?? keep }

  /// Two masks as one: of bool (true: attend) if both are, else added.
  static func joined(_ a: Tensor, _ b: Tensor) -> Tensor {
    if a.dtype == .bool, b.dtype == .bool { return a .& b }
    func added(_ mask: Tensor) -> Tensor {
      mask.dtype == .bool ? Tensor.where(mask, 0, Tensor(-Double.infinity)) : mask
    }
    return added(a) + added(b)
  }
}

/// Which keys the queries of a causal attention may see, true: those up to their own position.
///
/// Shape: [queries, keys], of bool.
/// - Parameter past: The number of keys before the first query's own.
func causalMask(queries: Int, keys: Int, past: Int = 0) -> Tensor {
  Tensor(arange: keys) .<= Tensor(arange: past, past + queries).unsqueezed(1)
}
