import WeftNN
import WeftTensor

/// How well a model classifies a dataset.
public struct ClassificationReport: Sendable, Hashable {
  /// The mean cross-entropy, in nats.
  public var loss: Double
  /// Samples by true class (row) and predicted class (column).
  public var confusion: [[Int]]

  /// How many samples were classified.
  public var sampleCount: Int { confusion.reduce(0) { $0 + $1.reduce(0, +) } }

  /// The share of samples whose class was found, from 0 through 1.
  public var accuracy: Double {
    let right = confusion.indices.reduce(0) { $0 + confusion[$1][$1] }
    return sampleCount == 0 ? 0 : Double(right) / Double(sampleCount)
  }
}

/// Adds up losses and right answers over batches.
struct ClassificationTally {
  private(set) var lossSum = 0.0
  private(set) var right = 0
  private(set) var count = 0
  private(set) var confusion: [[Int]]

  init(classCount: Int) { confusion = Array(repeating: Array(repeating: 0, count: classCount), count: classCount) }

  /// - Throws: `TensorError` where a model's results are not [N, classes].
  func check(_ logits: Tensor) throws {
    guard logits.rank == 2, logits.shape[1] == confusion.count else {
      throw TensorError(
        .shape, operation: "Trainer", operands: [("logits", logits.spec)],
        expected: "a model that gives [samples, \(confusion.count)], a number for each of the data's classes",
        got: "\(logits.shape)")
    }
  }

  /// - Throws: `TensorError` where the logits are not [N, classes], or a label is no class.
  mutating func add(logits: Tensor, labels: Tensor, loss: Double) throws {
    try check(logits)
    let predicted = logits.argMax(axis: 1).scalars(as: Int.self)
    let truth = labels.scalars(as: Int.self)
    if let wrong = truth.first(where: { !confusion.indices.contains($0) }) {
      throw TensorError(
        .index, operation: "Trainer", expected: "labels from 0 through \(confusion.count - 1)", got: "\(wrong)")
    }
    for (p, t) in zip(predicted, truth) {
      confusion[t][p] += 1
      if p == t { right += 1 }
    }
    lossSum += loss * Double(truth.count)
    count += truth.count
  }

  var loss: Double { count == 0 ? 0 : lossSum / Double(count) }
  var accuracy: Double { count == 0 ? 0 : Double(right) / Double(count) }
  var report: ClassificationReport { ClassificationReport(loss: loss, confusion: confusion) }
}
