import TestSupport
import Testing
import Weft
import WeftModels

/// Each family against what transformers makes of the same files (`Goldens/make_encoders.py`).
@Suite struct EncoderFamilyTests {
  /// Sums of a few hundred float32 products in another order; the states are of the order of 1.
  static let tolerance = 1e-5
  static let families = ["bert", "roberta", "xlm-roberta", "distilbert", "mpnet", "modernbert"]

  /// T5's encoder, which has no heads.
  static let encoders = families + ["t5"]

  struct Sample {
    let folder: ModelFolder
    let expected: TensorFile
    let tokens, mask: Tensor
    let types: Tensor?

    init(_ family: String) throws {
      folder = try ModelFolder(ModelFiles.path(family))
      expected = try TensorFile(ModelFiles.path(family) + "/expected.safetensors")
      tokens = try expected.tensor(named: "tokens")
      mask = try expected.tensor(named: "mask")
      types = family == "bert" ? try expected.tensor(named: "types") : nil
    }

    /// The largest difference from what is expected, over the largest expected number where that is above 1.
    func deviation(_ found: Tensor, _ name: String) throws -> Double {
      let wanted = try expected.tensor(named: name)
      #expect(found.shape == wanted.shape)
      guard found.shape == wanted.shape else { return .infinity }
      return (found - wanted).abs().max().item(as: Double.self) / max(1, wanted.abs().max().item(as: Double.self))
    }
  }

