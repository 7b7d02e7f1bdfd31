import Foundation
import TestSupport
import Testing
import Weft
import WeftTrain

/// Metrics of samples with several labels at once, beside scikit-learn (Goldens/make_metrics.py).
@Suite struct LabelMetricTests {
  private struct Goldens: Decodable {
    struct Labels: Decodable {
      let scores: [[Double]]
      let truth: [[Int]]
      let expected: [String: Double]
    }
    let labels: Labels
  }

  private static let golden = Result {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Goldens/metrics.json")
    return try JSONDecoder().decode(Goldens.self, from: Data(contentsOf: path)).labels
  }

  /// In two batches that are merged, through text in between, as in a checkpoint or over ranks.
  private func seen<M: TensorMetric>(_ metric: M, _ scores: Tensor, _ truth: Tensor) throws -> M {
    var (first, rest) = (metric, metric)
    try first.update(scores[0..<13], truth[0..<13])
    try rest.update(scores[13..<13], truth[13..<13])
    try rest.update(scores[13...], truth[13...])
    var read = try StateText.decode(M.self, from: StateText.encode(first))
    read.merge(rest)
    return read
  }

  @Test func labelsAreCountedAsByScikitLearn() throws {
    let golden = try Self.golden.get()
    let scores = Tensor(golden.scores, dtype: .float64)
    // Scores as probabilities and as what a threshold is told for; targets whole and, as losses take them, floating.
    let wholes = Tensor(golden.truth)
    for truth in [wholes, wholes.converted(to: .float32), wholes.converted(to: .uint8)] {
      for (kind, name) in [(MultilabelScore.Kind.precision, "precision"), (.recall, "recall"), (.f1, "f1")] {
        for average in [ClassAverage.micro, .macro, .weighted] {
          let expected = try #require(golden.expected["\(name).\(average)"])
          let plain = try seen(MultilabelScore(kind, average: average), scores, truth).value
          let moved = try seen(MultilabelScore(kind, average: average, threshold: 0), scores - 0.5, truth).value
          #expect(abs(plain - expected) < 1e-12 && moved == plain, "\(name) \(average) \(plain) \(moved)")
        }
      }
      for (kind, name) in [(MultilabelScore.Kind.accuracy, "accuracy"), (.exactMatch, "exactMatch")] {
        let value = try seen(MultilabelScore(kind), scores, truth).value
        #expect(abs(value - (golden.expected[name] ?? -1)) < 1e-12, "\(name)")
      }
      for average in [ClassAverage.micro, .macro, .weighted] {
        let area = try seen(AUROC(average: average), scores, truth).value
        #expect(abs(area - (golden.expected["auroc.\(average)"] ?? -1)) < 1e-12, "\(average) \(area)")
        let precision = try seen(AveragePrecision(average: average), scores, truth).value
        #expect(abs(precision - (golden.expected["ap.\(average)"] ?? -1)) < 1e-12, "\(average) \(precision)")
      }
    }
    let said = (scores .>= 0.5).converted(to: .int64)
    #expect(abs(try seen(MultilabelScore(.f1), said, wholes).value - (golden.expected["f1.macro"] ?? -1)) < 1e-12)
  }

  @Test func whatIsNoLabelIsRefusedAndNothingTakenIn() throws {
    var f1 = MultilabelScore(.f1)
    let scores = Tensor([[0.1, 0.9], [0.8, 0.3]])
    #expect(f1.value.isNaN)
    for (predictions, targets) in [
      (scores, Tensor([[0, 2], [1, 0]])), (scores, Tensor([[0.5, 1], [1, 0]])), (scores, Tensor([0, 1])),
      (scores * 9, Tensor([[0, 1], [1, 0]])), (Tensor([[0, 3], [1, 0]]), Tensor([[0, 1], [1, 0]])),
    ] {
      #expect(throws: TensorError.self) { try f1.update(predictions, targets) }
    }
    #expect(f1.value.isNaN)
    try f1.update(scores, Tensor([[0, 1], [1, 0]]))
    #expect(f1.value == 1 && f1.perLabel == [1, 1])
    #expect(throws: TensorError.self) { try f1.update(Tensor([[0.1, 0.2, 0.3]]), Tensor([[0, 1, 0]])) }
    // A score that is no number is neither answer.
    try f1.update(Tensor([[Double.nan, 0.9]]), Tensor([[1, 1]]))
    #expect(f1.perLabel == [2.0 / 3, 1])
    var area = AUROC()
    try area.update(scores, Tensor([[0, 1], [1, 0]]))
    // Two labels, then two classes: not one after the other.
    #expect(throws: TensorError.self) { try area.update(scores, Tensor([0, 1])) }
    #expect(area.value == 1)
  }

