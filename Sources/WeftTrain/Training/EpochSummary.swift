import WeftTensor

/// What an epoch came to.
public struct EpochSummary: Sendable, Hashable, Codable {
  /// The epoch's number, from 1.
  public var epoch: Int
  /// How many steps were taken up to its end, from the beginning of the training.
  public var step: Int
  /// The rate of its last update.
  public var learningRate: Double
  /// What was measured while it was trained, in training mode and before each update.
  public var train: Measures
  /// What was measured after it on data that is not trained on; nil without such data.
  public var validation: Measures?

  /// The measure of this name on the validation data, or where there is none on the training data.
  public subscript(name: String) -> Double? { (validation ?? train)[name] }

  /// - Throws: `TensorError` that lists what there is, where there is no such measure.
  package func measure(named name: String, for user: String) throws(TensorError) -> Double {
    if let value = self[name] { return value }
    throw TensorError(
      .value, operation: user,
      expected: "one of the measures \((validation ?? train).all.map(\.name).joined(separator: ", "))", got: name)
  }
}

extension EpochSummary: CustomStringConvertible {
  /// As in `epoch 3, step 120: loss 0.31, accuracy 0.9; validation: loss 0.35, accuracy 0.88`.
  public var description: String {
    "epoch \(epoch), step \(step): \(train)" + (validation.map { "; validation: \($0)" } ?? "")
  }
}
