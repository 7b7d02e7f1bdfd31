/// All sizes of a pool. One geometry serves the pool and its gradients.
public struct PoolGeometry: Hashable, Sendable, Codable {
  package internal(set) var batch: Int
  package let channels: Int
  // One number per spatial axis.
  package let inSize: [Int]
  package internal(set) var outSize, kernel, stride, padding, dilation: [Int]
  package let isAdaptive: Bool
  // Of average pools.
  var countsPadding = false
  var divisor: Int?

  var inputShape: Shape { Shape([batch, channels] + inSize) }
  var outputShape: Shape { Shape([batch, channels] + outSize) }

  /// Whether an element may lie in several windows.
  var overlaps: Bool {
    isAdaptive || kernel.indices.contains { stride[$0] <= dilation[$0] * (kernel[$0] - 1) }
  }

  /// That of `count` batches in one.
  func repeated(_ count: Int) -> PoolGeometry {
    var wide = self
    wide.batch *= count
    return wide
  }

  /// The input places of each window along an axis, padding left out, and how many the whole window counts.
  package func window(_ place: Int, axis: Int) -> (places: [Int], size: Int) {
    let size = inSize[axis]
    if isAdaptive {
      let count = outSize[axis]
      let places = place * size / count..<((place + 1) * size + count - 1) / count
      return (Array(places), places.count)
    }
    let start = place * stride[axis] - padding[axis]
    let places = (0..<kernel[axis]).map { start + $0 * dilation[axis] }
    return (places.filter { (0..<size).contains($0) }, places.filter { $0 < size + padding[axis] }.count)
  }
}
