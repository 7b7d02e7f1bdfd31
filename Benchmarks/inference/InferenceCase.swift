import Weft
import WeftONNX

/// A network and its inputs, for one size of the batch.
struct InferenceCase {
  let name: String
  private let model: Module
  private let inputs: [Tensor]
  private let forward: ([Tensor]) -> [Tensor]

  /// nil where the name is not that of a network with a number of examples behind it, as `resnet18:8`.
  init?(_ name: String) {
    let words = name.split(separator: ":").map(String.init)
    guard words.count == 2, let batch = Int(words[1]), batch > 0 else { return nil }
    switch words[0] {
    case "resnet18": self.init(name, ResNet(.resNet18), Tensor(normal: [batch, 3, 224, 224]))
    case "resnet50": self.init(name, ResNet(.resNet50), Tensor(normal: [batch, 3, 224, 224]))
    case "mobilenetv2": self.init(name, MobileNetV2(), Tensor(normal: [batch, 3, 224, 224]))
    case "lstm":
      let model = CharLSTM(tokens: 96, embedding: 256, hidden: 256, dropout: 0)
      self.init(name, model, Tensor(integers: [batch, 64], in: 0..<96))
    case "gpt-step": self.init(name, TokenStep(), batch: batch)
    case let text where text.hasPrefix("minilm-"):
      self.init(name, BERT(numLayers: 6, embedDim: 384, dimFeedforward: 1536), batch, tokens: Int(text.dropFirst(7)))
    case let text where text.hasPrefix("base-"): self.init(name, BERT(), batch, tokens: Int(text.dropFirst(5)))
    default: return nil
    }
  }

  private init(_ name: String, _ model: Module, _ input: Tensor) {
    (self.name, self.model, inputs) = (name, model, [input])
    forward = { [model($0[0])] }
  }

  private init?(_ name: String, _ model: BERT, _ batch: Int, tokens: Int?) {
    guard let tokens, (1...model.maxPositions).contains(tokens) else { return nil }
    (self.name, self.model) = (name, model)
    // The last example is padded, as in nearly every batch.
    let lengths = Tensor((0..<batch).map { $0 == batch - 1 ? max(1, tokens * 3 / 4) : tokens }).unsqueezed(1)
    let mask = Tensor(Array(0..<tokens)).unsqueezed(0) .< lengths
    inputs = [Tensor(integers: [batch, tokens], in: 0..<30_522), mask.converted(to: .int64)]
    forward = { [model($0[0], attentionMask: $0[1]).states] }
  }

  private init(_ name: String, _ model: TokenStep, batch: Int) {
    (self.name, self.model) = (name, model)
    let past = Tensor(normal: model.cacheShape(batch: batch, positions: 255))
    inputs = [Tensor(integers: [batch, 1], in: 0..<50_257), past, Tensor(normal: past.shape)]
    forward = { model($0[0], keys: $0[1], values: $0[2]) }
  }
}

extension InferenceCase: Subject {
  func frozen(isExact: Bool) throws -> () throws -> Tensor {
    let frozen = try model.frozen(for: [inputs], isExact: isExact, forward)
    return { try frozen.run(inputs)[0] }
  }

  func export(to folder: String) throws {
    let path = "\(folder)/\(name.replacing(":", with: "-"))"
    try model.exportONNX(to: path + ".onnx", example: inputs, forward)
    let named = inputs.enumerated().map { (name: inputs.count == 1 ? "input" : "input_\($0)", tensor: $1) }
    try SafeTensors(named).write(to: path + ".safetensors")
  }
}
