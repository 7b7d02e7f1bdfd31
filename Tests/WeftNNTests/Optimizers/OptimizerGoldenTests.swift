import Testing
import Weft
import WeftContract

/// What PyTorch computed with one optimizer: the parameters after some steps (see Goldens/make_training.py).
private struct OptimizerCase: Decodable {
  let name: String
  let start: [GoldenTensor]
  let after: [String: [GoldenTensor]]
}

/// What PyTorch computed when clipping gradients.
private struct ClippingCase: Decodable {
  let name: String
  let limit: Double
  let before: [GoldenTensor]
  let norm: Double
  let after: [GoldenTensor]
}

@Suite struct OptimizerGoldenTests {
  typealias Make = @Sendable ([Parameter]) -> Optimizer

  /// The optimizers of the script, by its names.
  static let optimizers: [String: Make] = [
    "sgd": { SGD($0, learningRate: 0.1) },
    "sgd_decay": { SGD($0, learningRate: 0.1, weightDecay: 0.05) },
    "sgd_momentum": { SGD($0, learningRate: 0.05, momentum: 0.9) },
    "sgd_dampening": { SGD($0, learningRate: 0.05, momentum: 0.9, dampening: 0.3, weightDecay: 0.02) },
    "sgd_nesterov": { SGD($0, learningRate: 0.05, momentum: 0.8, weightDecay: 0.02, nesterov: true) },
    "adam": { Adam($0, learningRate: 0.02) },
    "adam_decay": { Adam($0, learningRate: 0.02, betas: (0.8, 0.95), epsilon: 1e-6, weightDecay: 0.1) },
    "adamw": { AdamW($0, learningRate: 0.02) },
    "adamw_plain": { AdamW($0, learningRate: 0.02, betas: (0.8, 0.95), epsilon: 1e-6, weightDecay: 0) },
    "rmsprop": { RMSprop($0) },
    "rmsprop_decay": { RMSprop($0, smoothing: 0.9, epsilon: 1e-6, weightDecay: 0.1) },
    "rmsprop_momentum": { RMSprop($0, momentum: 0.7) },
    "rmsprop_centered": { RMSprop($0, centered: true) },
    "rmsprop_all": { RMSprop($0, smoothing: 0.95, weightDecay: 0.1, momentum: 0.7, centered: true) },
  ]

  /// The part of a gradient that no parameter changes, as in the script.
  static func pull(_ step: Int, _ index: Int, _ shape: Shape) -> Tensor {
    let values = (0..<shape.elementCount).map { Double(($0 + 3) * (step + 7) * (index + 5) % 23 - 11) / 10 }
    return Tensor(values, shape: shape, dtype: .float64)
  }

  /// The loss of a step, as in the script.
  static func loss(_ parameters: [Parameter], step: Int) -> Tensor {
    parameters.enumerated().reduce(Tensor(0.0, dtype: .float64)) { sum, entry in
      let p = entry.element.tensor
      return sum + (0.15 * p * p + p * pull(step, entry.offset, p.shape)).sum()
    }
  }

  static func takeStep(_ optimizer: Optimizer, number: Int) {
    optimizer.zeroGrad()
    loss(optimizer.parameters, step: number).backward()
    optimizer.step()
  }

  @Test func goldens() throws {
    for golden in try Golden.cases("optimizers", of: OptimizerCase.self) {
      let parameters = golden.start.map { Parameter($0.tensor()) }
      let make = try #require(Self.optimizers[golden.name])
      let optimizer = make(parameters)
      for step in 1...100 {
        Self.takeStep(optimizer, number: step)
        guard let expected = golden.after["\(step)"] else { continue }
        for (place, parameter) in parameters.enumerated() {
          Optional(expected[place]).expect(parameter.value, "\(golden.name), step \(step), parameter \(place)")
        }
      }
    }
  }

  @Test func clipping() throws {
    for golden in try Golden.cases("clipping", of: ClippingCase.self) {
      let parameters = golden.before.map { Parameter(Tensor(zeros: Shape($0.shape), dtype: .float64)) }
      for (parameter, gradient) in zip(parameters, golden.before) { parameter.grad = gradient.tensor() }
      if golden.name == "value" {
        clipGradientValues(parameters, to: golden.limit)
      } else {
        #expect(abs(clipGradientNorm(parameters, to: golden.limit) - golden.norm) <= Tolerance.golden * golden.norm)
      }
      for (place, parameter) in parameters.enumerated() {
        Optional(golden.after[place]).expect(parameter.grad, "\(golden.name), parameter \(place)")
      }
    }
  }

  @Test func aNormThatIsNoNumberLeavesTheGradients() {
    let parameter = Parameter(Tensor([1.0, 2]))
    parameter.grad = Tensor([Double.nan, 2])
    #expect(clipGradientNorm([parameter, Parameter(Tensor([1.0]))], to: 1).isNaN)
    #expect(parameter.grad?.scalars(as: Double.self)[1] == 2)
  }
}
