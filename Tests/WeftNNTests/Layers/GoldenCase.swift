import Foundation
import Testing
import Weft
import WeftContract

/// What PyTorch computed for one layer (see Goldens/make_layers.py).
struct GoldenCase: Decodable {
  let name: String
  let parameters: [String: GoldenTensor]
  let buffers: [String: GoldenTensor]
  let inputs: [GoldenTensor]
  let outputs: [GoldenTensor]
  let inputGradients: [GoldenTensor?]
  let parameterGradients: [String: GoldenTensor?]
  let buffersAfter: [String: GoldenTensor]
  let evalOutputs: [GoldenTensor]?

  /// The cases of a family by name.
  static func family(_ name: String) throws -> [String: GoldenCase] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../Goldens/layers")
    let data = try Data(contentsOf: folder.appendingPathComponent("\(name).json"))
    let cases = try JSONDecoder().decode([GoldenCase].self, from: data)
    try #require(!cases.isEmpty, "\(name) holds no case: a loop over it would compare nothing")
    return Dictionary(uniqueKeysWithValues: cases.map { ($0.name, $0) })
  }
}

/// A tensor in a golden file, in row-major order.
struct GoldenTensor: Decodable {
  let shape: [Int]
  let values: [Double]

  func tensor(_ dtype: DType = .float64) -> Tensor { Tensor(values, shape: Shape(shape), dtype: dtype) }
}

extension GoldenTensor? {
  /// Whether `tensor` has this shape and these values, as near as `Tolerance.golden` says.
  func expect(_ tensor: Tensor?, _ what: String, sourceLocation: SourceLocation = #_sourceLocation) {
    guard let self, let tensor else {
      #expect(self == nil && tensor == nil, "\(what): one of the two is missing", sourceLocation: sourceLocation)
      return
    }
    let scale = self.values.reduce(1) { max($0, abs($1)) }
    let worst = zip(self.values, tensor.scalars(as: Double.self)).map { abs($0 - $1) }.max() ?? 0
    #expect(tensor.shape == Shape(self.shape), "\(what)", sourceLocation: sourceLocation)
    #expect(worst <= Tolerance.golden * scale, "\(what): off by \(worst)", sourceLocation: sourceLocation)
  }
}

extension GoldenCase {
  typealias Call = ([Tensor]) -> [Tensor]

  /// Compares `layer` with this case: outputs, gradients and buffers of a training step, outputs of evaluation.
  ///
  /// - Parameters:
  ///   - setsBuffers: Whether buffers are drawn at first, so that PyTorch's are to be taken over rather than compared.
  ///   - call: The layer's outputs in PyTorch's order; left out, `layer(inputs[0])`.
  func compare(_ layer: Module, inputType: DType = .float64, setsBuffers: Bool = false, call: Call? = nil) {
    let call = call ?? { [layer($0[0])] }
    layer.convert(to: .float64)
    load(into: layer, setsBuffers)
    let tensors = inputs.enumerated().map { index, input in
      inputGradients[index] == nil ? input.tensor(inputType) : input.tensor().requiringGrad()
    }
    let results = call(tensors)
    expect(results, outputs, "output")
    total(results).backward()
    for (index, tensor) in tensors.enumerated() { inputGradients[index].expect(tensor.grad, "\(name): input \(index)") }
    for (key, parameter) in layer.namedParameters() {
      (parameterGradients[key] ?? nil).expect(parameter.grad, "\(name): gradient of \(key)")
    }
    for (key, buffer) in layer.namedBuffers() { buffersAfter[key].expect(buffer.value, "\(name): buffer \(key)") }
    guard let evalOutputs else { return }
    layer.eval()
    let evaluated = noGrad { call(tensors) }
    expect(evaluated, evalOutputs, "evaluation")
    expectFrozen(layer, tensors, evaluated, call)
  }

  /// A layer frozen for its inputs answers as it does; for batches too, unless that is refused: the first axis of some
  /// inputs is none.
  private func expectFrozen(_ layer: Module, _ inputs: [Tensor], _ right: [Tensor], _ call: @escaping Call) {
    #expect(throws: Never.self, "\(name)") {
      let found = try layer.frozen(for: [inputs], isExact: true, call).run(inputs)
      #expect(zip(found, right).allSatisfy { $0.elementsEqual($1) }, "\(name): frozen")
    }
    guard let frozen = try? layer.frozen(forBatchesOf: inputs, isExact: true, call) else { return }
    #expect(throws: Never.self, "\(name)") {
      let found = try frozen.run(inputs)
      #expect(zip(found, right).allSatisfy { $0.elementsEqual($1) }, "\(name): frozen for batches")
    }
  }

  private func load(into layer: Module, _ setsBuffers: Bool) {
    let named = layer.namedParameters()
    #expect(Set(named.map(\.name)) == Set(parameters.keys), "\(name)")
    for (key, parameter) in named {
      guard let golden = parameters[key] else { continue }
      #expect(parameter.shape == Shape(golden.shape), "\(name): \(key)")
      parameter.value = golden.tensor()
    }
    let buffered = layer.namedBuffers()
    #expect(Set(buffered.map(\.name)) == Set(buffers.keys), "\(name)")
    for (key, buffer) in buffered {
      if setsBuffers, let golden = buffers[key] { buffer.value = golden.tensor() }
      buffers[key].expect(buffer.value, "\(name): buffer \(key) at first")
    }
  }

  private func expect(_ results: [Tensor], _ golden: [GoldenTensor], _ what: String) {
    #expect(results.count == golden.count, "\(name): \(what)")
    for (index, result) in results.enumerated() where index < golden.count {
      Optional(golden[index]).expect(result, "\(name): \(what) \(index)")
    }
  }

  /// The sum of the outputs times fixed weights, as in `weights_for` of the script.
  private func total(_ results: [Tensor]) -> Tensor {
    var total = Tensor(0.0, dtype: .float64)
    for result in results {
      let weights = (0..<result.elementCount).map { index -> Double in
        let scrambled = (index * 7919 + 13) % 1009
        return Double(scrambled) / 504 - 1
      }
      total += (result * Tensor(weights, shape: result.shape, dtype: .float64)).sum()
    }
    return total
  }
}
