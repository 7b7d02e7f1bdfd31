import WeftTensor

/// How a number for each class becomes one.
public enum ClassAverage: String, Sendable, Codable, Hashable {
  /// All samples together: a frequent class counts for more.
  case micro
  /// The mean over the classes that occur, as a target or as a prediction.
  case macro
  /// The mean over the classes, each counting as often as it truly occurs.
  case weighted
  /// The number of class 1 alone, of two: what scikit-learn gives by default. 0 where class 1 never occurred.
  case binary
}

extension ClassAverage {
  fileprivate func checked(_ classCount: Int) -> ClassAverage {
    if self == .binary, classCount != 2 {
      report(
        TensorError(
          .value, operation: "ClassAverage.binary", expected: "two classes", got: "\(classCount)",
          hint: "`.macro`, `.micro` and `.weighted` are for any number"))
    }
    return self
  }
}

/// What the scores of classes share: a confusion matrix, and an average of what each class comes to.
///
/// Definitions, which are those of scikit-learn with `zero_division=0` and of torchmetrics: a class that occurs but was
/// never predicted has the precision 0, one that was predicted but never occurs the recall 0. A class that is neither
/// target nor prediction has no score (NaN), and counts for no average. NaN where there are no samples.
public protocol ClassScore: TensorMetric {
  /// The samples by true and predicted class.
  var confusion: ConfusionMatrix { get set }
  /// How the classes' numbers become one.
  var average: ClassAverage { get }
  /// The score of so many right, of so many predicted, of so many true ones.
  static func score(right: Double, predicted: Double, truth: Double) -> Double
}

extension ClassScore {
  /// The score of each class; NaN for one that never occurred.
  public var perClass: [Double] {
    let (predicted, support, weights) = (confusion.predicted, confusion.support, confusion.weights)
    return weights.indices.map { place in
      if predicted[place] + support[place] == 0 { return .nan }
      return Self.score(
        right: weights[place][place], predicted: weights.reduce(0) { $0 + $1[place] },
        truth: weights[place].reduce(0, +))
    }
  }

  public var value: Double {
    let scores = perClass
    let present = scores.indices.filter { !scores[$0].isNaN }
    switch average {
    case .micro: return confusion.value
    case .macro: return share(present.reduce(0) { $0 + scores[$1] }, of: Double(present.count))
    case .weighted:
      let support = confusion.weights.map { $0.reduce(0, +) }
      return share(present.reduce(0) { $0 + scores[$1] * support[$1] }, of: support.reduce(0, +))
    case .binary:
      guard scores.count == 2, confusion.sampleCount > 0 else { return .nan }
      return scores[1].isNaN ? 0 : scores[1]
    }
  }

  public mutating func update(_ predictions: Tensor, _ targets: Tensor) throws(TensorError) {
    try confusion.update(predictions, targets)
  }

  public mutating func update(_ predictions: Tensor, _ targets: Tensor, weights: Tensor?) throws(TensorError) {
    try confusion.update(predictions, targets, weights: weights)
  }

  public mutating func merge(_ other: Self) { confusion.merge(other.confusion) }
  public mutating func reset() { confusion.reset() }
}

/// Of what was predicted to be of a class, the share that is. See `ClassScore` for classes that do not occur.
public struct PrecisionScore: ClassScore, Hashable {
  public var confusion: ConfusionMatrix
  public let average: ClassAverage

  /// A score of nothing yet.
  ///
  /// - Parameter threshold: From which score on class 1 of two is predicted, as `ConfusionMatrix` takes it.
  /// Misuse: `.binary` of another number of classes than 2.
  public init(
    classCount: Int, average: ClassAverage = .macro, ignoring ignored: Int? = nil, threshold: Double? = nil
  ) {
    confusion = ConfusionMatrix(classCount: classCount, ignoring: ignored, threshold: threshold)
    self.average = average.checked(classCount)
  }

  public static func score(right: Double, predicted: Double, truth: Double) -> Double {
    predicted == 0 ? 0 : right / predicted
  }
}

/// Of what is of a class, the share that was found. See `ClassScore` for classes that do not occur.
public struct RecallScore: ClassScore, Hashable {
  public var confusion: ConfusionMatrix
  public let average: ClassAverage

  /// A score of nothing yet.
  ///
  /// - Parameter threshold: From which score on class 1 of two is predicted, as `ConfusionMatrix` takes it.
  /// Misuse: `.binary` of another number of classes than 2.
  public init(
    classCount: Int, average: ClassAverage = .macro, ignoring ignored: Int? = nil, threshold: Double? = nil
  ) {
    confusion = ConfusionMatrix(classCount: classCount, ignoring: ignored, threshold: threshold)
    self.average = average.checked(classCount)
  }

  public static func score(right: Double, predicted: Double, truth: Double) -> Double {
    truth == 0 ? 0 : right / truth
  }
}

/// The harmonic mean of precision and recall, 2·right/(predicted + true). See `ClassScore` for classes that do not occur.
public struct F1Score: ClassScore, Hashable {
  public var confusion: ConfusionMatrix
  public let average: ClassAverage

  /// A score of nothing yet.
  ///
  /// - Parameter threshold: From which score on class 1 of two is predicted, as `ConfusionMatrix` takes it.
  /// Misuse: `.binary` of another number of classes than 2.
  public init(
    classCount: Int, average: ClassAverage = .macro, ignoring ignored: Int? = nil, threshold: Double? = nil
  ) {
    confusion = ConfusionMatrix(classCount: classCount, ignoring: ignored, threshold: threshold)
    self.average = average.checked(classCount)
  }

  public static func score(right: Double, predicted: Double, truth: Double) -> Double {
    predicted + truth == 0 ? 0 : 2 * right / (predicted + truth)
  }
}
