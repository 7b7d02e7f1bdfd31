/// One of several equal parts of each batch: what a process loads that learns together with others. All of them go through
/// the same batches in the same order, so that their number changes nothing of what an update is made of.
public struct BatchShare: Hashable, Sendable {
  /// Which part, from 0.
  public let index: Int
  /// How many parts there are.
  public let count: Int

  /// Part `index` of `count`; those out of range are taken as the nearest that is in it.
  public init(_ index: Int, of count: Int) {
    self.count = max(1, count)
    self.index = min(max(0, index), self.count - 1)
  }

  /// The places of this part among so many samples; parts differ by one at most, and are empty where there are too few.
  public func range(of samples: Int) -> Range<Int> { samples * index / count..<samples * (index + 1) / count }

  /// The samples to load: those of this part, or the batch's first one where there are none. Its gradient has no weight
  /// then, but who waits for it gets one.
  func loaded(of batch: [Int]) -> [Int] {
    let part = Array(batch[range(of: batch.count)])
    return part.isEmpty ? Array(batch.prefix(1)) : part
  }
}
