import Foundation
import TestSupport
import Testing

/// Trainings by several ranks come to what one comes to.
@Suite(.serialized, .enabled(if: Ranks.areThere, "\(Ranks.whyNot)")) struct DataParallelTests {
  private func numbers(_ line: String) -> [Double] { line.split(separator: " ").compactMap { Double($0) } }

  /// The largest distance of two outputs' numbers, as a share of the larger of the number and 1.
  private func distance(_ a: Ranks.Outcome, _ b: Ranks.Outcome) throws -> Double {
    try #require(a.status == 0 && b.status == 0, "\(a.complaint)\(b.complaint)")
    let (own, others) = (a.output.split(separator: "\n"), b.output.split(separator: "\n"))
    try #require(own.count == others.count && own.count > 3, "\(a.output)\n\(b.output)")
    var largest = 0.0
    for (line, other) in zip(own, others) {
      for (a, b) in zip(numbers(String(line)), numbers(String(other))) {
        let distance: Double = abs(a - b) / max(1, abs(a))
        largest = distance.isNaN ? .infinity : max(largest, distance)
      }
    }
    return largest
  }

  /// What ranks add up in another order differs by roundings of float32, 6e-8 each; a few hundred of them in a row, and
  /// Adam's division by small averages, stay within a hundredfold.
  private let rounding = 1e-5

  @Test(arguments: [2, 4]) func ranksComeToTheLossesOfOneProcess(count: Int) throws {
    #expect(try distance(Ranks.run("train", count: 1), Ranks.run("train", count: count)) < rounding)
    let (one, several) = (try Ranks.run("loop", count: 1), try Ranks.run("loop", count: count))
    #expect(try distance(one, several) < rounding)
  }

  @Test func clippingAndAccumulationAreThoseOfTheWholeBatch() throws {
    for words in [["clipped"], ["accumulated"]] {
      let (one, two) = (
        try Ranks.run("MPIScenarios", ["train"] + words, count: 1),
        try Ranks.run("MPIScenarios", ["train"] + words, count: 2)
      )
      #expect(try distance(one, two) < rounding, "\(words)")
    }
  }

  /// Statistics of the whole batch, and their gradients.
  @Test(arguments: [2, 4]) func twoRanksNormalizeAsOne(count: Int) throws {
    let (one, several) = (
      try Ranks.run("train", "normalized", count: 1), try Ranks.run("train", "normalized", count: count)
    )
    #expect(try distance(one, several) < 10 * rounding)
  }

  @Test func aSharedOptimizerTakesTheSameSteps() throws {
    let (own, shared) = (try Ranks.run("train", count: 2), try Ranks.run("train", "shared", count: 2))
    #expect(shared.status == 0 && own.output == shared.output, "\(shared.complaint)")
  }

  /// With as many ranks to the bit, with another number but for rounding; also where the optimizer's state was shared out.
  @Test(arguments: ["own", "shared"]) func aTrainingGoesOnAlsoWithOtherRanks(optimizer: String) throws {
    let folder = try TemporaryFolder()
    let whole = try Ranks.run("train", optimizer, "4", count: 2)
    // 1 epoch of 9 steps: the last checkpoint of every 5 steps stands within it, that of its end at 9.
    let first = try Ranks.run("train", optimizer, "2", "in", folder("run"), count: 2)
    #expect(first.status == 0, "\(first.complaint)")
    let same = try Ranks.run("train", optimizer, "4", "from", folder("run"), count: 2)
    #expect(same.status == 0 && same.output == whole.output, "\(same.complaint)")
    for count in [1, 4] {
      let other = try Ranks.run("train", optimizer, "4", "from", folder("run"), count: count)
      #expect(try distance(whole, other) < rounding, "\(count) ranks")
    }
    // From the middle of an epoch.
    let middle = folder("run") + "/step-0000000018.safetensors"
    try FileManager.default.removeItem(atPath: middle)
    let resumed = try Ranks.run("train", optimizer, "4", "from", folder("run"), count: 2)
    #expect(resumed.status == 0 && resumed.output == whole.output, "\(resumed.complaint)")
  }

  /// In pieces that end within epochs: to the bit, and amid an accumulation but for rounding.
  @Test(arguments: ["own", "shared", "dropping"]) func aTrainingInPiecesIsOneInASinglePiece(words: String) throws {
    let folder = try TemporaryFolder()
    let whole = try Ranks.run("train", words, "3", count: 2)
    let cut = try Ranks.run("train", words, "3", "cut", "in", folder("run"), count: 2)
    #expect(cut.status == 0 && cut.output == whole.output && !whole.output.isEmpty, "\(cut.complaint)")
    let accumulated = try Ranks.run("train", words, "3", "fourfold", count: 2)
    #expect(try distance(accumulated, Ranks.run("train", words, "3", "fourfold", "cut", count: 2)) < 10 * rounding)
  }

  /// Each rank drops by a stream of its own, which is the same whenever the training is begun anew, and goes on after a stop.
  @Test func ranksDropByStreamsOfTheirOwn() throws {
    let folder = try TemporaryFolder()
    let (whole, again) = (
      try Ranks.run("train", "dropping", "3", count: 2), try Ranks.run("train", "dropping", "3", count: 2)
    )
    #expect(whole.status == 0 && whole.output == again.output && !whole.output.isEmpty, "\(whole.complaint)")
    #expect(try Ranks.run("train", "dropping", "2", "in", folder("run"), count: 2).status == 0)
    let resumed = try Ranks.run("train", "dropping", "3", "from", folder("run"), count: 2)
    #expect(resumed.status == 0 && resumed.output == whole.output, "\(resumed.complaint)")
    // From within an epoch.
    try FileManager.default.removeItem(atPath: folder("run") + "/step-0000000018.safetensors")
    #expect(try Ranks.run("train", "dropping", "3", "from", folder("run"), count: 2).output == whole.output)
    // What one process drops, two do not: `WeftMPI` says so.
    #expect(try distance(whole, Ranks.run("train", "dropping", "3", count: 1)) > 100 * rounding)
  }

  @Test func otherModelsAreRefused() throws {
    let outcome = try Ranks.run("models", count: 2)
    #expect(outcome.status != 0)
    let message = """
      rank 0: expected the model of rank 0 on all ranks, as 0.weight float32 [4, 6]; found 0.weight float32 [5, 6] on \
      rank 1; build the same model on every rank [mpi.different]
      """
    #expect(outcome.complaint.contains(message), "\(outcome.complaint)")
  }

  /// Ranks that were started otherwise would train together without a word.
  @Test(arguments: [
    ("data", "the data of rank 0 on all ranks: samples of the sum "),
    ("seed", "the seed of the data's order of rank 0 on all ranks: 3, got 4 on rank 1"),
    ("batch", "the batch size of rank 0 on all ranks: 12, got 6 on rank 1"),
    ("epochs", "the number of epochs of rank 0 on all ranks: 1, got 2 on rank 1"),
    ("rate", "the learning rate of rank 0 on all ranks: 0.01, got 0.02 on rank 1"),
    ("accumulation", "the accumulation of rank 0 on all ranks: 1, got 2 on rank 1"),
  ])
  func otherTrainingsAreRefusedBeforeTheFirstStep(what: String, message: String) throws {
    let outcome = try Ranks.run("MPIScenarios", ["apart", what], count: 2)
    #expect(outcome.status != 0)
    #expect(outcome.complaint.contains(message), "\(outcome.complaint)")
    #expect(!outcome.complaint.contains("[mpi."), "\(outcome.complaint)")
  }

  /// The same data, though each rank's samples draw other noise.
  @Test func samplesMayDrawFromTheProcesssNumbers() throws {
    let outcome = try Ranks.run("noisy", count: 2)
    #expect(outcome.status == 0, "\(outcome.complaint)")
  }

  @Test func valuesThatPartAreFound() throws {
    let outcome = try Ranks.run("drift", count: 2)
    #expect(outcome.status != 0)
    #expect(outcome.complaint.contains("expected the parameters of rank 0 on all ranks, as 0."), "\(outcome.complaint)")
    #expect(outcome.complaint.contains("[mpi.different]"), "\(outcome.complaint)")
  }

  /// An epoch that ends amid an accumulation is saved with the gradients of all ranks.
  @Test func anAccumulationGoesOnWithTheGradientsOfAllRanks() throws {
    let folder = try TemporaryFolder()
    let whole = try Ranks.run("train", "fourfold", "4", count: 2)
    #expect(try distance(Ranks.run("train", "fourfold", "4", count: 1), whole) < rounding)
    let first = try Ranks.run("train", "fourfold", "2", "in", folder("run"), count: 2)
    #expect(first.status == 0, "\(first.complaint)")
    let same = try Ranks.run("train", "fourfold", "4", "from", folder("run"), count: 2)
    #expect(same.status == 0 && same.output == whole.output, "\(same.complaint)")
    for count in [1, 4] {
      let other = try Ranks.run("train", "fourfold", "4", "from", folder("run"), count: count)
      #expect(try distance(whole, other) < rounding, "\(count) ranks")
    }
  }

  /// Parts of other sizes, in a loop of one's own: the last batch has 3 samples for 4 ranks.
  @Test(arguments: [2, 4]) func aLoopNormalizesAsOneProcess(count: Int) throws {
    let (one, several) = (
      try Ranks.run("loop", "normalized", count: 1), try Ranks.run("loop", "normalized", count: count)
    )
    #expect(try distance(one, several) < 10 * rounding)
  }

  @Test(arguments: ["own", "synchronized"]) func eachRankMayUseOtherParametersBesideStatistics(words: String) throws {
    let outcome = try Ranks.run("parts", words, count: 3)
    #expect(outcome.status == 0 && outcome.lines("rank").count == 3, "\(outcome.complaint)")
  }

  @Test func aTrainingThatWasAskedToEndGoesOnInTheSameProcess() throws {
    let outcome = try Ranks.run("again", count: 2)
    #expect(outcome.status == 0 && outcome.lines("rank").count == 2, "\(outcome.complaint)")
  }

  /// The step is repeated by each rank alone, and the one that knows the cause is heard.
  @Test(arguments: [["own"], ["synchronized"], ["synchronized", "all"]])
  func aLossOfOneRankThatIsNotFiniteIsExplained(words: [String]) throws {
    let outcome = try Ranks.run("MPIScenarios", ["broken"] + words, count: 2)
    #expect(outcome.status != 0 && !outcome.complaint.contains("[mpi."), "\(outcome.complaint)")
    #expect(outcome.lines(ofComplaint: "rank 1: ").contains { $0.contains("log") }, "\(outcome.complaint)")
    #expect(outcome.lines(ofComplaint: "rank 0: ").count == 1, "\(outcome.complaint)")
  }

  @Test func gradientsOfSomeRanksAreAveragedAndASecondPassIsRefused() throws {
    let outcome = try Ranks.run("crossed", count: 2)
    #expect(outcome.status != 0)
    #expect(outcome.complaint.contains("one backward pass for each average"), "\(outcome.complaint)")
    #expect(!outcome.complaint.contains("Wrong"), "\(outcome.complaint)")
  }
}
