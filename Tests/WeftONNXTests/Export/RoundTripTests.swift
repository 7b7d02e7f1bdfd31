import Foundation
import TestSupport
import Testing
import Weft
import WeftONNX

/// What Weft writes, Weft reads, and gets the same numbers from, at all sizes of the free axes.
@Suite struct RoundTripTests {
  @Test(arguments: [17, 20, 23]) func everyLayerAndModelComesBack(opset: Int) throws {
    for one in ExportCase.all() {
      #expect(throws: Never.self, "\(one.name), opset \(opset)") {
        let read = try read(one, opset)
        // Numbers of formulas, tables and buffers do not learn.
        let names = Set(one.module.namedParameters().map(\.name))
        #expect(names.isSuperset(of: read.namedParameters().map(\.name)), "\(one.name), opset \(opset)")
        for inputs in one.calls() {
          let (found, right) = (try noGrad { try read.results(inputs) }, noGrad { one.forward(inputs) })
          #expect(found.count == right.count, "\(one.name)")
          for (found, right) in zip(found, right) { expect(found, right, "\(one.name), opset \(opset)") }
        }
      }
    }
  }

  private func read(_ one: ExportCase, _ opset: Int) throws -> ONNXModel {
    let graph = try one.graph(opset: opset)
    var file = ModelFileWriter(model: Onnx_ModelProto(graph, name: one.name, opset: opset), tensors: graph.tensors)
    return try ONNXModel(FileBytes(name: one.name, bytes: file.wholeFile()))
  }

  private static let learning: Set = [
    "linear", "conv2d_all", "conv_transpose2d_all", "batch_norm2d", "layer_norm", "group_norm", "rms_norm", "gelu",
    "gelu_tanh", "softmax", "log_softmax", "embedding", "attention_causal", "attention_masks", "grouped_query_causal",
    "lstm_deep", "gru", "rnn", "encoder_layer",
  ]

  /// What comes back learns as the module does: the same gradients, of the parameters and of the inputs.
  @Test(arguments: [17, 20, 23]) func gradientsComeBack(opset: Int) throws {
    let cases = ExportCase.all().filter { Self.learning.contains($0.name) }
    #expect(cases.count == Self.learning.count)
    for one in cases {
      let read = try read(one, opset)
      let inputs = one.inputs.map { $0.dtype.isFloatingPoint ? $0.requiringGrad() : $0 }
      let right = try gradients(of: one.forward(inputs), one.module, inputs)
      let found = try gradients(of: read.results(inputs), read, inputs)
      #expect(Set(right.keys).isSuperset(of: found.keys), "\(one.name)")
      for (name, gradient) in right {
        let what = "\(one.name), opset \(opset), the gradient of \(name)"
        expect(found[name] ?? gradient.zerosLike(), gradient, what, tolerance: 1e-4)
      }
    }
  }

  /// The gradients of a weighed sum of results, by the parameters' names and the inputs' numbers.
  private func gradients(of results: [Tensor], _ model: Module, _ inputs: [Tensor]) throws -> [String: Tensor] {
    var sources = model.namedParameters().map { ($0.name, $0.parameter.tensor) }
    sources += inputs.enumerated().filter { $1.requiresGrad }.map { ("input \($0)", $1) }
    let parts = results.enumerated().map { ($1 * ExportCase.numbers($1.shape.sizes, 50 + $0)).sum() }
    let loss = parts.dropFirst().reduce(parts[0], +)
    let found = try grad(of: [loss], with: sources.map(\.1))
    var named: [String: Tensor] = [:]
    for ((name, _), gradient) in zip(sources, found) { named[name] = gradient }
    return named
  }

  private func expect(_ found: Tensor, _ right: Tensor, _ what: String, tolerance: Double = 1e-5) {
    guard found.shape == right.shape, found.dtype == right.dtype else {
      Issue.record("\(what): \(found.spec) instead of \(right.spec)")
      return
    }
    let (mine, its) = (right.scalars(as: Double.self), found.scalars(as: Double.self))
    let scale = mine.filter(\.isFinite).reduce(1) { max($0, abs($1)) }
    let wrong = zip(mine, its).first { mine, its in
      !(mine == its || abs(mine - its) <= tolerance * scale || mine.isNaN && its.isNaN)
    }
    #expect(wrong == nil, "\(what): \(wrong?.1 ?? 0) instead of \(wrong?.0 ?? 0)")
  }

  /// Weights of the file are parameters, under the names that they had.
  @Test func whatComesBackLearnsUnderTheSameNames() throws {
    let folder = try TemporaryFolder()
    let model = Sequential {
      Conv2d(1, 2, kernelSize: 3); BatchNorm2d(2); ReLU(); Flatten(); Linear(72, 3)
    }
    try model.exportONNX(to: folder("a.onnx"), example: Tensor(zeros: [2, 1, 8, 8]), free: ["batch"])
    let read = try ONNXModel(from: folder("a.onnx"))
    #expect(Set(read.namedParameters().map(\.name)) == Set(model.namedParameters().map(\.name)))
    read(Tensor(ones: [4, 1, 8, 8])).sum().backward()
    #expect(read.namedParameters().allSatisfy { $0.parameter.grad != nil })
  }

  @Test func weightsInAFileBesideTheModelComeBack() throws {
    let folder = try TemporaryFolder()
    let (model, x) = (
      Sequential {
        Linear(40, 30); Tanh(); Linear(30, 20)
      }, Tensor(ones: [2, 40])
    )
    try model.exportONNX(to: folder("a.onnx"), example: x, externalDataBeyond: 100)
    expect(try ONNXModel(from: folder("a.onnx"))(x), model(x), "external")
  }
}

extension ONNXModel {
  /// The results in their order, for inputs in theirs.
  fileprivate func results(_ inputs: [Tensor]) throws -> [Tensor] {
    func names(_ base: String, _ count: Int) -> [String] { count == 1 ? [base] : (0..<count).map { "\(base)_\($0)" } }
    let named = Dictionary(uniqueKeysWithValues: zip(names("input", inputs.count), inputs))
    let found = try run(named)
    return names("output", found.count).compactMap { found[$0]?.tensor }
  }
}
