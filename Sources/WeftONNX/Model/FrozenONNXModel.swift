import WeftNN
import WeftTensor

/// An ONNX model as it was at one moment, ready to be asked by any number of tasks at once: what a server holds. Made
/// by `ONNXModel.frozen(for:fixing:isExact:)`.
public struct FrozenONNXModel: Sendable {
  private let frozen: FrozenModel
  /// The inputs that it takes.
  public let inputs: [String]
  /// The results that it gives.
  public let outputs: [String]

  init(_ frozen: FrozenModel, _ inputs: [String], _ outputs: [String]) {
    (self.frozen, self.inputs, self.outputs) = (frozen, inputs, outputs)
  }

  /// The results by name.
  ///
  /// - Throws: `TensorError` for inputs of shapes or types that the model was not frozen for.
  public func run(_ inputs: [String: Tensor]) throws -> [String: Tensor] {
    let given = try self.inputs.map { name in
      guard let tensor = inputs[name] else {
        throw TensorError(.value, operation: "frozen", expected: "an input \"\(name)\"", got: "none")
      }
      return tensor
    }
    return Dictionary(zip(outputs, try frozen.run(given)), uniquingKeysWith: { first, _ in first })
  }
}

extension ONNXModel {
  /// This model as it is now, in evaluation, for inputs like the examples: of each one's shapes and types.
  ///
  /// ```swift
  /// let served = try model.frozen(for: [["input": sound, "state": state]], fixing: ["sr": Tensor(16000)])
  /// let results = try served.run(["input": sound, "state": state])
  /// ```
  /// What follows from weights and shapes is computed once; batch normalizations become parts of the convolutions
  /// before them, and what stands between dequantizations and quantizations is computed of bytes, unless the model is
  /// to be exact.
  /// - Parameters:
  ///   - examples: Inputs of each combination of shapes that is to come, all with the same names.
  ///   - fixed: Inputs that are always the same, as what a condition of the graph depends on.
  ///   - outputs: The results that are wanted; nil for all.
  /// - Throws: `ONNXError` or `TensorError`: also where what runs depends on numbers of the inputs.
  public func frozen(
    for examples: [[String: Tensor]], fixing fixed: [String: Tensor] = [:], outputs: [String]? = nil,
    isExact: Bool = false
  ) throws -> FrozenONNXModel {
    let names = (examples.first ?? [:]).keys.sorted()
    let wanted = outputs ?? summary.outputs.map(\.name)
    let lists = try examples.map { example in
      guard example.keys.sorted() == names else {
        throw ONNXError(.input, file: file, "the examples have different inputs")
      }
      return names.compactMap { example[$0] }
    }
    let frozen = try frozen(for: lists, isExact: isExact) { tensors in
      let given = Dictionary(uniqueKeysWithValues: zip(names, tensors.map(ONNXValue.tensor)))
      let results = try run(given, fixed: fixed.mapValues(ONNXValue.tensor), outputs: wanted, inBytes: !isExact)
      return try wanted.map { name in
        guard let tensor = results[name]?.tensor else {
          throw ONNXError(.input, file: file, "the result \"\(name)\" is no tensor, and cannot be frozen")
        }
        return tensor
      }
    }
    return FrozenONNXModel(frozen, names, wanted)
  }
}
