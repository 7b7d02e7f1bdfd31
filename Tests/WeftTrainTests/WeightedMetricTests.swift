import Foundation
import Testing
import Weft
import WeftTrain

/// Metrics of samples of which some count for more, beside scikit-learn's `sample_weight`
/// (Goldens/make_weighted_metrics.py).
@Suite struct WeightedMetricTests {
  private struct Goldens: Decodable {
    struct Classes: Decodable {
      let scores: [[Double]]
      let truth: [Int]
      let expected: [String: Double]
      let confusion: [[Double]]
    }
    struct Labels: Decodable {
      let scores: [[Double]]
      let truth: [[Int]]
      let expected: [String: Double]
    }
    struct Numbers: Decodable {
      let predicted: [[Double]]
      let truth: [[Double]]
      let expected: [String: Double]
    }
    let weights: [Double]
    let classes: Classes
    let labels: Labels
    let numbers: Numbers
  }

  private static let goldens = Result {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let path = folder.appending(path: "Goldens/weighted_metrics.json")
    return try JSONDecoder().decode(Goldens.self, from: Data(contentsOf: path))
  }

  private func expect(_ value: Double, _ expected: Double?, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(abs(value - (expected ?? .nan)) < 1e-12, "\(value)", sourceLocation: sourceLocation)
  }

