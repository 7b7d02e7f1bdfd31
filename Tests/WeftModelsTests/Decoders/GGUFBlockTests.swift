import TestSupport
import Testing
import Weft
import WeftModels

/// Weights that stay in a file's blocks.
@Suite struct GGUFBlockTests {
  /// A file whose matrices are in blocks.
  private static func file(tiesEmbeddings: Bool) throws -> (folder: TemporaryFolder, path: String) {
    var options = DecoderOptions(
      vocabularySize: 40, width: 64, hiddenWidth: 96, layerCount: 2, headCount: 2, keyValueHeadCount: 1, headDim: 32,
      maxPositions: 64)
    options.rotary = RotaryOptions(dim: 32, base: 10_000)
    options.tiesEmbeddings = tiesEmbeddings
    var file = GGUFModelTests.file(Random.withSeed(4) { CausalLanguageModel(options) }, "llama")
    for (name, tensor) in file.tensors where tensor.rank == 2 { file.inBlocks.insert(name) }
    let folder = try TemporaryFolder()
    let path = folder("model.gguf")
    try file.write(to: path)
    return (folder, path)
  }

  @Test(arguments: [true, false]) func logitsAreThoseOfTheNumbers(tiesEmbeddings: Bool) throws {
    let (folder, path) = try Self.file(tiesEmbeddings: tiesEmbeddings)
    let numbers = try CausalLanguageModel.open(path)
    let blocks = try CausalLanguageModel.open(path, keepsBlocks: true)
    #expect(blocks.lmHead.weight.quantized?.format == .q8_0)
    #expect(blocks.model.layers[1].selfAttn.qProj?.weight.quantized != nil)
    #expect(blocks.parameters().allSatisfy { $0.shape.rank == 1 })
    #expect((blocks.lmHead.weight === blocks.model.embedTokens.weight) == tiesEmbeddings)
    for count in [1, 3, 20] {
      let tokens = Tensor(Array(0..<count), shape: [1, count])
      let expected = numbers(tokens)
      let deviation = ((expected - blocks(tokens)).abs().max() / expected.abs().max()).item(as: Double.self)
      #expect(deviation < 2e-6, "logits of \(count) tokens differ by \(deviation)")
    }
    withExtendedLifetime(folder) {}
  }
}
