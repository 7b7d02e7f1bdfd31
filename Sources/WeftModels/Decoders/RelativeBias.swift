#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif
import WeftNN
import WeftTensor

/// What is added to the scores of a query and a key by how far they are apart (Raffel et al., "Exploring the Limits of
/// Transfer Learning with a Unified Text-to-Text Transformer", 2020): distances fall into buckets, near ones each into
/// its own, far ones into buckets that grow with the logarithm, those before and those behind the query apart.
///
/// Shape: `weight` [buckets, heads].
final class RelativeBias: Module {
  let weight: Parameter
  private let buckets: Int
  private let maxDistance: Int
  /// Whether queries see what is before them alone, so that all buckets are for that.
  private let isCausal: Bool

  /// - Parameters:
  ///   - rows: How many rows the table has.
  ///   - buckets: How many buckets there are, at most as many.
  ///   - maxDistance: From here on all distances share a bucket.
  ///   - isCausal: Whether queries see what is before them alone.
  init(rows: Int, heads: Int, buckets: Int, maxDistance: Int, isCausal: Bool = false) {
    weight = Parameter(Initializer.normal(deviation: 0.02)([rows, heads]))
    (self.buckets, self.maxDistance, self.isCausal) = (buckets, maxDistance, isCausal)
  }

  /// The bias of each head, [1, heads, T, T], and -∞ at keys that are padding.
  func mask(positions: Int, _ isToken: Tensor?) -> Tensor {
    let bias = self(queries: 0..<positions, keys: positions).unsqueezed(0)
    guard let isToken else { return bias }
    return Tensor.where(isToken.unsqueezed(1).unsqueezed(1), bias, Tensor(-Double.infinity, dtype: bias.dtype))
  }

  /// The bias of each head for queries at some places and the first keys, [heads, queries, keys].
  func callAsFunction(queries: Range<Int>, keys: Int) -> Tensor {
    inPath {
      // One line for all distances, of which each query's row takes those from its own position on.
      let least = 1 - queries.upperBound
      let numbers = Tensor((least..<max(keys - queries.lowerBound, least)).map { bucket(of: $0) })
      let line = weight.tensor.embedding(numbers).transposed(0, 1)
      let own = Tensor(arange: queries.lowerBound, queries.upperBound).unsqueezed(1)
      let distances = Tensor(arange: keys) - own - least
      return line.indexSelected(distances.flattened(), axis: 1).reshaped(line.shape[0], queries.count, keys)
    }
  }

  /// - Parameter distance: The key's position less the query's.
  private func bucket(of distance: Int) -> Int {
    let half = isCausal ? buckets : buckets / 2
    let exact = half / 2
    let isBehind = distance > 0 && !isCausal
    let (start, length) = (isBehind ? half : 0, isCausal ? max(-distance, 0) : abs(distance))
    if length < exact { return start + length }
    // In float32, as the model was trained: the border between two buckets is decided by rounding.
    let ratio = logf(Float(length) / Float(exact)) / Float(log(Double(maxDistance) / Double(exact)))
    return start + min(exact + Int(ratio * Float(half - exact)), half - 1)
  }
}
