import Foundation
import Testing
import Weft
import WeftContract

/// What PyTorch computed for one model (see Goldens/make_models.py).
struct ModelGolden: Decodable {
  /// What is kept of a tensor.
  struct Summary: Decodable {
    let shape: [Int]
    let norm: Double
    let dot: Double
    let first: [Double]
  }
  let input: [Int]
  let classes: Int
  let rate: Double
  let losses: [Double]
  let output: Summary
  let gradients: [String: Summary]
  let evalOutput: Summary

  static func named(_ name: String) throws -> ModelGolden {
    try JSONDecoder().decode(ModelGolden.self, from: file(name))
  }

  /// Names and shapes of all parameters and buffers of whole models.
  static func structures() throws -> [String: [String: [Int]]] {
    try JSONDecoder().decode([String: [String: [Int]]].self, from: file("structures"))
  }

  private static func file(_ name: String) throws -> Data {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../Goldens/models")
    return try Data(contentsOf: folder.appendingPathComponent("\(name).json"))
  }

  /// Numbers in -1 ... 1, as in `pattern` of the script.
  static func pattern(_ k: Int, _ shape: Shape) -> Tensor {
    let values = (0..<shape.elementCount).map { place -> Double in
      let scrambled = (place * 7919 + k * 104729 + 13) % 1009
      return Double(scrambled) / 504 - 1
    }
    return Tensor(values, shape: shape, dtype: .float64)
  }

  /// The weights of the script, whatever the order of the parameters.
  static func fill(_ model: Module) {
    model.convert(to: .float64)
    for (k, (name, parameter)) in model.namedParameters().sorted(by: { $0.name < $1.name }).enumerated() {
      let values = pattern(k, parameter.shape)
      let fan = parameter.elementCount / max(parameter.shape.first ?? 1, 1)
      parameter.value =
        parameter.shape.rank > 1
        ? values * (6 / Double(fan)).squareRoot() : 0.1 * values + (name.hasSuffix("weight") ? 1 : 0)
    }
  }

  /// Compares output and gradients from the same weights, the losses along five steps of training and the outputs in
  /// evaluation after them.
  func compare(_ model: Module) {
    Self.fill(model)
    model.train()
    let x = Self.pattern(1000, Shape(input))
    let optimizer = SGD(model.parameters(), learningRate: rate, momentum: 0.9)
    for (step, golden) in losses.enumerated() {
      let output = model(x)
      let places = output.shape.sizes.enumerated().filter { $0.offset != 1 }.map(\.element)
      let labels = (0..<places.reduce(1, *)).map { $0 % classes }
      let loss = crossEntropy(output, classIndices: Tensor(labels, shape: Shape(places)))
      let deviation = abs(loss.item(as: Double.self) - golden)
      #expect(deviation <= Tolerance.golden * max(1, golden), "loss before step \(step): off by \(deviation)")
      guard step < losses.count - 1 else { break }
      optimizer.zeroGrad()
      loss.backward()
      if step == 0 {
        self.output.expect(output, "output")
        expectGradients(of: model)
      }
      optimizer.step()
    }
    evalOutput.expect(noGrad { model.eval()(x) }, "evaluation")
  }

  private func expectGradients(of model: Module) {
    let named = model.namedParameters()
    #expect(Set(named.map(\.name)) == Set(gradients.keys))
    let largest = gradients.values.map(\.norm).max() ?? 0
    for (name, parameter) in named {
      // A bias before a normalization has no gradient but rounding of what cancels.
      gradients[name]?.expect(parameter.grad, "gradient of \(name)", floor: 1e-5 * largest)
    }
  }
}

extension ModelGolden.Summary {
  /// Whether `tensor` is the one summed up here, to 10⁻⁹ of its norm or of `floor`.
  func expect(_ tensor: Tensor?, _ what: String, floor: Double = 0) {
    guard let tensor else {
      Issue.record("\(what): missing")
      return
    }
    let values = tensor.detach().flattened()
    let weights = ModelGolden.pattern(0, values.shape)
    let found = [values.norm().item(as: Double.self), (values * weights).sum().item(as: Double.self)]
    let deviations = zip(found + values.scalars(as: Double.self), [norm, dot] + first).map { abs($0 - $1) }
    let worst = deviations.max() ?? 0
    #expect(tensor.shape == Shape(shape), "\(what)")
    #expect(worst <= Tolerance.golden * max(norm, floor), "\(what): off by \(worst) of \(norm)")
  }
}
