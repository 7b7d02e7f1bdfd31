// An operation of one's own, with a gradient by hand: checked, then used in a network. See README.md.

import Foundation
import Weft

/// The nearest point to x among those whose elements are from 0 and add up to 1, along the last axis: a softmax that can
/// say 0 (Martins and Astudillo, "From Softmax to Sparsemax", 2016). yᵢ = max(xᵢ - τ, 0), τ so that they add up to 1.
struct Sparsemax: TensorOperation {
  static let name = "sparsemax"
  static let operands: Operands = ["x"]
  static let equation = "yᵢ = max(xᵢ - τ, 0) with Σᵢ yᵢ = 1"

  /// The result's shape and type. What can be wrong with the input is found here, before anything runs.
  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    guard inputs[0].shape.rank > 0, inputs[0].dtype.isFloatingPoint else {
      throw TensorError(
        .shape, operation: Self.name, operands: [("x", inputs[0])], expected: "floating-point numbers along an axis",
        got: "\(inputs[0])")
    }
    return inputs
  }

  /// Of the values in falling order, the first k are kept: as long as 1 + k·xₖ is above the sum of the first k.
  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let falling = inputs[0].sorted(axis: -1, descending: true).values
    let sums = falling.cumulativeSum(axis: -1)
    let places = Tensor((1...max(1, falling.shape[-1])).map { Double($0) }, dtype: falling.dtype)
    let isKept = (1 + places * falling .> sums).converted(to: falling.dtype)
    let kept = isKept.sum(axis: -1, keepDims: true)
    let threshold = ((falling * isKept).sum(axis: -1, keepDims: true) - 1) / kept
    return [(inputs[0] - threshold).relu()]
  }

  func saves(needs: [Bool]) -> Saves { .output(0) }

  /// Where y is 0 a small change of x does nothing; elsewhere τ moves by the mean of what x moves by.
  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let gradient = gradients[0] else { return [nil] }
    let isKept = (saved.output(0) .> 0).converted(to: gradient.dtype)
    let mean = (gradient * isKept).sum(axis: -1, keepDims: true) / isKept.sum(axis: -1, keepDims: true)
    return [isKept * (gradient - mean)]
  }

  static let samples = [Sample(Sparsemax(), .real([3, 5]))]
}

extension Tensor {
  /// Called as any other operation.
  func sparsemax() -> Tensor { Sparsemax()(self) }
}

/// Eight small networks, of which a gate chooses for each input those that answer, and how much each counts.
final class MixtureOfExperts: Module {
  var gate: Linear
  var experts: [Sequential]

  init(_ inputs: Int, _ outputs: Int, experts count: Int) {
    gate = Linear(inputs, count)
    experts = (0..<count).map { _ in
      Sequential {
        Linear(inputs, 16); ReLU(); Linear(16, outputs)
      }
    }
  }

  /// How much each expert counts, [N, experts]: most of them not at all.
  func shares(_ input: Tensor) -> Tensor { gate(input).sparsemax() }

  override func forward(_ input: Tensor) -> Tensor {
    let answers = stacked(experts.map { $0(input) }, axis: 1)  // [N, experts, outputs]
    return (shares(input).unsqueezed(2) * answers).sum(axis: 1)
  }
}

runScript {
  print("sparsemax of [1, 0.8, 0.1, -1]:", Tensor([1.0, 0.8, 0.1, -1]).sparsemax().scalars(as: Float.self))

  // The gradient, and the gradient's gradient, against differences in double precision: an error where they differ.
  let points = Tensor([[0.3, 1.2, -0.5, 0.9], [2.0, -1.0, 0.1, 0.4]], dtype: .float64)
  let weights = Tensor([1.0, -2, 3, 0.5], dtype: .float64)
  try gradcheck({ ($0[0].sparsemax() * weights).sum() }, at: [points])
  try gradgradcheck({ ($0[0].sparsemax() * $0[0].exp()).sum() }, at: [points])
  print("its gradient is right")

  Random.seed(7)
  let model = MixtureOfExperts(64, 10, experts: 8)
  let trainer = Trainer(
    model, AdamW(model.parameters(), learningRate: 3e-3), metrics: ["accuracy": Accuracy()]
  ) { (model: MixtureOfExperts, batch: LabeledBatch) in
    let logits = model(batch.images.flattened(from: 1))
    return StepOutput(
      loss: crossEntropy(logits, classIndices: batch.labels), predictions: logits, targets: batch.labels)
  }
  trainer.settings.isRecorded = true  // an operation of one's own is recorded and replayed as any other
  trainer.extensions = [ProgressView()]
  let isBrief = ProcessInfo.processInfo.environment["WEFT_BRIEF"] != nil
  let history = try trainer.fit(
    DataLoader(Digits.train, batchSize: 64, shuffle: true, seed: 7),
    validation: DataLoader(Digits.test, batchSize: 500), epochs: isBrief ? 2 : 12)

  let images = Digits.test.batch(at: Array(0..<Digits.test.count)).images.flattened(from: 1)
  let atWork = noGrad { (model.shares(images) .> 0).converted(to: .float32).sum(axis: 1).mean().item() }
  let accuracy = history.last?.validation?["accuracy"] ?? .nan
  print(String(format: "accuracy %.3f, with %.1f of 8 experts at work for an image", accuracy, atWork))
  guard isBrief || (accuracy > 0.92 && atWork < 4) else {
    throw Shortfall(description: "expected an accuracy of 0.92 by less than half of the experts")
  }
}

/// What ends the program where the network did not learn what it should.
struct Shortfall: Error, CustomStringConvertible { let description: String }