  @Test func labelsThatNobodyKnowsAreLeftOut() throws {
    var accuracy = MultilabelScore(.accuracy, average: .micro, ignoring: -1)
    var exact = MultilabelScore(.exactMatch, ignoring: -1)
    let (said, truth) = (Tensor([[0.9, 0.9], [0.1, 0.9]]), Tensor([[1, -1], [1, 1]]))
    try accuracy.update(said, truth)
    try exact.update(said, truth.converted(to: .float32))
    #expect(accuracy.value == 2.0 / 3 && exact.value == 0.5)
    accuracy.reset()
    #expect(accuracy.value.isNaN && accuracy.ignored == -1)
  }

  /// Binary cross-entropy takes floating-point targets; so do the metrics of one score a sample.
  @Test func floatingTargetsOfOneScore() throws {
    let (scores, truth) = (Tensor([[0.9], [0.2], [0.7]]), Tensor([[1.0], [0], [0]]))
    var (accuracy, area, f1) = (Accuracy(), AUROC(), F1Score(classCount: 2, average: .binary))
    try accuracy.update(scores, truth)
    try area.update(scores, truth)
    try f1.update(scores, truth)
    #expect(accuracy.right == 2 && area.value == 1 && abs(f1.value - 2.0 / 3) < 1e-12)
    #expect(throws: TensorError.self) { try accuracy.update(scores, Tensor([[0.9], [0], [0]])) }
    #expect(throws: TensorError.self) { try accuracy.update(Tensor([[0.1, 0.9]]), Tensor([1.0])) }
    #expect(throws: TensorError.self) { try area.update(scores, Tensor([[0.9], [0], [0]])) }
    #expect(accuracy.count == 3)
  }

  @Test func errorRatesOfTokens() {
    var rate = WordErrorRate()
    rate.update(Array("kitten"), reference: Array("sitting"))
    rate.update([1, 2, 3], reference: [1, 3])
    #expect(rate.errors == 4 && rate.words == 9)
  }

  /// In a training, with the targets that the loss takes.
  @Test func aTrainerMeasuresThem() throws {
    let data = try Random.withSeed(3) {
      let inputs = Tensor(normal: [64, 3])
      return try TensorDataset(inputs, (inputs .> 0).converted(to: .float32))
    }
    let model = Random.withSeed(4) { Linear(3, 3) }
    let trainer = Trainer(
      model, Adam(model.parameters(), learningRate: 0.1),
      metrics: [
        "f1": MultilabelScore(.f1, threshold: 0), "area": AUROC(),
        "all": MultilabelScore(.exactMatch, threshold: 0),
      ]
    ) { (model: Linear, batch: TensorDataset.Batch) in
      let logits = model(batch.inputs)
      return StepOutput(
        loss: binaryCrossEntropy(logits: logits, batch.targets), predictions: logits, targets: batch.targets)
    }
    let history = try trainer.fit(DataLoader(data, batchSize: 16), validation: DataLoader(data), epochs: 10)
    for name in ["f1", "area", "all"] {
      let (last, first) = (history.last?[name] ?? 0, history.first?[name] ?? 1)
      #expect(last > 0.9 && last >= first, "\(name) \(first) \(last)")
    }
  }
}
