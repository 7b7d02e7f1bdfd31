import Foundation
import Testing
import Weft

/// Metrics beside scikit-learn, torchmetrics, sacreBLEU and jiwer (Goldens/make_metrics.py), and where those leave a case
/// open.
@Suite struct MetricTests {
  private struct Goldens: Decodable {
    struct Classes: Decodable {
      struct Expected: Decodable {
        let numbers: [String: Double]
        let confusion: [[Int]]

        init(from decoder: any Decoder) throws {
          let all = try decoder.container(keyedBy: AnyKey.self)
          var numbers: [String: Double] = [:]
          for key in all.allKeys where key.stringValue != "confusion" {
            numbers[key.stringValue] = try all.decode(Double.self, forKey: key)
          }
          self.numbers = numbers
          confusion = try all.decode([[Int]].self, forKey: AnyKey(stringValue: "confusion"))
        }
      }
      let scores: [[Double]]
      let truth: [Int]
      let expected: Expected
    }
    struct Ranking: Decodable {
      let scores: [Double]
      let truth: [Int]
      let logits: [[Double]]
      let labels: [Int]
      let expected: [String: Double]
    }
    struct Regression: Decodable {
      let predicted: [[Double]]
      let truth: [[Double]]
      let expected: [String: Double]
    }
    struct Tokens: Decodable {
      let logits: [[[Double]]]
      let truth: [[Int]]
      let expected: Double
    }
    struct Texts: Decodable {
      let hypotheses: [String]
      let references: [[String]]
      let expected: [String: Double]
    }
    let classes: Classes
    let ranking: Ranking
    let regression: Regression
    let perplexity: Tokens
    let texts: Texts
  }

  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private static let goldens = Result {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "Goldens/metrics.json")
    return try JSONDecoder().decode(Goldens.self, from: Data(contentsOf: path))
  }

  /// Sums of float64 in another order.
  private func expect(_ value: Double, _ expected: Double?, sourceLocation: SourceLocation = #_sourceLocation) {
    guard let expected else {
      Issue.record("no such golden", sourceLocation: sourceLocation)
      return
    }
    #expect(abs(value - expected) < 1e-9, "\(value), not \(expected)", sourceLocation: sourceLocation)
  }

  /// The metric of the rows in two halves, updated one after the other, and merged.
  private func both<M: TensorMetric>(_ empty: M, _ predictions: Tensor, _ targets: Tensor) throws -> M {
    let half = predictions.shape[0] / 2
    var (one, other) = (empty, empty)
    try one.update(predictions[0..<half], targets[0..<half])
    try other.update(predictions[half...], targets[half...])
    var whole = one
    try whole.update(predictions[half...], targets[half...])
    one.merge(other)
    #expect(one.value == whole.value || abs(one.value - whole.value) < 1e-12)
    let copy = try JSONDecoder().decode(M.self, from: JSONEncoder().encode(one))
    #expect(copy.value == one.value)
    var begun = one
    begun.reset()
    #expect(begun.value.isNaN)
    return one
  }

  @Test func classesAsScikitLearnCountsThem() throws {
    let golden = try Self.goldens.get().classes
    let (scores, truth) = (Tensor(golden.scores, dtype: .float64), Tensor(golden.truth))
    let expected = golden.expected.numbers
    expect(try both(Accuracy(), scores, truth).value, expected["accuracy"])
    for k in 1...3 { expect(try both(TopKAccuracy(k), scores, truth).value, expected["top\(k)"]) }
    for average in [ClassAverage.micro, .macro, .weighted] {
      let name = average.rawValue
      expect(
        try both(PrecisionScore(classCount: 6, average: average), scores, truth).value, expected["precision.\(name)"])
      expect(try both(RecallScore(classCount: 6, average: average), scores, truth).value, expected["recall.\(name)"])
      expect(try both(F1Score(classCount: 6, average: average), scores, truth).value, expected["f1.\(name)"])
    }
    #expect(try both(ConfusionMatrix(classCount: 6), scores, truth).counts == golden.expected.confusion)
  }

  @Test func classesThatAreMissing() throws {
    var precision = PrecisionScore(classCount: 4)
    try precision.update(Tensor([0, 0, 1]), Tensor([0, 2, 1]))
    // Class 2 is true and never predicted; class 3 is neither.
    #expect(precision.perClass[0...2] == [0.5, 1, 0] && precision.perClass[3].isNaN)
    #expect(precision.value == 0.5)
    var recall = RecallScore(classCount: 4)
    try recall.update(Tensor([0, 3, 1]), Tensor([0, 0, 1]))
    #expect(recall.perClass[0] == 0.5 && recall.perClass[2].isNaN && recall.perClass[3] == 0)
    #expect(F1Score(classCount: 2).value.isNaN && F1Score(classCount: 2, average: .micro).value.isNaN)
  }

  @Test func whatIsIgnoredAndWhatIsRefused() throws {
    var accuracy = Accuracy(ignoring: -100)
    try accuracy.update(Tensor([[1.0, 2], [2, 1], [1, 2]]), Tensor([1, 1, -100]))
    #expect(accuracy.value == 0.5 && accuracy.count == 2)
    var binary = Accuracy()
    try binary.update(Tensor([0.5, 0.49, 0.9]), Tensor([1, 1, 1]))
    #expect(binary.right == 2)
    var places = Accuracy()  // [N, classes, places]
    try places.update(Tensor([[[0.0, 1], [1, 0]]]), Tensor([[1, 1]]))
    #expect(places.value == 0.5)
    var counted = accuracy
    #expect(throws: TensorError.self) { try counted.update(Tensor([[1.0, 2]]), Tensor([0, 1])) }
    #expect(throws: TensorError.self) { try counted.update(Tensor([[1.0, 2]]), Tensor([0.5])) }
    #expect(throws: TensorError.self) { try counted.update(Tensor([[1.0, 2]]), Tensor([-1])) }
    #expect(counted == accuracy)
    var confusion = ConfusionMatrix(classCount: 2)
    #expect(throws: TensorError.self) { try confusion.update(Tensor([2]), Tensor([0])) }
    #expect(confusion.sampleCount == 0)
    #expect(throws: TensorError.self) { try withTensorErrors { confusion.merge(ConfusionMatrix(classCount: 3)) } }
    var ties = TopKAccuracy(1)
    try ties.update(Tensor([[1.0, 1], [1, 1]]), Tensor([0, 1]))
    #expect(ties.value == 0.5)
  }

  /// Logits are not taken for probabilities: 0.3 is class 1, and it is no probability beside -2 and 4.
  @Test func logitsOfTwoClassesNeedAThreshold() throws {
    let (logits, truth) = (Tensor([0.3, -2, 0.2, 4]), Tensor([1, 0, 1, 1]))
    var accuracy = Accuracy()
    do {
      try accuracy.update(logits, truth)
      Issue.record("taken for probabilities")
    } catch { #expect("\(error)".contains("got -2.0") && "\(error)".contains("threshold: 0"), "\(error)") }
    #expect(accuracy.count == 0)
    #expect(throws: TensorError.self) { try F1Score(classCount: 2).updated(logits, truth) }
    let column = logits.reshaped(4, 1)
    for (scores, targets) in [(logits, truth), (column, truth), (column, truth.reshaped(4, 1))] {
      #expect(try both(Accuracy(threshold: 0), scores, targets).value == 1)
      #expect(try both(F1Score(classCount: 2, threshold: 0), scores, targets).value == 1)
      #expect(try both(AUROC(), scores, targets).value == 1)
      #expect(try both(Accuracy(), scores.sigmoid(), targets).value == 1)
    }
    #expect(try both(Accuracy(threshold: 3), logits, truth).value == 0.5)
    // What rounding made of a probability is one, and nobody looks at what is ignored.
    let odd = Tensor([1.000001, -0.000001, -100, 0.25])
    #expect(try both(Accuracy(ignoring: 9), odd, Tensor([1, 0, 9, 1])).value == 2.0 / 3)
  }

  /// Of class 1 alone: 2 right of 3 predicted and 4 true ones.
  @Test func binaryScoresAreThoseOfClassOne() throws {
    let (predicted, truth) = (Tensor([1, 1, 1, 0, 0, 0]), Tensor([1, 1, 0, 1, 1, 0]))
    #expect(try PrecisionScore(classCount: 2, average: .binary).updated(predicted, truth).value == 2.0 / 3)
    #expect(try RecallScore(classCount: 2, average: .binary).updated(predicted, truth).value == 0.5)
    #expect(try F1Score(classCount: 2, average: .binary).updated(predicted, truth).value == 4.0 / 7)
    #expect(try F1Score(classCount: 2, average: .binary).updated(Tensor([0]), Tensor([0])).value == 0)
    #expect(F1Score(classCount: 2, average: .binary).value.isNaN)
    #expect(throws: TensorError.self) { try withTensorErrors { _ = F1Score(classCount: 3, average: .binary) } }
  }

  @Test func scoresThatAreNaNAreOfNoClass() throws {
    let scores = Tensor([[Double.nan, 1], [2, .nan], [2, 1], [.infinity, -Double.infinity]])
    #expect(try both(Accuracy(), scores, Tensor([0, 0, 0, 0])).value == 0.5)
    #expect(try both(Accuracy(), Tensor([Double.nan, 0.2]), Tensor([0, 0])).value == 0.5)
    var confusion = ConfusionMatrix(classCount: 2)
    #expect(throws: TensorError.self) { try confusion.update(scores, Tensor([0, 0, 0, 0])) }
    #expect(throws: TensorError.self) { try confusion.update(Tensor([Double.nan]), Tensor([0])) }
    #expect(confusion.sampleCount == 0)
  }

  @Test func ranksAsScikitLearnCountsThem() throws {
    let golden = try Self.goldens.get().ranking
    let (scores, truth) = (Tensor(golden.scores), Tensor(golden.truth))
    expect(try both(AUROC(), scores, truth).value, golden.expected["auroc"])
    expect(try both(AveragePrecision(), scores, truth).value, golden.expected["precision"])
    let (logits, labels) = (Tensor(golden.logits, dtype: .float64), Tensor(golden.labels))
    // torchmetrics computes in float32.
    let many = try both(AUROC(), logits, labels).value
    #expect(abs(many - (golden.expected["auroc.many"] ?? 0)) < 1e-6)
    expect(try both(AveragePrecision(), logits, labels).value, golden.expected["precision.many"])
  }

  @Test func ranksWithoutAnything() throws {
    var area = AUROC()
    try area.update(Tensor([0.1, 0.9]), Tensor([1, 1]))
    #expect(area.value.isNaN)
    try area.update(Tensor([0.9]), Tensor([0]))
    #expect(area.value == 0.25)  // one below, one equal
    try area.update(Tensor([Float.nan]), Tensor([0]))
    #expect(area.value.isNaN)
    var precision = AveragePrecision()
    try precision.update(Tensor([0.1, 0.9]), Tensor([0, 0]))
    #expect(precision.value.isNaN)
    #expect(throws: TensorError.self) { try precision.update(Tensor([0.1]), Tensor([2])) }
    #expect(throws: TensorError.self) { try precision.update(Tensor([[0.1, 0.2]]), Tensor([1])) }
  }

  /// Numbers between 0 and 1 that do not add up to 1 are no probabilities: softmax turns the order of these around.
  @Test func logitsBetweenZeroAndOneAreLogits() throws {
    let logits = Tensor([[0.9, 0.8], [0.5, 0.1]])
    for scores in [logits, logits.softmax(axis: 1)] {
      var area = AUROC()
      try area.update(scores, Tensor([0, 1]))
      #expect(area.value == 0)
    }
  }

  /// It is that of class 1, not the only one to choose from.
  @Test func oneScoreASampleIsNoChoiceOfClasses() throws {
    var matrix = ConfusionMatrix(classCount: 2)
    try matrix.update(Tensor([[0.1], [0.9], [0.8]]), Tensor([0, 1, 0]))
    #expect(matrix.counts == [[1, 1], [0, 1]])
    #expect(throws: TensorError.self) { try matrix.update(Tensor([[3.0], [-1]]), Tensor([1, 0])) }
  }

  @Test func errorsOfNumbers() throws {
    let golden = try Self.goldens.get().regression
    let (predicted, truth) = (Tensor(golden.predicted, dtype: .float64), Tensor(golden.truth, dtype: .float64))
    expect(try both(MeanAbsoluteError(), predicted, truth).value, golden.expected["mae"])
    expect(try both(MeanSquaredError(), predicted, truth).value, golden.expected["mse"])
    expect(try both(RootMeanSquaredError(), predicted, truth).value, golden.expected["rmse"])
    expect(try both(R2Score(), predicted, truth).value, golden.expected["r2"])
    var constant = R2Score()
    try constant.update(Tensor([2.0]), Tensor([2.0]))
    #expect(constant.value.isNaN)
    try constant.update(Tensor([2.0]), Tensor([2.0]))
    #expect(constant.value == 1)
    try constant.update(Tensor([3.0]), Tensor([2.0]))
    #expect(constant.value == 0)
    #expect(throws: TensorError.self) { try constant.update(Tensor([1.0]), Tensor([1.0, 2])) }
    var empty = MeanAbsoluteError()
    try empty.update(Tensor(zeros: [0]), Tensor(zeros: [0]))
    #expect(empty.value.isNaN)
  }

  @Test func tokens() throws {
    let golden = try Self.goldens.get().perplexity
    var perplexity = Perplexity()
    try perplexity.update(Tensor(golden.logits), Tensor(golden.truth))
    // Sums of float32.
    #expect(abs(perplexity.value - golden.expected) < 1e-4)
    try perplexity.update(Tensor(golden.logits), Tensor(golden.truth))
    #expect(abs(perplexity.value - golden.expected) < 1e-4)
    #expect(throws: TensorError.self) { try perplexity.update(Tensor([[1.0, 2]]), Tensor([2])) }
    #expect(Perplexity().value.isNaN)
  }

  @Test func texts() throws {
    let golden = try Self.goldens.get().texts
    let pairs = Array(zip(golden.hypotheses, golden.references))
    func bleu(_ pairs: some Sequence<(String, [String])>) -> Double {
      var (score, rest) = (BLEU(), BLEU())
      for (place, pair) in pairs.enumerated() {
        if place % 2 == 0 {
          score.update(pair.0, references: pair.1)
        } else {
          rest.update(pair.0, references: pair.1)
        }
      }
      score.merge(rest)
      return score.value
    }
    expect(bleu(pairs), golden.expected["bleu"])
    expect(bleu(pairs[1...1]), golden.expected["bleu.smoothed"])
    expect(bleu(pairs[2...2]), golden.expected["bleu.short"])
    #expect(bleu([]).isNaN && bleu([("", ["a"])]) == 0)
    var rate = WordErrorRate()
    for (text, references) in pairs { rate.update(text, reference: references[0]) }
    expect(rate.value, golden.expected["wer"])
    var nothing = WordErrorRate()
    nothing.update("a b", reference: "")
    #expect(nothing.errors == 2 && nothing.value.isNaN && WordErrorRate().value.isNaN)
  }
}

extension TensorMetric {
  fileprivate func updated(_ predictions: Tensor, _ targets: Tensor) throws -> Self {
    var next = self
    try next.update(predictions, targets)
    return next
  }
}