  @Test(arguments: encoders) func statesAreThoseOfTransformers(_ family: String) throws {
    let sample = try Sample(family)
    let hasPooler = sample.expected["pooled"] != nil
    let encoder = try sample.folder.textEncoder(hasPooler: hasPooler)
    let states = encoder(sample.tokens, attentionMask: sample.mask, tokenTypes: sample.types)
    // At padding the states are nobody's.
    let real = sample.mask.unsqueezed(2).converted(to: .float32)
    let wanted = try sample.expected.tensor(named: "states")
    let deviation = ((states - wanted) * real).abs().max().item(as: Double.self)
    #expect(deviation < Self.tolerance, "\(family): states differ by \(deviation)")
    let single = try sample.deviation(encoder(sample.tokens[0..<1]), "unmasked")
    #expect(single < Self.tolerance, "\(family): without a mask states differ by \(single)")
    if hasPooler {
      let pooled = try sample.deviation(try #require(encoder.pooled(states)), "pooled")
      #expect(pooled < Self.tolerance, "\(family): pooled states differ by \(pooled)")
    }
  }

  @Test(arguments: families, EncoderTask.allCases)
  func logitsAreThoseOfTransformers(_ family: String, _ task: EncoderTask) throws {
    let names: [EncoderTask: String] = [
      .maskedLanguageModel: "MaskedLM", .sequenceClassification: "SequenceClassification",
      .tokenClassification: "TokenClassification", .questionAnswering: "QuestionAnswering",
    ]
    let sample = try Sample(family)
    let model = try sample.folder.encoderModel(for: task)
    let logits = model(sample.tokens, attentionMask: sample.mask, tokenTypes: sample.types)
    let wanted = try sample.expected.tensor(named: try #require(names[task]))
    #expect(logits.shape == wanted.shape)
    let real = task == .sequenceClassification ? Tensor(1.0) : sample.mask.unsqueezed(2).converted(to: .float32)
    let deviation = ((logits - wanted) * real).abs().max().item(as: Double.self)
    #expect(deviation < Self.tolerance, "\(family): logits of \(task) differ by \(deviation)")
  }

  @Test(arguments: families) func gradientsAreThoseOfPyTorch(_ family: String) throws {
    let sample = try Sample(family)
    let model = try sample.folder.encoderModel(for: .sequenceClassification)
    let logits = model(sample.tokens, attentionMask: sample.mask, tokenTypes: sample.types)
    (logits * (try sample.expected.tensor(named: "factors"))).sum().backward()
    var compared = 0
    for (name, parameter) in model.namedParameters() {
      guard sample.expected["grad." + name] != nil else {
        Issue.record("PyTorch has no gradient of \(name)")
        continue
      }
      let deviation = try sample.deviation(try #require(parameter.grad, "\(name) has no gradient"), "grad." + name)
      #expect(deviation < 2 * Self.tolerance, "\(family): the gradient of \(name) differs by \(deviation)")
      compared += 1
    }
    #expect(compared == sample.expected.entries.count { $0.name.hasPrefix("grad.") })
  }

  /// Heads that PyTorch's gradients are not there for, tied tables and poolers among them: each gradient is the slope of
  /// the loss along one way.
  @Test(arguments: families, EncoderTask.allCases)
  func gradientsOfHeadsAreSlopes(_ family: String, _ task: EncoderTask) throws {
    let sample = try Sample(family)
    let model = try sample.folder.encoderModel(for: task, as: .float64)
    func loss() -> Tensor {
      let logits = model(sample.tokens, attentionMask: sample.mask, tokenTypes: sample.types)
      return (logits * Tensor(normal: logits.shape, using: RandomStream(seed: 3)).converted(to: .float64)).mean()
    }
    loss().backward()
    for (name, parameter) in model.namedParameters() {
      let gradient = try #require(parameter.grad, "\(name)")
      #expect(gradient.abs().max().item() > 0, "\(name)")
      var way = Tensor(normal: parameter.shape, using: RandomStream(seed: 4)).converted(to: .float64)
      // The row of the padding has a slope, and no gradient.
      if name.contains("embed"), way.rank == 2 {
        way = way * (Tensor(arange: way.shape[0]) .!= model.encoder.paddingToken).unsqueezed(1)
      }
      let value = parameter.value
      func at(_ step: Double) -> Double {
        parameter.value = value + way * step
        return noGrad { loss().item(as: Double.self) }
      }
      let (slope, own) = ((at(1e-5) - at(-1e-5)) / 2e-5, (gradient * way).sum().item(as: Double.self))
      parameter.value = value
      #expect(abs(slope - own) < 1e-6 * max(1, abs(slope)), "\(family) \(task): \(name) \(own), not \(slope)")
    }
  }

  @Test func gradientsOfT5AreThoseOfPyTorch() throws {
    let sample = try Sample("t5")
    let encoder = try sample.folder.textEncoder()
    let states = encoder(sample.tokens, attentionMask: sample.mask)
    (states * (try sample.expected.tensor(named: "factors"))).sum().backward()
    for (name, parameter) in encoder.namedParameters() {
      let deviation = try sample.deviation(try #require(parameter.grad, "\(name) has no gradient"), "grad." + name)
      #expect(deviation < 2 * Self.tolerance, "the gradient of \(name) differs by \(deviation)")
    }
    #expect(encoder.namedParameters().count == sample.expected.entries.count { $0.name.hasPrefix("grad.") })
    let error = #expect(throws: ModelError.self) { try sample.folder.encoderModel(for: .maskedLanguageModel) }
    #expect(error?.code == .unsupported)
  }

  @Test func aFrozenEncoderLearnsItsHeadAlone() throws {
    let folder = try ModelFolder(ModelFiles.path("distilbert"))
    let model = try folder.encoderModel(for: .sequenceClassification, newLabels: ["no", "yes"])
    #expect(model.isTraining && model.labels == ["no", "yes"])
    model.freeze { $0.hasPrefix("distilbert.") }
    let tokens = Tensor([[2, 5, 7, 3], [2, 6, 8, 3]].flatMap { $0 }, shape: [2, 4])
    let optimizer = AdamW(model.parameters(), learningRate: 0.05)
    var losses: [Double] = []
    for _ in 0..<20 {
      let loss = crossEntropy(model(tokens), classIndices: Tensor([0, 1]))
      optimizer.zeroGrad()
      loss.backward()
      optimizer.step()
      losses.append(loss.item(as: Double.self))
    }
    #expect((losses.last ?? 1) < 0.3 && (losses.first ?? 0) > 0.3)
    let before = try folder.textEncoder()
    for (name, parameter) in before.namedParameters() {
      let after = try #require(model.parameter(named: "distilbert." + name))
      #expect(after.value.elementsEqual(parameter.value), "\(name) was frozen")
    }
  }

  /// A new head that shares the encoder's table of vectors leaves it as it was trained.
  @Test(arguments: families) func aNewHeadLeavesTheEncoder(_ family: String) throws {
    let folder = try ModelFolder(ModelFiles.path(family))
    let model = try folder.encoderModel(for: .maskedLanguageModel, newLabels: [])
    let before = try folder.textEncoder()
    for (name, parameter) in before.namedParameters() {
      let after = try #require(model.encoder.parameter(named: name), "\(name)")
      #expect(after.value.elementsEqual(parameter.value), "\(family): \(name) changed")
    }
  }

  @Test func weightsMayBeOfAnotherType() throws {
    let sample = try Sample("bert")
    let encoder = try sample.folder.textEncoder(as: .float64)
    #expect(encoder.parameters().allSatisfy { $0.value.dtype == .float64 })
    let states = encoder(sample.tokens, attentionMask: sample.mask, tokenTypes: sample.types)
    #expect(states.dtype == .float64)
    #expect(try sample.folder.textEncoder(as: nil).parameters().allSatisfy { $0.value.dtype == .float32 })
  }

  @Test func namesOfOldFilesAreRead() throws {
    let sample = try Sample("bert")
    let copy = try ModelFiles.copy(of: "bert")
    // As TensorFlow's names came over: gamma and beta, the bias under two names, a prefix, a buffer.
    var old: [(name: String, tensor: Tensor)] = []
    for (name, tensor) in try TensorFile(copy.path).tensors() {
      let name = name.replacing("LayerNorm.weight", with: "LayerNorm.gamma")
        .replacing("LayerNorm.bias", with: "LayerNorm.beta")
      old.append((name, tensor))
      if name == "cls.predictions.bias" { old.append(("cls.predictions.decoder.bias", tensor)) }
    }
    old.append(("bert.embeddings.position_ids", Tensor(arange: 24).unsqueezed(0)))
    try copy.remove("model.safetensors")
    try TensorFile.write(old, to: copy.path + "/pytorch_model.bin", format: .pyTorch)
    let model = try ModelFolder(copy.path).encoderModel(for: .maskedLanguageModel)
    let logits = model(sample.tokens, attentionMask: sample.mask, tokenTypes: sample.types)
    let real = sample.mask.unsqueezed(2).converted(to: .float32)
    let wanted = try sample.expected.tensor(named: "MaskedLM")
    #expect(((logits - wanted) * real).abs().max().item(as: Double.self) < Self.tolerance)
  }

  @Test func shardsAreRead() throws {
    let sample = try Sample("roberta")
    let copy = try ModelFiles.copy(of: "roberta")
    let all = try TensorFile(copy.path).tensors()
    let (first, second) = (Array(all.prefix(10)), Array(all.dropFirst(10)))
    try TensorFile.write(first, to: copy.path + "/model-00001-of-00002.safetensors")
    try TensorFile.write(second, to: copy.path + "/model-00002-of-00002.safetensors")
    try copy.remove("model.safetensors")
    let map =
      first.map { "\"\($0.name)\": \"model-00001-of-00002.safetensors\"" }
      + second.map { "\"\($0.name)\": \"model-00002-of-00002.safetensors\"" }
    try copy.write(
      "{\"metadata\": {}, \"weight_map\": {\(map.joined(separator: ", "))}}", to: "model.safetensors.index.json")
    let encoder = try ModelFolder(copy.path).textEncoder()
    #expect(try sample.deviation(encoder(sample.tokens[0..<1]), "unmasked") < Self.tolerance)
  }

  @Test func olderSettingsOfModernBERTAreRead() throws {
    let sample = try Sample("modernbert")
    let copy = try ModelFiles.copy(of: "modernbert")
    try copy.set([
      "rope_parameters": nil, "layer_types": nil, "global_attn_every_n_layers": 3, "global_rope_theta": 160_000.0,
      "local_rope_theta": 10_000.0,
    ])
    let encoder = try ModelFolder(copy.path).textEncoder()
    #expect(try sample.deviation(encoder(sample.tokens[0..<1]), "unmasked") < Self.tolerance)
  }
}
