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
    case "lstm": self.init(name, Characters(), Tensor(integers: [batch, 64], in: 0..<96))
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

extension InferenceCase {
  /// A JSON line.
  func measured(seconds: Double, isExact: Bool) throws -> String {
    let frozen = try model.frozen(for: [inputs], isExact: isExact, forward)
    let first = try frozen.run(inputs)[0].flattened().scalars(as: Float.self).prefix(64)
    let times = try Self.times(seconds: seconds) { _ = try frozen.run(inputs) }
    return "{\"peer\": \"weft\", \"case\": \"\(name)\", \"median_ms\": \(times[times.count / 2]), "
      + "\"min_ms\": \(times[0]), \"steps\": \(times.count), \"results\": \(Array(first))}"
  }

  /// What takes the time of twenty runs.
  func profile(isExact: Bool) throws -> String {
    let frozen = try model.frozen(for: [inputs], isExact: isExact, forward)
    for _ in 0..<3 { _ = try frozen.run(inputs) }
    return "\(try Weft.profile { for _ in 0..<20 { _ = try frozen.run(inputs) } })"
  }

  /// Writes NETWORK-BATCH.onnx, and a tensor for each of its inputs beside it.
  func export(to folder: String) throws {
    let path = "\(folder)/\(name.replacing(":", with: "-"))"
    try model.exportONNX(to: path + ".onnx", example: inputs, forward)
    let named = inputs.enumerated().map { (name: inputs.count == 1 ? "input" : "input_\($0)", tensor: $1) }
    try SafeTensors(named).write(to: path + ".safetensors")
  }

  /// How long a run takes, in milliseconds, from the shortest.
  private static func times(seconds: Double, _ step: () throws -> Void) rethrows -> [Double] {
    let clock = ContinuousClock()
    for _ in 0..<3 { try step() }
    var times: [Double] = []
    let start = clock.now
    while times.count < 5 || start.duration(to: clock.now) < .seconds(seconds) {
      times.append(try clock.measure(step) / .milliseconds(1))
    }
    return times.sorted()
  }
}
