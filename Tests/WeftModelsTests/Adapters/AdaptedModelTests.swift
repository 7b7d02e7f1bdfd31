import Foundation
import Testing
import Weft
import WeftModels

/// What adapters reach in models of folders.
@Suite struct AdaptedModelTests {
  private static func randomize(_ adapters: Adapters) {
    for (place, parameter) in adapters.parameters.enumerated() {
      parameter.value = Tensor(normal: parameter.shape, using: RandomStream(seed: 7 + UInt64(place)))
    }
  }

  /// The rows of positions are read from the table itself, unless something is added to them.
  @Test(arguments: ["bert", "distilbert", "roberta"]) func tablesOfPositionsAreAdapted(_ family: String) throws {
    let encoder = try ModelFolder(ModelFiles.path(family)).textEncoder()
    let tokens = Tensor([[5, 9, 7, 12], [6, 6, 8, 11]].flatMap { $0 }, shape: [2, 4])
    let before = encoder(tokens)
    let adapters = try Adapters(encoder, LoRA(rank: 2, targets: #".*(position|token_type)_embeddings"#))
    Self.randomize(adapters)
    let adapted = encoder(tokens)
    #expect((adapted - before).abs().max().item() > 0.1)
    try adapters.merge()
    #expect((encoder(tokens) - adapted).abs().max().item() < 1e-5)
  }

  @Test func positionsOfOurOwnModelsAreAdapted() throws {
    let model = Random.withSeed(2) { GPT(vocabularySize: 12, contextLength: 8, numLayers: 1, numHeads: 2, embedDim: 8) }
      .eval()
    let tokens = Tensor([[5, 9, 7, 1]].flatMap { $0 }, shape: [1, 4])
    let before = model(tokens)
    let adapters = try Adapters(model, LoRA(rank: 2, targets: ["wpe"]))
    Self.randomize(adapters)
    let adapted = model(tokens)
    #expect((adapted - before).abs().max().item() > 1e-3)
    try adapters.merge()
    #expect((model(tokens) - adapted).abs().max().item() < 1e-5)
  }

  @Test func layersAreCalledAsInTransformers() throws {
    let gpt2 = try CausalLanguageModel.open(ModelFiles.goldens.appendingPathComponent("adapters/gpt2").path)
    let adapters = try Adapters(gpt2, LoRA(rank: 2, targets: "all-linear"))
    #expect(
      adapters.layers(of: "default").prefix(4) == [
        "transformer.h.0.attn.c_attn", "transformer.h.0.attn.c_proj", "transformer.h.0.mlp.c_fc",
        "transformer.h.0.mlp.c_proj",
      ])
    // The map to logits is left alone, whose weight is the table's.
    #expect(adapters.layers(of: "default").count == 8)
    try adapters.merge()
    let classifier = try ModelFolder(ModelFiles.path("bert")).encoderModel(for: .sequenceClassification)
    #expect(try !Adapters(classifier, LoRA(targets: "all-linear")).layers(of: "default").contains("classifier"))
    let whole = try CausalLanguageModel.open(ModelFiles.goldens.appendingPathComponent("adapters/gpt2").path)
    let error = #expect(throws: TensorError.self) {
      try Adapters(whole, LoRA(targets: ["c_attn"], modulesToSave: ["c_proj"]))
    }
    #expect(error?.code == .unsupported)
  }
}
