import Foundation
import Testing
import Weft
import WeftContract

/// What PyTorch computed for one transformer (see Goldens/make_transformers.py), whose numbers `fill` makes.
struct TransformerGolden: Decodable {
  let name: String
  let parameters: [String: TensorSummary]
  let inputs: [TensorSummary]
  let outputs: [TensorSummary]
  let losses: [Double]?
  /// What a language model continues its tokens with.
  let greedy: [[Int]]?

  /// The cases of a family by name.
  static func family(_ name: String) throws -> [String: TransformerGolden] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../Goldens/transformers")
    let data = try Data(contentsOf: folder.appendingPathComponent("\(name).json"))
    let cases = try JSONDecoder().decode([TransformerGolden].self, from: data)
    return Dictionary(uniqueKeysWithValues: cases.map { ($0.name, $0) })
  }

  /// Numbers in -1 ... 1 that depend on the place of the tensor and of the element, as in the script.
  static func scrambled(_ place: Int, _ sizes: [Int]) -> Tensor {
    let values = (0..<sizes.reduce(1, *)).map { i -> Double in
      let mixed = i * i * 31 + i * 7919 + place * place * 17 + place * 104_729 + 13
      return Double(mixed % 1009) / 504 - 1
    }
    return Tensor(values, shape: Shape(sizes), dtype: .float64)
  }

  /// Integers below `count`, as in the script.
  static func tokens(_ count: Int, _ sizes: [Int]) -> Tensor {
    let values = (0..<sizes.reduce(1, *)).map { i in (i * i * 7 + i * 3 + 5) % count }
    return Tensor(values, shape: Shape(sizes))
  }

  /// Sets the parameters, counted in the order of their names.
  static func fill(_ module: Module) {
    for (place, entry) in module.namedParameters().sorted(by: { $0.name < $1.name }).enumerated() {
      let values = scrambled(place, entry.parameter.shape.sizes)
      let isScale = entry.parameter.shape.rank == 1 && entry.name.hasSuffix("weight")
      entry.parameter.value = isScale ? 1 + 0.2 * values : 0.3 * values
    }
  }
}

/// What is kept of a tensor.
struct TensorSummary: Decodable {
  let shape: [Int]
  let norm: Double
  let dot: Double
  let first: [Double]

  /// Whether `tensor` has this shape and these numbers, to 10⁻⁹ of its norm. What is nothing but rounding, as the
  /// gradient of a bias that moves all scores alike, is compared with 10⁻³.
  func expect(_ tensor: Tensor?, _ what: String, sourceLocation: SourceLocation = #_sourceLocation) {
    guard let tensor else {
      Issue.record("\(what): none", sourceLocation: sourceLocation)
      return
    }
    let values = tensor.scalars(as: Double.self)
    let square = values.reduce(0) { $0 + $1 * $1 }
    let sum = values.enumerated().reduce(0) { $0 + $1.element * Self.weight($1.offset) }
    let differences = [square.squareRoot() - norm, sum - dot] + zip(values, first).map { $0 - $1 }
    let worst = differences.map { $0.isFinite ? abs($0) : .infinity }.max() ?? 0
    #expect(tensor.shape == Shape(shape), "\(what)", sourceLocation: sourceLocation)
    #expect(
      worst <= Tolerance.golden * max(norm, 1e-3), "\(what): off by \(worst) of \(norm)", sourceLocation: sourceLocation
    )
  }

  /// The fixed weights of a sum, as in the script.
  static func weight(_ place: Int) -> Double { Double((place * 7919 + 13) % 1009) / 504 - 1 }
}

extension TransformerGolden {
  /// Compares `module` with this case, in training and in evaluation: outputs, the gradients of inputs and parameters,
  /// and the losses of five steps, where there are any.
  func compare(
    _ module: Module, loss: (([Tensor]) -> Tensor)? = nil, call: ([Tensor]) -> [Tensor]
  ) {
    module.convert(to: .float64)
    Self.fill(module)
    let places = inputs.enumerated().map { ($0, $1.shape) }
    for isTraining in [true, false] {
      module.train(isTraining)
      module.zeroGrad()
      let leaves = places.map { Self.scrambled(1000 + $0, $1).requiringGrad() }
      let results = call(leaves)
      expect(results, "\(name), training \(isTraining)")
      if leaves.isEmpty, parameters.isEmpty { continue }
      total(results).backward()
      for (place, leaf) in leaves.enumerated() { inputs[place].expect(leaf.grad, "\(name): input \(place)") }
      expectGradients(module)
    }
    if let losses, let loss { expectSteps(module, losses) { loss(call(places.map { Self.scrambled(1000 + $0, $1) })) } }
  }

  private func expect(_ results: [Tensor], _ what: String) {
    #expect(results.count == outputs.count, "\(what)")
    for (place, result) in results.enumerated() where place < outputs.count {
      outputs[place].expect(result, "\(what): output \(place)")
    }
  }

  private func expectGradients(_ module: Module) {
    let named = module.namedParameters()
    #expect(Set(named.map(\.name)) == Set(parameters.keys), "\(name)")
    for (key, parameter) in named { parameters[key]?.expect(parameter.grad, "\(name): gradient of \(key)") }
  }

  private func total(_ results: [Tensor]) -> Tensor {
    results.reduce(Tensor(0.0, dtype: .float64)) { total, result in
      let weights = (0..<result.elementCount).map(TensorSummary.weight)
      return total + (result * Tensor(weights, shape: result.shape, dtype: .float64)).sum()
    }
  }

  private func expectSteps(_ module: Module, _ losses: [Double], _ loss: () -> Tensor) {
    module.train()
    let optimizer = SGD(module.parameters(), learningRate: 0.02, momentum: 0.9)
    for (step, wanted) in losses.enumerated() {
      optimizer.zeroGrad()
      let value = loss()
      #expect(abs(value.item() - wanted) <= Tolerance.golden * abs(wanted), "\(name): loss after \(step) steps")
      value.backward()
      optimizer.step()
    }
  }
}

/// The masks of the script.
enum TransformerMasks {
  static let padding = Tensor([false, false, true, false, true, false, false, false, false, false], shape: [2, 5])
  /// True where a query may not attend to a key.
  static let blocked = Tensor(
    [[false, true, false, false, true]] + Array(repeating: [false, false, true, false, false], count: 3)
      + [[false, false, false, false, false]])
}
