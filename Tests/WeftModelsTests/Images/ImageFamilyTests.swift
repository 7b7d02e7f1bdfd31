import TestSupport
import Testing
import Weft
import WeftModels

/// Each family that reads pictures against what transformers makes of the same files.
@Suite struct ImageFamilyTests {
  @Test(arguments: ImageGolden.all) func statesAreThoseOfTransformers(_ family: String) throws {
    let golden = try ImageGolden(family)
    let encoder = try golden.folder.imageEncoder(hasPooler: true)
    let states = encoder(try golden.tensor("pixels"))
    try golden.check([("states", states), ("pooled", encoder.pooled(states))])
    #expect(encoder.pooledWidth == 8 && (encoder.imageHeight, encoder.imageWidth, encoder.channels) == (8, 8, 3))
  }

  @Test(arguments: ImageGolden.all) func otherSizesAreReadBetweenThePositions(_ family: String) throws {
    let golden = try ImageGolden(family)
    let encoder = try golden.folder.imageEncoder()
    let other = try golden.tensor("other")
    #expect(encoder.interpolatesPositions == family.hasPrefix("dinov2"))
    if !encoder.interpolatesPositions {
      let error = #expect(throws: TensorError.self) {
        try withTensorErrors {
          _ = encoder(other)
          try checkTensorErrors()
        }
      }
      #expect(error?.description.contains("expected pixels [batch, 3, 8, 8] in floating-point numbers") == true)
      encoder.interpolatesPositions = true
    }
    try golden.check([("other_states", encoder(other))])
  }

  @Test(arguments: ImageGolden.classifiers + ["clip-classifier", "siglip-classifier"])
  func logitsAndGradientsAreThoseOfPyTorch(_ family: String) throws {
    let golden = try ImageGolden(family)
    let model = try golden.folder.imageModel()
    #expect(model.labels == ["cat", "dog", "house"])
    let logits = model(try golden.tensor("pixels"))
    try golden.check([("logits", logits)])
    (logits * (try golden.tensor("factors"))).sum().backward()
    try golden.checkGradients(of: model)
  }

  @Test(arguments: ImageGolden.pairs) func pairsAreComparedAsInTransformers(_ family: String) throws {
    let golden = try ImageGolden(family)
    let model = try golden.folder.imageTextModel()
    let tokens = try golden.tensor("tokens")
    let mask = family == "clip" ? try golden.tensor("mask") : nil
    let images = model.imageFeatures(try golden.tensor("pixels"))
    let texts = model.textFeatures(tokens, attentionMask: mask)
    let logits = model.logits(images: images, texts: texts)
    try golden.check([("image_features", images), ("text_features", texts), ("logits", logits)])
    if let mask {
      // As CLIP's own tokenizer pads: with the mark of the end, of which the first counts.
      let padded = Tensor.where(mask .!= 0, tokens, Tensor(3, dtype: tokens.dtype))
      try golden.check([("text_features", model.textFeatures(padded))])
    }
    let real = mask?.unsqueezed(2).converted(to: .float32) ?? Tensor(1.0)
    let states = model.textEncoder(tokens, attentionMask: mask)
    // At padding the states are nobody's.
    let deviation = ((states - (try golden.tensor("text_states"))) * real).abs().max().item(as: Double.self)
    #expect(deviation < ImageGolden.tolerance, "states of texts differ by \(deviation)")
    (logits * (try golden.tensor("factors"))).sum().backward()
    try golden.checkGradients(of: model)
  }

  /// Poolers, for which PyTorch's gradients are not all there: each gradient is the slope of the loss along one way.
  @Test(arguments: ImageGolden.all) func gradientsOfEmbeddingsAreSlopes(_ family: String) throws {
    let golden = try ImageGolden(family)
    let model = try golden.folder.imageEmbeddingModel(as: .float64)
    let pixels = try golden.tensor("pixels")
    func loss() -> Tensor {
      let vectors = model(pixels)
      return (vectors * Tensor(normal: vectors.shape, using: RandomStream(seed: 3)).converted(to: .float64)).mean()
    }
    loss().backward()
    for (name, parameter) in model.namedParameters() {
      let gradient = try #require(parameter.grad, "\(name)")
      let way = Tensor(normal: parameter.shape, using: RandomStream(seed: 4)).converted(to: .float64)
      let value = parameter.value
      func at(_ step: Double) -> Double {
        parameter.value = value + way * step
        return noGrad { loss().item(as: Double.self) }
      }
      let (slope, own) = ((at(1e-5) - at(-1e-5)) / 2e-5, (gradient * way).sum().item(as: Double.self))
      parameter.value = value
      #expect(abs(slope - own) < 1e-6 * max(1, abs(slope)), "\(family): \(name) \(own), not \(slope)")
    }
  }

  /// A rate of 1 skips all that layers add, as scales of zero do.
  @Test func layersAreSkippedInTraining() throws {
    let copy = try ModelFiles.copy(ofImages: "dinov2")
    let golden = try ImageGolden("dinov2")
    let pixels = try golden.tensor("pixels")
    try copy.set(["drop_path_rate": 1])
    let encoder = try ModelFolder(copy.path).imageEncoder(mapped: false)
    #expect(try golden.deviation(encoder(pixels), "states") < ImageGolden.tolerance)
    encoder.train()
    let skipped = encoder(pixels)
    encoder.eval()
    for (name, parameter) in encoder.namedParameters() where name.hasSuffix("lambda1") {
      parameter.value = Tensor(zeros: parameter.shape)
    }
    #expect((encoder(pixels) - skipped).abs().max().item(as: Double.self) < 1e-6)
  }

  @Test func aNewClassifierLearns() throws {
    let golden = try ImageGolden("dinov2")
    let model = try golden.folder.imageModel(newLabels: ["no", "yes"])
    #expect(model.isTraining && model.labels == ["no", "yes"])
    model.freeze { $0.hasPrefix("dinov2.") }
    let (pixels, classes) = (try golden.tensor("pixels"), Tensor([0, 1]))
    let optimizer = AdamW(model.parameters(), learningRate: 0.05)
    var losses: [Double] = []
    for _ in 0..<20 {
      let loss = crossEntropy(model(pixels), classIndices: classes)
      optimizer.zeroGrad()
      loss.backward()
      optimizer.step()
      losses.append(loss.item(as: Double.self))
    }
    #expect((losses.last ?? 1) < 0.3 && (losses.first ?? 0) > 0.3, "\(losses)")
  }

  @Test func weightsMayBeOfAnotherType() throws {
    let golden = try ImageGolden("siglip")
    let model = try golden.folder.imageTextModel(as: .float64)
    #expect(model.parameters().allSatisfy { $0.value.dtype == .float64 })
    let features = model.imageFeatures(try golden.tensor("pixels"))
    #expect(features.dtype == .float64)
    #expect(try golden.deviation(features.converted(to: .float32), "image_features") < ImageGolden.tolerance)
  }

  /// CLIP's image encoder by itself, its settings at the top and its names without the model's.
  @Test func imageEncodersMayStandAlone() throws {
    let golden = try ImageGolden("clip")
    let copy = try ModelFiles.copy(ofImages: "clip")
    let vision: [String: Any?] = [
      "model_type": "clip_vision_model", "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2,
      "intermediate_size": 12, "image_size": 8, "patch_size": 4, "projection_dim": 6,
    ]
    try copy.set(vision)
    let tensors = try TensorFile(copy.path).tensors().compactMap { name, tensor in
      name.hasPrefix("vision_model.") ? (name: String(name.dropFirst(13)), tensor: tensor.cloned()) : nil
    }
    try TensorFile.write(tensors, to: copy.path + "/model.safetensors")
    let model = try ModelFolder(copy.path).imageEmbeddingModel()
    #expect(model.dimension == 8)
    #expect(try golden.deviation(model(try golden.tensor("pixels")), "pooled") < ImageGolden.tolerance)
    let error = #expect(throws: ModelError.self) { try ModelFolder(copy.path).imageTextModel() }
    #expect(
      error?.description.hasSuffix(
        "model_type: expected a model of pictures and texts: one of clip, siglip; found \"clip_vision_model\"") == true)
  }

  @Test func olderSettingsOfCLIPAreRead() throws {
    let golden = try ImageGolden("clip")
    let copy = try ModelFiles.copy(ofImages: "clip")
    let (tokens, mask) = (try golden.tensor("tokens"), try golden.tensor("mask"))
    var texts: [String: Any] = [
      "vocab_size": 40, "max_position_embeddings": 10, "hidden_size": 8, "num_hidden_layers": 2,
      "num_attention_heads": 2, "intermediate_size": 12, "eos_token_id": 3,
    ]
    // The settings under the second key hold.
    try copy.set(["text_config_dict": texts, "text_config": ["hidden_size": 12]])
    let model = try ModelFolder(copy.path).imageTextModel()
    try golden.check([("text_features", model.textFeatures(tokens, attentionMask: mask))])
    texts["eos_token_id"] = 2
    try copy.set(["text_config_dict": texts])
    let older = try ModelFolder(copy.path).imageTextModel()
    try golden.check([("older_text_features", older.textFeatures(tokens, attentionMask: mask))])
  }
}
