import WeftData
import WeftIO
import WeftONNX
import WeftTensor

extension FuzzTarget {
  private static let goldens = Goldens("WeftONNXTests/Goldens", ".onnx")

  static let models: [FuzzTarget] = [
    FuzzTarget("onnx", longest: 4096, seeds: [goldens]) { bytes in
      succeeds { _ = "\(try model(bytes).summary)" }
    },
    // Models that are run as well, but for their loops, whose length is theirs to say.
    FuzzTarget("onnx-run", longest: 2048, seeds: [goldens]) { bytes in
      succeeds {
        let model = try model(bytes, LoadLimits().tensors(of: 1 << 24))
        guard Set(model.summary.operators.keys).isDisjoint(with: ["Loop", "Scan"]) else { return }
        _ = succeeds { _ = try noGrad { try model.run(inputs(of: model)) }.count }
      }
    },
  ]

  private static func model(_ bytes: [UInt8], _ limits: LoadLimits = LoadLimits()) throws -> ONNXModel {
    try ONNXModel(FileBytes(name: "file.onnx", bytes: bytes), limits: limits)
  }

  /// Small inputs of the types that a model states; sizes that it leaves open are 2.
  private static func inputs(of model: ONNXModel) -> [String: ONNXValue] {
    var inputs: [String: ONNXValue] = [:]
    for input in model.summary.inputs where !input.isOptional {
      let sizes = (input.sizes ?? [2, 2]).map { $0 ?? 2 }
      guard sizes.allSatisfy({ (1...64).contains($0) }), sizes.reduce(1, { min($0 * $1, 1 << 20) }) <= 4096 else {
        continue
      }
      if input.type.hasPrefix("string") {
        let words = (0..<sizes.reduce(1, *)).map { ["One two", "zwei.drei", "", "é"][$0 % 4] }
        inputs[input.name] = TextTensor(words, shape: Shape(sizes)).map(ONNXValue.texts)
      } else {
        inputs[input.name] = .tensor(Tensor(ones: Shape(sizes), dtype: input.dtype ?? .float32))
      }
    }
    return inputs
  }
}

extension LoadLimits {
  /// The same with a limit for each tensor, in bytes.
  fileprivate func tensors(of bytes: Int) -> LoadLimits {
    var limits = self
    limits.tensorBytes = bytes
    return limits
  }
}
