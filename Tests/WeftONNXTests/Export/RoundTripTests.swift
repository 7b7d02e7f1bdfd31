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
        let graph = try one.graph(opset: opset)
        var file = ModelFileWriter(
          model: Onnx_ModelProto(graph, name: one.name, opset: opset), tensors: graph.tensors)
        let read = try ONNXModel(FileBytes(name: one.name, bytes: file.wholeFile()))
        for inputs in one.calls() {
          let (found, right) = (try read.results(inputs), noGrad { one.forward(inputs) })
          #expect(found.count == right.count, "\(one.name)")
          for (found, right) in zip(found, right) { expect(found, right, "\(one.name), opset \(opset)") }
        }
      }
    }
  }

  private func expect(_ found: Tensor, _ right: Tensor, _ what: String) {
    guard found.shape == right.shape, found.dtype == right.dtype else {
      Issue.record("\(what): \(found.spec) instead of \(right.spec)")
      return
    }
    let (mine, its) = (right.scalars(as: Double.self), found.scalars(as: Double.self))
    let scale = mine.filter(\.isFinite).reduce(1) { max($0, abs($1)) }
    let wrong = zip(mine, its).first { mine, its in
      !(mine == its || abs(mine - its) <= 1e-5 * scale || mine.isNaN && its.isNaN)
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
    let found = try noGrad { try run(named) }
    return names("output", found.count).compactMap { found[$0]?.tensor }
  }
}
