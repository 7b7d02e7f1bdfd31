import WeftNN
import WeftTensor

/// A frozen model, served.
///
/// ```swift
/// let frozen = try model.frozen(forBatchesOf: example)
/// let engine = try FrozenEngine(frozen, example: [example])
/// ```
public struct FrozenEngine: PredictionEngine {
  private let model: FrozenModel
  public let platform = "weft_frozen"
  public let inputs: [TensorDescription]
  public let outputs: [TensorDescription]

  /// A frozen model with its inputs.
  ///
  /// - Parameters:
  ///   - model: Made by `frozen(forBatchesOf:)`.
  ///   - example: A batch that it takes; it is asked once, to know its results.
  ///   - inputNames: Names of the inputs; `input` or `input0`, `input1` ... where none are given.
  ///   - outputNames: Names of the results, likewise.
  /// - Throws: `TensorError` for an example that the model does not take.
  public init(
    _ model: FrozenModel, example: [Tensor], inputNames: [String] = [], outputNames: [String] = []
  ) throws {
    self.model = model
    let results = try model.run(example)
    inputs = Self.descriptions(example, inputNames, "input")
    outputs = Self.descriptions(results, outputNames, "output")
  }

  /// A frozen model that takes batches of any number of examples.
  /// - Throws: `TensorError` for one that was frozen for certain shapes alone.
  public init(_ model: FrozenModel, inputNames: [String] = [], outputNames: [String] = []) throws {
    guard let inputs = model.exampleInputs else {
      throw TensorError(
        .unsupported, operation: "serve", expected: "a model frozen for batches of any number of examples",
        got: "one that was frozen for certain shapes", hint: "`frozen(forBatchesOf:)` makes one")
    }
    let example = inputs.map { Tensor(zeros: $0.shape, dtype: $0.dtype) }
    try self.init(model, example: example, inputNames: inputNames, outputNames: outputNames)
  }

  private static func descriptions(_ tensors: [Tensor], _ names: [String], _ kind: String) -> [TensorDescription] {
    tensors.enumerated().map { place, tensor in
      let usual = tensors.count == 1 ? kind : "\(kind)\(place)"
      let sizes = tensor.shape.sizes.enumerated().map { $0 == 0 ? nil : Optional($1) }
      return TensorDescription(place < names.count ? names[place] : usual, tensor.dtype, sizes)
    }
  }

  public func predict(_ inputs: [Tensor]) throws -> [Tensor] {
    guard let count = inputs.first?.shape.sizes.first, count > 0 else {
      throw RequestRefusal(.unfit, "A batch has at least one example.")
    }
    do { return try model.run(inputs) } catch { throw error.refusal ?? error }
  }
}

extension TensorError {
  /// What to tell the client where other inputs would have been computed; nil where the machine or the model is at fault.
  package var refusal: RequestRefusal? {
    switch code {
    case .shape, .dtype, .index, .value: RequestRefusal(.unfit, "\(self)")
    case .outOfMemory: RequestRefusal(.tooLarge, "\(self)")
    default: nil
    }
  }
}
