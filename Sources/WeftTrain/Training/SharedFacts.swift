import WeftData
import WeftIO
import WeftNN
import WeftTensor

/// What copies of a model must have alike for their steps to be those of one training: each of them may have been started
/// with other options, or beside other files.
package struct SharedFacts {
  private struct Fact: Codable, Equatable {
    var name: String
    var value: String
  }

  private var facts: [Fact]

  /// - Parameter facts: By what they are called, in the same order everywhere.
  package init(_ facts: [(name: String, value: String)]) {
    self.facts = facts.map { Fact(name: $0.name, value: $0.value) }
  }

  /// - Parameters:
  ///   - user: What the error stands under.
  ///   - gather: Gives the text of each copy, by rank.
  /// - Throws: `TensorError` that names the first fact of another value, and the rank that has it.
  package func check(for user: String, _ gather: (String) throws -> [String]) throws {
    let all = try gather(try StateText.encode(facts)).map { try StateText.decode([Fact].self, from: $0) }
    for (rank, other) in all.enumerated() where other != all[0] {
      let place = zip(all[0], other).enumerated().first { $1.0 != $1.1 }?.offset ?? min(all[0].count, other.count)
      func fact(_ facts: [Fact]) -> Fact {
        facts.indices.contains(place) ? facts[place] : Fact(name: "number of facts", value: "\(facts.count)")
      }
      let (first, found) = (fact(all[0]), fact(other))
      throw TensorError(
        .value, operation: user, expected: "the \(first.name) of rank 0 on all ranks: \(first.value)",
        got: (found.name == first.name ? "" : "\(found.name) ") + "\(found.value) on rank \(rank)",
        hint: "start every rank with the same options and the same data")
    }
  }
}

extension Trainer {
  /// - Throws: `TensorError` where another copy trains on other data or by other settings.
  func checkSameTraining<Data: Dataset>(
    _ loader: DataLoader<Data>, epochs: Int?, steps: Int?, validates: Bool
  ) throws where Data.Batch == Batch {
    guard let replicas else { return }
    func text(_ value: (some Any)?) -> String { value.map { "\($0)" } ?? "none" }
    let product = epochs.map { $0.multipliedReportingOverflow(by: loader.count) }
    let last = max(0, (product.map { $0.overflow ? .max : $0.partialValue } ?? steps ?? 1) - 1)
    let rates = settings.schedule.map { schedule in [0, last / 2, last].map { schedule($0) } }
    let facts = SharedFacts([
      ("number of epochs", text(epochs)), ("number of steps", text(steps)), ("batch size", text(loader.batchSize)),
      ("number of samples", text(loader.dataset.count)), ("seed of the data's order", text(loader.seed)),
      ("shuffling", text(loader.shuffles)), ("leaving out of a last batch", text(loader.dropsLast)),
      ("data", try fingerprint(of: loader)), ("validation data", validates ? "some" : "none"),
      ("optimizer", "\(type(of: optimizer))"), ("learning rate", text(optimizer.learningRate)),
      ("schedule of learning rates", text(rates)), ("accumulation", text(settings.accumulation)),
      ("clipping", text(settings.gradientNorm)), ("type of products", text(settings.autocast)),
      ("interval of validation", text(settings.validationInterval)),
      ("validation of averages", text(settings.validatesAverage)),
      ("place in the data", "\(training.cursor.epoch) epochs, \(training.cursor.batch) batches, step \(training.step)"),
    ])
    try facts.check(for: "Trainer") { try replicas.gather($0, for: "what is trained") }
  }

  /// A sum over a few samples: all of them would take as long as an epoch.
  private func fingerprint<Data: Dataset>(of loader: DataLoader<Data>) throws -> String where Data.Batch == Batch {
    let count = loader.dataset.count
    guard count > 0 else { return "nothing" }
    let places = Set([0, count / 4, count / 2, count * 3 / 4, count - 1]).sorted()
    // What a sample draws from the process's numbers is the same in each copy here, and another in training.
    let batch = try Random.withSeed(loader.seed) {
      try loader.dataset.batch(at: places, context: LoadingContext(seed: loader.seed, epoch: 0))
    }
    guard let tensors = (batch as? any TensorBatch)?.tensors else { return "of a type of its own" }
    var sum = ContentSum()
    for tensor in tensors { sum.add(tensor) }
    return "samples of the sum \(sum.text)"
  }
}
