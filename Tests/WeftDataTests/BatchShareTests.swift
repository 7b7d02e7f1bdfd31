import Testing
import Weft

/// The parts of batches that several processes load.
@Suite struct BatchShareTests {
  private func loader(_ share: BatchShare?) throws -> DataLoader<TensorDataset> {
    let data = try TensorDataset(Tensor((0..<23).map { Float($0) }).reshaped(23, 1), Tensor(zeros: [23, 1]))
    let loader = DataLoader(data, batchSize: 10, shuffle: true, seed: 5)
    loader.share = share
    return loader
  }

  private func loaded(_ share: BatchShare?) throws -> [[Int]] {
    try loader(share).map { $0.inputs.scalars(as: Int.self) }
  }

  @Test(arguments: [2, 3, 4]) func togetherTheyAreTheBatches(count: Int) throws {
    let whole = try loaded(nil)
    let parts = try (0..<count).map { try loaded(BatchShare($0, of: count)) }
    for place in whole.indices {
      let own = try (0..<count).map { try loader(BatchShare($0, of: count)).samples(ofBatch: place).own }
      // A part without samples loads one, which counts for nothing.
      #expect((0..<count).allSatisfy { parts[$0][place].count == max(1, own[$0]) })
      #expect((0..<count).flatMap { parts[$0][place].prefix(own[$0]) } == whole[place])
      #expect((own.max() ?? 0) - (own.min() ?? 0) <= 1)
    }
    #expect(try loader(nil).samples(ofBatch: 2) == (3, 3))
  }

  @Test func partsThatAreNoneAreTakenAsTheNearest() {
    #expect(BatchShare(9, of: 2) == BatchShare(1, of: 2) && BatchShare(-1, of: 0) == BatchShare(0, of: 1))
  }
}
