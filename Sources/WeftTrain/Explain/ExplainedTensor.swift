import WeftTensor

/// A tensor on the page: what it is, and how its values and its gradient's lie.
public struct ExplainedTensor: Sendable, Encodable {
  /// Where a tensor comes from.
  public enum Kind: String, Sendable, Encodable {
    /// It was there before: data, or a number of the program.
    case given
    /// A parameter.
    case learned
    /// The result of an operation.
    case computed
    /// The last result.
    case loss
  }

  /// A parameter's or an input's name; empty where it has none.
  public let name: String
  /// Where it comes from.
  public let kind: Kind
  /// Its sizes.
  public let shape: [Int]
  /// The type of its elements.
  public let dtype: String
  /// Its values.
  public let values: ValueSummary
  /// Its gradient's; nil where none came back.
  public let gradient: ValueSummary?

  init(_ value: Tracer.Value, name: String, _ kind: Kind) {
    self.name = name
    self.kind = kind
    (shape, dtype) = (value.tensor.shape.sizes, "\(value.tensor.dtype)")
    values = ValueSummary(value.tensor)
    gradient = value.gradient.map(ValueSummary.init)
  }
}

/// How the values of a tensor lie.
public struct ValueSummary: Sendable, Encodable {
  /// The least of the finite values; nil where there are none.
  public let least: Double?
  /// Their mean; nil also where a sum goes beyond all numbers.
  public let mean: Double?
  /// Their standard deviation, likewise.
  public let deviation: Double?
  /// The most of the finite values; nil where there are none.
  public let most: Double?
  /// How many are infinite or undefined.
  public let nonFinite: Int
  /// How many of the finite values lie in each of equal bins from the least to the most.
  public let bins: [Int]
  /// All values of a small tensor, the first ones of another.
  public let first: [Double?]

  /// A tensor of so many values is shown whole.
  static let shownWhole = 64
  private static let binCount = 24

  package init(_ tensor: Tensor) {
    let numbers = tensor.detach().scalars(as: Double.self)
    let finite = numbers.filter(\.isFinite)
    nonFinite = numbers.count - finite.count
    first = numbers.prefix(numbers.count <= Self.shownWhole ? Self.shownWhole : 12).map { $0.isFinite ? $0 : nil }
    guard let low = finite.min(), let high = finite.max() else {
      (least, mean, deviation, most, bins) = (nil, nil, nil, nil, [])
      return
    }
    let average = finite.reduce(0, +) / Double(finite.count)
    let squares = finite.reduce(0) { $0 + ($1 - average) * ($1 - average) }
    (least, mean, most) = (low, average.isFinite ? average : nil, high)
    deviation = squares.isFinite ? (squares / Double(finite.count)).squareRoot() : nil
    // The largest numbers lie farther apart than a number can say, the least ones nearer.
    let (range, perUnit) = (high - low, Double(Self.binCount) / (high - low))
    let isSpread = high > low && range.isFinite && perUnit.isFinite
    var counts = [Int](repeating: 0, count: isSpread ? Self.binCount : 1)
    let scale = isSpread ? perUnit : 0
    for value in finite where !isSpread { counts[0] += value.isFinite ? 1 : 0 }
    for value in finite where isSpread { counts[min(counts.count - 1, max(0, Int((value - low) * scale)))] += 1 }
    bins = counts
  }
}
