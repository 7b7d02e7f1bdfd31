import Foundation
import WeftIO
import WeftTensor

/// What a trained model comes to on data that it was not trained on, for a report: where it errs, and where most.
public struct RunFindings: Sendable, Hashable, Codable {
  /// A sample that the model is far off at.
  public struct Sample: Sendable, Hashable, Codable {
    /// Which one: a file, a row's number.
    public var name: String
    /// What it is.
    public var truth: String
    /// What the model says.
    public var prediction: String
    /// How wrong that is: the loss, or the distance of two numbers.
    public var error: Double
    /// What is known of it, as the fields of a row.
    public var fields: [Field]
    /// A PNG file that shows it.
    public var picture: Data?

    /// A sample of this name.
    public init(
      name: String, truth: String, prediction: String, error: Double, fields: [Field] = [], picture: [UInt8]? = nil
    ) {
      (self.name, self.truth, self.prediction, self.error) = (name, truth, prediction, error)
      (self.fields, self.picture) = (fields, picture.map { Data($0) })
    }
  }

  /// A name with its value.
  public struct Field: Sendable, Hashable, Codable {
    /// What it is called.
    public var name: String
    /// What it is.
    public var value: String

    /// A field.
    public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
  }

  /// Numbers that were to be found out, beside what the model said.
  public struct Numbers: Sendable, Hashable, Codable {
    /// What they are.
    public var name: String
    /// The true ones, of some samples.
    public var truth: [Double]
    /// What the model said of the same.
    public var predictions: [Double]

    /// Numbers of this name.
    public init(name: String, truth: [Double], predictions: [Double]) {
      (self.name, self.truth, self.predictions) = (name, truth, predictions)
    }
  }

  /// A text that the model wrote.
  public struct Text: Sendable, Hashable, Codable {
    /// After so many epochs.
    public var epoch: Int
    /// What it wrote.
    public var text: String

    /// A text.
    public init(epoch: Int, text: String) { (self.epoch, self.text) = (epoch, text) }
  }

  /// What the data is called, as `validation`.
  public var data: String
  /// The classes' names, where there are classes.
  public var classes: [String] = []
  /// Samples by true class (row) and predicted class (column).
  public var confusion: [[Int]] = []
  /// Numbers, where those were to be found out.
  public var numbers: Numbers?
  /// The samples with the largest errors, the worst first.
  public var worst: [Sample] = []
  /// Texts, where the model writes some.
  public var texts: [Text] = []

  /// Nothing yet, of data of this name.
  public init(data: String) { self.data = data }

  /// Whether the lists fit together: a file may say anything.
  var isConsistent: Bool {
    let counts = confusion.flatMap { $0 }
    let isPossible = counts.allSatisfy { $0 >= 0 } && counts.reduce(0.0) { $0 + Double($1) } < 0x1p53
    return isPossible && confusion.count == classes.count && confusion.allSatisfy { $0.count == classes.count }
      && numbers.map { $0.truth.count == $0.predictions.count } ?? true
  }
}

extension RunFolder {
  /// Writes what the trained model comes to, whole or not at all.
  ///
  /// - Throws: `FileWriteError`.
  public func write(_ findings: RunFindings) throws {
    try AtomicFile.write(try StateText.encode(findings) + "\n", to: findingsPath)
  }
}
