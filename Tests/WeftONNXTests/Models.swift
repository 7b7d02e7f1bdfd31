import Foundation
import Testing
import TestSupport
import Weft
import WeftONNX

/// The small models beside the script that made them.
enum Models {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Goldens"

  static func path(_ name: String) -> String { "\(folder)/\(name).onnx" }

  static func open(_ name: String) throws -> ONNXModel { try ONNXModel(from: path(name)) }

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name))))
  }

  /// What ONNX Runtime was given and gave, by name.
  static func goldens(_ name: String) throws -> (inputs: [String: Tensor], outputs: [String: Tensor]) {
    var inputs: [String: Tensor] = [:]
    var outputs: [String: Tensor] = [:]
    for (key, tensor) in try TensorFile("\(folder)/\(name).safetensors").tensors() {
      if key.hasPrefix("in.") { inputs[String(key.dropFirst(3))] = tensor }
      if key.hasPrefix("out.") { outputs[String(key.dropFirst(4))] = tensor }
    }
    return (inputs, outputs)
  }

  /// The tensors of results; those of sequences each with its number.
  static func flat(_ results: [String: ONNXValue]) -> [String: Tensor] {
    var flat: [String: Tensor] = [:]
    for (name, value) in results {
      if let tensor = value.tensor { flat[name] = tensor }
      for (number, part) in (value.sequence ?? []).enumerated() { flat["\(name).\(number)"] = part.tensor }
    }
    return flat
  }

  /// The error that opening or running gives.
  static func error(_ name: String, _ inputs: [String: Tensor] = ["x": Tensor([1.0, 2.0])]) -> ONNXError? {
    do {
      _ = try open(name).run(inputs)
      return nil
    } catch {
      return error as? ONNXError
    }
  }
}
