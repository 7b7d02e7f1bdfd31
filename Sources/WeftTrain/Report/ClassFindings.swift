import WeftTensor

/// Where a classifier errs: the confusion of its classes, and the samples with the largest losses.
///
/// ```swift
/// var findings = ClassFindings(classes: names)
/// for batch in loader { try findings.add(model(batch.inputs), batch.labels) }
/// ```
public struct ClassFindings {
  /// A sample that the model is far off at.
  public struct Answer: Hashable, Sendable {
    /// The sample's place in the data.
    public var index: Int
    /// The number of its class.
    public var truth: Int
    /// The class that the model takes it for.
    public var prediction: Int
    /// How probable the model finds what it says.
    public var probability: Double
    /// The cross-entropy, in nats.
    public var loss: Double
  }

  /// The classes' names.
  public let classes: [String]
  private var matrix: ConfusionMatrix
  private var places: WorstSamples
  private var answers: [Int: Answer] = [:]
  private var seen = 0

  /// Nothing yet.
  ///
  /// - Parameters:
  ///   - classes: The classes' names, in the order of their numbers.
  ///   - worst: How many samples to keep.
  public init(classes: [String], worst: Int = 24) {
    (self.classes, places) = (classes, WorstSamples(worst))
    matrix = ConfusionMatrix(classCount: classes.count)
  }

  /// Samples by true class (row) and predicted class (column).
  public var confusion: [[Int]] { matrix.counts }

  /// The answers with the largest losses, the worst first.
  public var worst: [Answer] { places.worst.compactMap { answers[$0.index] } }

  /// Takes in the next samples.
  ///
  /// Shape: logits [N, classes], labels [N] of integers.
  /// - Throws: `TensorError` for tensors that do not fit, or a label that is no class.
  public mutating func add(_ logits: Tensor, _ labels: Tensor) throws(TensorError) {
    try matrix.update(logits, labels)
    let shares = noGrad { logits.detach().softmax(axis: 1).scalars(as: Double.self) }
    let logs = noGrad { logits.detach().logSoftmax(axis: 1).scalars(as: Double.self) }
    let count = classes.count
    for (row, label) in labels.scalars(as: Int.self).enumerated() {
      let own = shares[row * count..<(row + 1) * count]
      let best = own.indices.max { own[$0] < own[$1] } ?? own.startIndex
      let answer = Answer(
        index: seen + row, truth: label, prediction: best - own.startIndex, probability: own[best],
        loss: -logs[row * count + label])
      places.add(answer.index, error: answer.loss)
      answers[answer.index] = answer
    }
    seen += labels.elementCount
    let kept = Set(places.worst.map(\.index))
    answers = answers.filter { kept.contains($0.key) }
  }
}
