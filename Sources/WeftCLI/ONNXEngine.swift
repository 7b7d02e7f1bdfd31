import Weft
import WeftONNX
import WeftServe

/// An ONNX model, served as it stands: batches and other free sizes as the file declares them.
final class ONNXEngine: PredictionEngine, @unchecked Sendable {
  // Unchecked: the model is asked from the server's compute thread alone, and nothing trains it.
  private let model: ONNXModel
  let platform = "onnx"
  let inputs: [TensorDescription]
  let outputs: [TensorDescription]

  init(_ path: String) throws {
    model = try ONNXModel(from: path)
    model.eval()
    inputs = try model.summary.inputs.filter { !$0.isOptional }.map { input in
      guard let dtype = input.dtype, let sizes = input.sizes else {
        throw CommandFailure("\(path): the input \(input.name), \(input.type), is not one that requests can carry")
      }
      return TensorDescription(input.name, dtype, sizes)
    }
    outputs = model.summary.outputs.compactMap { output in
      output.dtype.map { TensorDescription(output.name, $0, output.sizes ?? []) }
    }
    guard !outputs.isEmpty else { throw CommandFailure("\(path): no result is a tensor") }
  }

  func predict(_ tensors: [Tensor]) throws -> [Tensor] {
    let given = Dictionary(zip(inputs.map(\.name), tensors), uniquingKeysWith: { first, _ in first })
    let results: [String: ONNXValue]
    do { results = try noGrad { try model.run(given, outputs: outputs.map(\.name)) } } catch let error as ONNXError {
      // A node fails where free sizes do not go together. Where the file lies is none of the client's business.
      guard error.code == .input || error.code == .node else { throw error }
      throw RequestRefusal(.unfit, error.problems.map(\.description).joined(separator: "; "))
    } catch let error as TensorError where error.isOfInputs { throw RequestRefusal(.unfit, "\(error)") }
    return try outputs.map { output in
      guard let tensor = results[output.name]?.tensor else {
        throw RequestRefusal(.failed, "The result \(output.name) is no tensor.")
      }
      return tensor
    }
  }
}
