import Weft
import WeftONNX
import WeftServe

/// An ONNX model, served: batches and other free sizes as the file declares them.
final class ONNXEngine: PredictionEngine {
  private let model: ServedONNXModel
  let platform = "onnx"
  let inputs: [TensorDescription]
  let outputs: [TensorDescription]

  init(_ path: String) throws {
    let model = try ONNXModel(from: path)
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
    self.model = ServedONNXModel(model, outputs: outputs.map(\.name))
  }

  func predict(_ tensors: [Tensor]) throws -> [Tensor] {
    let given = Dictionary(zip(inputs.map(\.name), tensors), uniquingKeysWith: { first, _ in first })
    let results: [String: ONNXValue]
    do { results = try model.run(given) } catch let error as ONNXError {
      // A node fails where free sizes do not go together. Where the file lies is none of the client's business.
      let reason: RequestRefusal.Reason
      switch error.code {
      case .input, .node: reason = .unfit
      case .outOfMemory: reason = .tooLarge
      default: throw error
      }
      throw RequestRefusal(reason, error.problems.map(\.description).joined(separator: "; "))
    } catch let error as TensorError { throw error.refusal ?? error }
    return try outputs.map { output in
      guard let tensor = results[output.name]?.tensor else {
        throw RequestRefusal(.failed, "The result \(output.name) is no tensor.")
      }
      return tensor
    }
  }
}
