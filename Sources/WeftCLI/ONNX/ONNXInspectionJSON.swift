import Foundation
import Weft
import WeftONNX

/// What is said of an ONNX model, for programs.
struct ONNXInspectionJSON: Encodable {
  private struct Value: Encodable {
    let name: String
    /// As people read it, with the names of free sizes.
    let type: String
    let dtype: String?
    /// Null for a size that is free; left out where not even the number of axes is stated.
    let shape: [Int?]?
    let hasDefault: Bool

    init(_ value: ONNXSummary.Value) {
      (name, type, shape, hasDefault) = (value.name, value.type, value.sizes, value.isOptional)
      dtype = value.dtype.map { "\($0)" }
    }
  }

  private let path: String
  private let graph: String
  private let producer: String
  private let irVersion: Int
  private let operatorSets: [String: Int]
  private let inputs: [Value]
  private let results: [Value]
  private let operators: [String: Int]
  private let functions: Int
  private let parameters: Int
  private let parameterTensors: Int
  private let metadata: [String: String]

  init(_ path: String, _ summary: ONNXSummary, tensors: Int) {
    (self.path, graph, producer, irVersion) = (path, summary.graph, summary.producer, summary.irVersion)
    operatorSets = Dictionary(
      summary.operatorSets.map { ($0.key.isEmpty ? "ai.onnx" : $0.key, $0.value) },
      uniquingKeysWith: { first, _ in first })
    (inputs, results) = (summary.inputs.map(Value.init), summary.outputs.map(Value.init))
    (operators, functions, parameters) = (summary.operators, summary.functionCount, summary.parameterCount)
    parameterTensors = tensors
    metadata = Dictionary(summary.metadata.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  var text: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}
