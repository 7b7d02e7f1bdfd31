/// The samples with the largest errors among many, without keeping the others.
public struct WorstSamples {
  /// A sample by its place in the data.
  public struct Place: Hashable, Sendable {
    /// The index.
    public var index: Int
    /// How wrong the model is there; not a number counts as more than any.
    public var error: Double
  }

  /// How many are kept.
  public let count: Int
  private var places: [Place] = []

  /// None yet.
  public init(_ count: Int) { self.count = max(1, count) }

  /// The worst first; of equal ones the earlier.
  public var worst: [Place] { Array(sorted.prefix(count)) }

  private var sorted: [Place] {
    places.sorted { ($1.rank, $0.index) < ($0.rank, $1.index) }
  }

  /// Takes in a sample.
  public mutating func add(_ index: Int, error: Double) {
    places.append(Place(index: index, error: error))
    if places.count >= 16 * count { places = worst }
  }
}

extension WorstSamples.Place {
  fileprivate var rank: Double { error.isNaN ? .infinity : error }
}
