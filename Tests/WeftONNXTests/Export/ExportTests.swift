import Foundation
import Testing
import Weft
import WeftONNX

/// Every layer and every ready model.
@Suite struct ExportTests {
  @Test func everyLayerAndModelIsExported() throws {
    for opset in [18, 24] {
      for one in ExportCase.all() {
        #expect(throws: Never.self, "\(one.name), opset \(opset)") {
          let graph = try one.graph(opset: opset)
          #expect(!graph.proto.node.isEmpty, "\(one.name)")
          graph.expectWellFormed(one.name)
        }
      }
    }
  }

  /// Writes all of them, with inputs and Weft's results, to a folder for `scripts/check-onnx-export`.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["WEFT_ONNX_FOLDER"] != nil))
  func folderForOtherLibraries() throws {
    let folder = ProcessInfo.processInfo.environment["WEFT_ONNX_FOLDER"] ?? ""
    for opset in [17, 18, 20, 23, 24] {
      for one in ExportCase.all() {
        let place = "\(folder)/\(one.name).\(opset)"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        do {
          try one.module.exportONNX(
            to: "\(place)/model.onnx", example: one.inputs, free: one.free, opset: opset, one.forward)
        } catch {
          Issue.record("\(one.name), opset \(opset): \(error)")
          continue
        }
        for (number, inputs) in one.calls().enumerated() {
          let outputs = noGrad { one.forward(inputs) }
          var tensors: [(String, Tensor)] = []
          for (place, input) in inputs.enumerated() { tensors.append(("input_\(place)", input)) }
          for (place, output) in outputs.enumerated() { tensors.append(("output_\(place)", output)) }
          try SafeTensors(tensors).write(to: "\(place)/case_\(number).safetensors")
        }
      }
    }
  }
}

extension ExportCase {
  func graph(opset: Int = 20) throws -> ExportedGraph {
    try module.exportedGraph(inputs, free: free, opset: opset, inputNames: nil, outputNames: nil, forward)
  }
}

extension ExportedGraph {
  /// Whether each value is made once and before it is read.
  func expectWellFormed(_ name: String) {
    var made = Set(proto.input.map(\.name) + proto.initializer.map(\.name) + [""])
    for node in proto.node {
      for input in node.input { #expect(made.contains(input), "\(name): \(node.name) reads \(input)") }
      // Of few operators results may be left out; what gives several without that gives all of them.
      if !["MaxPool", "LSTM", "GRU", "RNN"].contains(node.opType) {
        #expect(!node.output.contains(""), "\(name): \(node.name) leaves out results")
        #expect(node.opType != "TopK" || node.output.count == 2, "\(name): \(node.name)")
      }
      for output in node.output where !output.isEmpty {
        #expect(made.insert(output).inserted, "\(name): \(output) is made twice")
      }
    }
    for output in proto.output { #expect(made.contains(output.name), "\(name): \(output.name)") }
  }

  /// The nodes, one a line: `Gemm(input, fc.weight, fc.bias) -> output`. Constants are not told apart.
  var text: String {
    proto.node.map { node in
      let inputs = node.input.map { $0.isEmpty ? "-" : $0.hasPrefix("constant") ? "constant" : $0 }
        .joined(separator: ", ")
      return "\(node.opType)(\(inputs)) -> \(node.output.map { $0.isEmpty ? "-" : $0 }.joined(separator: ", "))"
    }.joined(separator: "\n")
  }
}
