import WeftTensor

/// The sum, mean or maximum of the rows of a table for each bag of tokens; an empty bag gives zeros.
///
/// Shape: integers [bags, n], or [total] with `offsets` [bags], to [bags, dim]; weight [count, dim], standard normal at
/// first.
///
/// ```swift
/// let layer = EmbeddingBag(10_000, 64)
/// let means = layer(tokens, offsets: Tensor([0, 3, 7]))   // tokens 0 ..< 3, 3 ..< 7 and 7 on: [3, 64]
/// ```
public final class EmbeddingBag: Module {
  /// Set it to another module's to tie the two.
  public var weight: Parameter
  /// What is made of a bag's rows: their sum, mean or maximum.
  public let mode: EmbeddingBagMode
  /// The token that counts as if it were not there, counted from the beginning.
  public let paddingIndex: Int?
  /// Whether the last offset is where the last bag ends.
  public let includesLastOffset: Bool

  private let table: EmbeddingTable

  /// - Parameters:
  ///   - paddingIndex: A token that counts as if it were not there; counted from the end where negative.
  ///   - maxNorm: Rows that are looked up and longer are shortened to this norm, as in `Embedding`.
  ///   - scaleGradByFreq: Whether a row's gradient is divided by how often its token occurs in the call; not for maxima.
  ///     (PyTorch 2.13 divides some rows by the occurrences of another token.)
  public init(
    _ count: Int, _ dim: Int, mode: EmbeddingBagMode = .mean, includesLastOffset: Bool = false,
    paddingIndex: Int? = nil, maxNorm: Double? = nil, normType: Double = 2, scaleGradByFreq: Bool = false
  ) {
    (self.mode, self.includesLastOffset) = (mode, includesLastOffset)
    self.paddingIndex = paddingIndex.map { $0 < 0 ? $0 &+ count : $0 }
    weight = Parameter(Embedding.table(count, dim, padding: self.paddingIndex, layer: "EmbeddingBag"))
    table = EmbeddingTable(maxNorm: maxNorm, normType: normType, scaleGradByFreq: scaleGradByFreq)
    super.init()
    table.check(layer: "EmbeddingBag")
    if mode == .maximum, scaleGradByFreq { report(.scaledMaxima("EmbeddingBag")) }
  }

  public override func forward(_ input: Tensor) -> Tensor { bags(input, nil, nil) }

  /// - Parameters:
  ///   - offsets: Where each bag begins in a list of tokens; none for bags of one length, a row each.
  ///   - perSampleWeights: A factor for each token's row, for sums alone.
  public func callAsFunction(_ input: Tensor, offsets: Tensor?, perSampleWeights: Tensor? = nil) -> Tensor {
    inPath { bags(input, offsets, perSampleWeights) }
  }

  private func bags(_ input: Tensor, _ offsets: Tensor?, _ weights: Tensor?) -> Tensor {
    let call = table.lookup(weight, at: input, paddingIndex)
    return call.table.embeddingBag(
      call.indices, offsets: offsets, mode: mode, perSampleWeights: weights, paddingIndex: call.paddingIndex,
      includesLastOffset: includesLastOffset, scaleGradByFreq: table.scaleGradByFreq)
  }
}
