import Foundation
import Weft
import WeftONNX

/// A model from a file, `NAME.onnx`, for the inputs in the file beside it, `NAME.safetensors`. Inputs of a single number
/// are always the same: what a graph's conditions depend on.
struct FileCase {
  let name: String
  private let model: ONNXModel
  private let inputs: [String: Tensor]
  private let fixed: [String: Tensor]

  /// nil where the name is not that of an ONNX file.
  init?(_ path: String) throws {
    guard path.hasSuffix(".onnx") else { return nil }
    name = path
    model = try ONNXModel(from: path)
    let file = try TensorFile(path.dropLast(".onnx".count) + ".safetensors")
    let tensors = try file.tensors().map { ($0.name, $0.tensor) }
    inputs = Dictionary(uniqueKeysWithValues: tensors.filter { $0.1.rank > 0 })
    fixed = Dictionary(uniqueKeysWithValues: tensors.filter { $0.1.rank == 0 })
  }
}

extension FileCase: Subject {
  func frozen(isExact: Bool) throws -> () throws -> Tensor {
    let result = model.summary.outputs[0].name
    let frozen = try model.frozen(for: [inputs], fixing: fixed, isExact: isExact)
    return { try frozen.run(inputs)[result] ?? Tensor(Float.nan) }
  }

  /// It is there already.
  func export(to folder: String) {}
}
