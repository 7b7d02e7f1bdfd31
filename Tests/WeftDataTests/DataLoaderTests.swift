import Foundation
import Synchronization
import Testing
import Weft

/// A dataset that gives its indices, counts what it was asked for, and can be slow or fail.
private final class Indices: Dataset {
  let count: Int
  let delay: @Sendable (Int) -> Double
  let loaded = Mutex<[Int]>([])

  init(_ count: Int, delay: @escaping @Sendable (Int) -> Double = { _ in 0 }) {
    self.count = count
    self.delay = delay
  }

  func batch(at indices: [Int], context: LoadingContext) -> [Int] {
    let pause = delay(indices.first ?? 0)
    if pause > 0 { Thread.sleep(forTimeInterval: pause) }
    loaded.withLock { $0.append(indices.first ?? -1) }
    return indices
  }
}

/// Samples of which one is broken.
private struct Breakable: SampleDataset {
  struct Broken: Error, CustomStringConvertible {
    let description = "the file is empty"
  }
  let count = 20
  let broken: Int

  func sample(at index: Int, context: LoadingContext) throws -> Int {
    if index == broken { throw Broken() }
    return index
  }

  func collate(_ samples: [Int]) throws -> [Int] { samples }
}

/// Samples whose tensors do not fit each other.
private struct Ragged: SampleDataset {
  let count = 6
  func sample(at index: Int, context: LoadingContext) throws -> Tensor { Tensor(zeros: [index == 4 ? 3 : 2]) }
  func collate(_ samples: [Tensor]) throws -> Tensor { stacked(samples) }
}

@Suite struct DataLoaderTests {
  private func epochs(_ loader: DataLoader<Indices>, _ count: Int) -> [[[Int]]] {
    (0..<count).map { _ in loader.map { $0 } }
  }

  /// The number of threads of this process whose stack is in loading: those that a test has left behind.
  private func waitUntil(_ condition: () -> Bool) -> Bool {
    for _ in 0..<2_000 {
      if condition() { return true }
      Thread.sleep(forTimeInterval: 0.005)
    }
    return false
  }

  @Test func theOrderDependsOnSeedAndEpochAlone() {
    let data = Indices(101) { Double($0 % 3) * 0.001 }
    func loader(_ workers: Int, seed: UInt64 = 7) -> DataLoader<Indices> {
      DataLoader(data, batchSize: 8, shuffle: true, seed: seed, workers: workers, prefetch: 3)
    }
    let alone = epochs(loader(0), 3)
    #expect(Set(alone).count == 3)
    for epoch in alone { #expect(epoch.flatMap { $0 }.sorted() == Array(0..<101)) }
    for workers in [1, 2, 5] { #expect(epochs(loader(workers), 3) == alone) }
    #expect(epochs(loader(1, seed: 8), 1)[0] != alone[0])
    let resumed = loader(2)
    resumed.epoch = 2
    #expect(epochs(resumed, 1)[0] == alone[2])
  }

  @Test func theLastBatchIsSmallerOrDropped() {
    let kept = DataLoader(Indices(10), batchSize: 4)
    #expect(kept.count == 3)
    #expect(kept.map { $0 } == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]])
    let dropped = DataLoader(Indices(10), batchSize: 4, dropLast: true)
    #expect(dropped.count == 2)
    #expect(dropped.map { $0 } == [[0, 1, 2, 3], [4, 5, 6, 7]])
    #expect(DataLoader(Indices(0), batchSize: 4).map { $0 } == [])
    #expect(DataLoader(Indices(3), batchSize: 4, dropLast: true).map { $0 } == [])
  }

  @Test(arguments: [1, 2, 4]) func noMoreThanThePrefetchIsLoadedAhead(workers: Int) {
    let data = Indices(100)
    var iterator = DataLoader(data, batchSize: 1, workers: workers, prefetch: 5).makeIterator()
    for taken in 1...10 {
      #expect(iterator.next() == [taken - 1])
      // Everything allowed is loaded in the end, and nothing more.
      #expect(waitUntil { data.loaded.withLock { $0.count } >= taken + 4 })
      Thread.sleep(forTimeInterval: 0.01)
      #expect(data.loaded.withLock { $0.count } <= taken + 5)
    }
  }

  @Test func leavingTheLoopEndsTheThreadsAndLetsGoOfTheData() {
    weak var gone: Indices?
    do {
      let data = Indices(1_000_000)
      gone = data
      for batch in DataLoader(data, batchSize: 1, workers: 4, prefetch: 8) where batch[0] == 20 { break }
      #expect(data.loaded.withLock { $0.count } < 60)
    }
    // The threads hold the data until they end.
    #expect(waitUntil { gone == nil })
  }

  @Test func anErrorNamesTheSampleAndTheEpoch() throws {
    for workers in [0, 3] {
      let loader = DataLoader(Breakable(broken: 13), batchSize: 4, workers: workers)
      loader.epoch = 2
      var seen: [[Int]] = []
      let error = try #require(throws: SampleError.self) { try loader.forEach { seen.append($0) } }
      #expect(seen == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]])
      #expect(error.description == "loading sample 13 in epoch 2: the file is empty")
      #expect(loader.epoch == 3)
    }
  }

  @Test func afterAnErrorThereIsNothing() throws {
    var batches = DataLoader(Breakable(broken: 0), batchSize: 4).batches(epoch: 0)
    #expect(throws: SampleError.self) { try batches.next() }
    #expect(try batches.next() == nil)
  }

  @Test func misuseOfAnOperationOnALoadingThreadIsAnErrorToo() throws {
    let loader = DataLoader(Ragged(), batchSize: 3, workers: 2)
    let error = try #require(throws: SampleError.self) { try loader.forEach { _ in } }
    #expect(error.description.hasPrefix("joining a batch from sample 3 in epoch 0: [stack"))
    #expect(error.underlying is TensorError)
  }

  @Test func whatTheBodyThrowsEndsTheEpoch() {
    struct Enough: Error {}
    let loader = DataLoader(Breakable(broken: -1), batchSize: 1, workers: 2)
    var count = 0
    #expect(throws: Enough.self) {
      try loader.forEach { _ in
        count += 1
        if count == 5 { throw Enough() }
      }
    }
    #expect(count == 5)
  }

  @Test func augmentationSeedsDifferByEverything() {
    var seeds: Set<UInt64> = []
    for seed in 0..<4 as Range<UInt64> {
      for epoch in 0..<10 {
        for sample in 0..<100 { seeds.insert(LoadingContext(seed: seed, epoch: epoch).seed(forSample: sample)) }
      }
    }
    #expect(seeds.count == 4_000)
  }
}
