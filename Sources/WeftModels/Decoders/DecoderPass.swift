import WeftTensor

/// One run of layers over positions: where they stand, and what they see of each other.
protocol DecoderPass {
  /// The places of the positions in their texts, [T].
  var positions: Tensor { get }
  /// What turns queries and keys; nil where positions are learned.
  func turn(isWindowed: Bool) -> RotaryTurn?
  /// The attention of queries [..., T, heads, d] to keys and values [..., T, keyValueHeads, d]; as the queries.
  func attend(_ query: Tensor, _ key: Tensor, _ value: Tensor, _ scope: LayerScope) -> Tensor
}

/// What attention is asked of a layer.
struct LayerScope {
  let layer: Int
  /// How many positions, its own among them, each sees; nil for all before it.
  let window: Int?
  /// What scores are multiplied by.
  let scale: Double
  /// The rate at which weights are dropped.
  let dropout: Double
  /// The scores' bound c, by c · tanh(x / c); nil for none.
  var cap: Double?
}

/// The cosines and sines of some positions, [T, 1, d / 2].
struct RotaryTurn {
  let cosines: Tensor
  let sines: Tensor

  /// - Parameters:
  ///   - positions: The places of texts, each with how long its text is.
  init(_ options: RotaryOptions, _ positions: [(range: Range<Int>, length: Int)]) {
    var (cosines, sines): ([Tensor], [Tensor]) = ([], [])
    for part in positions {
      let frequencies = Tensor(options.frequencies(length: part.length), dtype: .float64)
      let places = Tensor(arange: part.range.lowerBound, part.range.upperBound, dtype: .float64)
      let angles = places.unsqueezed(1) * frequencies
      let magnitude = options.magnitude
      cosines.append((angles.cos() * magnitude).converted(to: .float32))
      sines.append((angles.sin() * magnitude).converted(to: .float32))
    }
    self.cosines = Self.joined(cosines)
    self.sines = Self.joined(sines)
  }

  private static func joined(_ parts: [Tensor]) -> Tensor {
    (parts.count == 1 ? parts[0] : concatenated(parts, axis: 0)).unsqueezed(1)
  }

  /// With the features i and i + d / 2 of each head turned.
  ///
  /// Shape: [..., T, heads, d] to the same.
  func callAsFunction(_ x: Tensor) -> Tensor {
    let half = x.shape[-1] / 2
    let (a, b) = (x.sliced(axis: -1, to: half), x.sliced(axis: -1, from: half))
    let map = FormulaMap(formula: Self.turn, dtype: x.dtype)
    return concatenated(apply(map, [a, b, cosines, sines]), axis: -1)
  }

  private static let turn = Formula(inputs: 4) { x, _ in [x[0] * x[2] - x[1] * x[3], x[1] * x[2] + x[0] * x[3]] }
}

/// Texts of one length side by side, each from its beginning: for training, and for answers about whole texts.
struct BatchPass: DecoderPass {
  let positions: Tensor
  /// What each position sees beside the causal order, in layers that see all and in those of a window: the same in each
  /// such layer.
  private let mask: Tensor?
  private let windowMask: Tensor?
  private let count: Int
  private let isCausal: Bool
  private let plain: RotaryTurn?
  private let windowed: RotaryTurn?

  /// - Parameter keep: Which positions are no padding, [N, T], of bool; nil where all are.
  init(_ options: DecoderOptions, count: Int, keep: Tensor?) {
    let positions = Tensor(arange: count)
    let padding = keep.map { $0.reshaped($0.shape[0], 1, 1, 1, count) }
    let near = options.window.flatMap { window in
      window < count ? Self.near(positions, window, isCausal: options.isCausal) : nil
    }
    (self.positions, self.count, isCausal, mask) = (positions, count, options.isCausal, padding)
    windowMask = padding.map { padding in near.map { padding .& $0 } ?? padding } ?? near
    plain = options.rotary.map { RotaryTurn($0, [(0..<count, count)]) }
    windowed = options.windowedRotary.map { RotaryTurn($0, [(0..<count, count)]) }
  }

  /// Which keys lie in the window of a position; of those behind it all, where the causal order hides them anyway.
  private static func near(_ keys: Tensor, _ window: Int, isCausal: Bool) -> Tensor {
    let own = keys.unsqueezed(1)
    return isCausal ? keys .> (own - window) : (keys - own).abs() .< window
  }

  /// - Parameter bias: What is added to the scores of each head, [heads, T, T]; nil for nothing.
  init(count: Int, bias: Tensor?) {
    (positions, self.count, isCausal, mask) = (Tensor(arange: count), count, true, bias?.unsqueezed(1))
    (windowMask, plain, windowed) = (nil, nil, nil)
  }

  func turn(isWindowed: Bool) -> RotaryTurn? { isWindowed ? windowed ?? plain : plain }

  func attend(_ query: Tensor, _ key: Tensor, _ value: Tensor, _ scope: LayerScope) -> Tensor {
    let (batch, heads, shared, dim) = (query.shape[0], query.shape[2], key.shape[2], query.shape[3])
    let grouped = query.reshaped(batch, count, shared, heads / shared, dim).permuted(0, 2, 3, 1, 4)
    let (keys, values) = (key.permuted(0, 2, 1, 3).unsqueezed(2), value.permuted(0, 2, 1, 3).unsqueezed(2))
    let attended = attention(
      query: grouped, key: keys, value: values, mask: scope.window == nil ? mask : windowMask, isCausal: isCausal,
      scale: scope.scale, dropout: scope.dropout, cap: scope.cap)
    return attended.permuted(0, 3, 1, 2, 4).reshaped(batch, count, heads, dim)
  }
}
