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

  /// - Parameters:
  ///   - rows: How many rows the table has.
  ///   - buckets: How many buckets there are, at most as many.
  ///   - maxDistance: From here on all distances share a bucket.
  init(rows: Int, heads: Int, buckets: Int, maxDistance: Int) {
    weight = Parameter(Initializer.normal(deviation: 0.02)([rows, heads]))
    (self.buckets, self.maxDistance) = (buckets, maxDistance)
  }

  /// The bias of each head, [1, heads, T, T], and -∞ at keys that are padding.
  func mask(positions: Int, _ isToken: Tensor?) -> Tensor {
    inPath {
      let numbers = Tensor((1 - positions..<positions).map { bucket(of: $0) })
      // One line for all distances, of which row i takes those from its own position on.
      let line = weight.tensor.embedding(numbers).transposed(0, 1)
      let distances = Tensor(arange: positions) - Tensor(arange: positions).unsqueezed(1) + (positions - 1)
      let bias = line.indexSelected(distances.flattened(), axis: 1)
        .reshaped(1, line.shape[0], positions, positions)
      guard let isToken else { return bias }
      return Tensor.where(isToken.unsqueezed(1).unsqueezed(1), bias, Tensor(-Double.infinity, dtype: bias.dtype))
    }
  }

  /// - Parameter distance: The key's position less the query's.
  private func bucket(of distance: Int) -> Int {
    let half = buckets / 2
    let exact = half / 2
    let (start, length) = (distance > 0 ? half : 0, abs(distance))
    if length < exact { return start + length }
    // In float32, as the model was trained: the border between two buckets is decided by rounding.
    let ratio = logf(Float(length) / Float(exact)) / Float(log(Double(maxDistance) / Double(exact)))
    return start + min(exact + Int(ratio * Float(half - exact)), half - 1)
  }
}