  /// In three batches, one empty, one through the text of a checkpoint and merged; and weights of 1 are none at all.
  private func seen<M: TensorMetric & Hashable>(
    _ empty: M, _ predictions: Tensor, _ truth: Tensor, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> M {
    let weights = Tensor(try Self.goldens.get().weights, dtype: .float64)
    var (first, rest, plain, ones) = (empty, empty, empty, empty)
    try first.update(predictions[0..<13], truth[0..<13], weights: weights[0..<13])
    try rest.update(predictions[13..<13], truth[13..<13], weights: weights[13..<13])
    try rest.update(predictions[13...], truth[13...], weights: weights[13...].reshaped(27, 1))
    var read = try StateText.decode(M.self, from: StateText.encode(first))
    #expect(read == first, sourceLocation: sourceLocation)
    read.merge(rest)
    try plain.update(predictions, truth)
    try ones.update(predictions[0..<13], truth[0..<13])
    try ones.update(predictions[13...], truth[13...], weights: Tensor(ones: [27]))
    #expect(abs(ones.value - plain.value) < 1e-12, sourceLocation: sourceLocation)
    // Some without weights are some that weigh 1, in whichever order.
    var late = empty
    try late.update(predictions[0..<13], truth[0..<13], weights: Tensor(ones: [13]))
    try late.update(predictions[13...], truth[13...])
    #expect(abs(late.value - plain.value) < 1e-12, sourceLocation: sourceLocation)
    var doubled = empty
    try doubled.update(predictions, truth, weights: 2 * weights)
    #expect(abs(doubled.value - read.value) < 1e-12, sourceLocation: sourceLocation)
    doubled.reset()
    #expect(doubled == empty && doubled.value.isNaN, sourceLocation: sourceLocation)
    return read
  }

  @Test func classesAreWeighedAsByScikitLearn() throws {
    let golden = try Self.goldens.get().classes
    let (scores, truth, expected) = (Tensor(golden.scores, dtype: .float64), Tensor(golden.truth), golden.expected)
    expect(try seen(Accuracy(), scores, truth).value, expected["accuracy"])
    for k in 1...3 { expect(try seen(TopKAccuracy(k), scores, truth).value, expected["top\(k)"]) }
    for average in [ClassAverage.micro, .macro, .weighted] {
      expect(
        try seen(PrecisionScore(classCount: 5, average: average), scores, truth).value, expected["precision.\(average)"]
      )
      expect(try seen(RecallScore(classCount: 5, average: average), scores, truth).value, expected["recall.\(average)"])
      expect(try seen(F1Score(classCount: 5, average: average), scores, truth).value, expected["f1.\(average)"])
    }
    let confusion = try seen(ConfusionMatrix(classCount: 5), scores, truth)
    for (row, others) in zip(confusion.weights, golden.confusion) {
      for (weight, other) in zip(row, others) { expect(weight, other) }
    }
    // How many there were is told as before.
    #expect(confusion.sampleCount == 40 && confusion.support.reduce(0, +) == 40)
  }

  @Test func labelsAndRanksAreWeighedAsByScikitLearn() throws {
    let golden = try Self.goldens.get().labels
    let (scores, truth, expected) = (Tensor(golden.scores, dtype: .float64), Tensor(golden.truth), golden.expected)
    expect(try seen(MultilabelScore(.exactMatch), scores, truth).value, expected["exactMatch"])
    for average in [ClassAverage.micro, .macro, .weighted] {
      for (kind, name) in [(MultilabelScore.Kind.precision, "precision"), (.recall, "recall"), (.f1, "f1")] {
        expect(try seen(MultilabelScore(kind, average: average), scores, truth).value, expected["\(name).\(average)"])
      }
      expect(try seen(AUROC(average: average), scores, truth).value, expected["auroc.\(average)"])
      expect(try seen(AveragePrecision(average: average), scores, truth).value, expected["ap.\(average)"])
    }
    let (column, classes) = (scores.sliced(axis: 1, from: 0, to: 1), truth.sliced(axis: 1, from: 0, to: 1))
    expect(try seen(AUROC(), column, classes).value, expected["binary.auroc"])
    expect(try seen(AveragePrecision(), column, classes).value, expected["binary.ap"])
  }

  @Test func errorsAreWeighedAsByScikitLearn() throws {
    let golden = try Self.goldens.get().numbers
    let (said, truth) = (Tensor(golden.predicted, dtype: .float64), Tensor(golden.truth, dtype: .float64))
    expect(try seen(MeanAbsoluteError(), said, truth).value, golden.expected["mae"])
    expect(try seen(MeanSquaredError(), said, truth).value, golden.expected["mse"])
    expect(try seen(RootMeanSquaredError(), said, truth).value, golden.expected["rmse"])
    #expect(abs(try seen(R2Score(), said, truth).value - (golden.expected["r2"] ?? .nan)) < 1e-9)
  }

  @Test func whatDoesNotCountMayBeNoNumber() throws {
    let weights = Tensor([1, 1, 0, 1], dtype: .float64)
    let (said, truth) = (Tensor([0.5, 2, .nan, 3], dtype: .float64), Tensor([1, 2, .nan, 4], dtype: .float64))
    var (score, counted) = (R2Score(), R2Score())
    try score.update(said, truth, weights: weights)
    try counted.update(Tensor([0.5, 2, 3], dtype: .float64), Tensor([1, 2, 4], dtype: .float64))
    expect(score.value, counted.value)
    var (area, precision) = (AUROC(average: .binary), AveragePrecision(average: .binary))
    let scores = Tensor([0.25, 0.75, .nan, 0.5], dtype: .float64)
    try area.update(scores, Tensor([0, 1, 1, 0]), weights: weights)
    try precision.update(scores, Tensor([0, 1, 1, 0]), weights: weights)
    #expect(area.value == 1 && precision.value == 1)
  }

  @Test func tokensAreWeighedAlone() throws {
    let logits = Tensor([[[2.0, 0], [0, 1]], [[1, 1], [-5, 5]]])
    let truth = Tensor([[0, 1], [-100, 0]])
    var (whole, first) = (Perplexity(), Perplexity())
    try whole.update(logits, truth, weights: Tensor([[1.0, 1], [7, 0]]))
    try first.update(logits[0..<1], truth[0..<1])
    #expect(abs(whole.value - first.value) < 1e-6)
    var rows = Perplexity()
    try rows.update(logits, truth, weights: Tensor([1.0, 0]))
    #expect(abs(rows.value - first.value) < 1e-6)
    var accuracy = Accuracy(ignoring: -100)
    try accuracy.update(logits.transposed(1, 2), truth, weights: Tensor([1.0, 3]))
    #expect(accuracy.value == 0.4 && accuracy.count == 3)
  }

  @Test func whatIsNoWeightIsRefusedAndNothingTakenIn() throws {
    let (scores, truth) = (Tensor([[0.9, 0.1], [0.2, 0.8]]), Tensor([0, 1]))
    for wrong in [[1.0], [1, -1], [1, .nan], [1, .infinity], [1, 2, 3]] {
      var all: [any TensorMetric] = [
        Accuracy(), TopKAccuracy(1), F1Score(classCount: 2), ConfusionMatrix(classCount: 2), AUROC(),
        AveragePrecision(), Perplexity(),
      ]
      for place in all.indices {
        #expect(throws: TensorError.self) { try all[place].update(scores, truth, weights: Tensor(wrong)) }
        #expect(all[place].value.isNaN)
      }
      var errors: [any TensorMetric] = [
        MeanAbsoluteError(), MeanSquaredError(), RootMeanSquaredError(), R2Score(), MultilabelScore(.f1),
      ]
      for place in errors.indices {
        let labels = Tensor([[1, 0], [0, 1]])
        #expect(throws: TensorError.self) { try errors[place].update(scores, labels, weights: Tensor(wrong)) }
        #expect(errors[place].value.isNaN)
      }
    }
  }

  /// A metric that somebody wrote without a thought of weights.
  private struct Plain: TensorMetric {
    var value = Double.nan
    mutating func merge(_ other: Plain) {}
    mutating func reset() {}
    mutating func update(_ predictions: Tensor, _ targets: Tensor) throws(TensorError) { value = 1 }
  }

  @Test func aMetricWithoutWeightsSaysSo() throws {
    var plain = Plain()
    try plain.update(Tensor([1.0]), Tensor([1.0]), weights: nil)
    #expect(plain.value == 1)
    do {
      try plain.update(Tensor([1.0]), Tensor([1.0]), weights: Tensor([1.0]))
      Issue.record("it was taken in")
    } catch { #expect(error.code == .unsupported && "\(error)".contains("weights"), "\(error)") }
  }

  /// A step that gives weights: in validation as in training, replayed steps included.
  @Test(arguments: [false, true]) func aTrainerMeasuresByWeights(isRecorded: Bool) throws {
    try Random.withSeed(3) {
      let inputs = Tensor(normal: [24, 3])
      let data = try TensorDataset(inputs, inputs.sum(axis: 1, keepDims: true))
      let model = Sequential { Linear(3, 1) }
      let trainer = Trainer(
        model, SGD(model.parameters(), learningRate: 1e-3),
        metrics: ["mae": MeanAbsoluteError(), "rmse": RootMeanSquaredError()]
      ) { (model: Sequential, batch: TensorDataset.Batch) in
        let said = model(batch.inputs)
        return StepOutput(
          loss: meanSquaredError(said, batch.targets), predictions: said, targets: batch.targets,
          weights: (batch.inputs.sliced(axis: 1, from: 0, to: 1) .> 0).converted(to: .float32))
      }
      trainer.settings.isRecorded = isRecorded
      let loader = DataLoader(data, batchSize: 8)
      #expect(try trainer.fit(loader, epochs: 3).count == 3)
      let rows = (0..<24).filter { inputs[$0, 0].item() > 0 }
      let said = noGrad { model(inputs) }
      let errors = noGrad { (said - data.targets).abs().flattened().scalars(as: Double.self) }
      let expected = rows.reduce(0) { $0 + errors[$1] } / Double(rows.count)
      let measured = try #require(try trainer.evaluate(loader)["mae"])
      #expect(abs(measured - expected) < 1e-6 && trainer.recorded.isEmpty != isRecorded, "\(measured) \(expected)")
    }
  }
}
