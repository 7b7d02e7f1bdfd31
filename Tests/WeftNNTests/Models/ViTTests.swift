import Testing
import Weft

@Suite struct ViTTests {
  @Test func goldens() throws {
    let labels = Tensor([2, 0])
    for (name, golden) in try TransformerGolden.family("vision_models") {
      let model = ViT(
        imageSize: 12, patchSize: 4, numLayers: 2, numHeads: 4, hiddenDim: 16, mlpDim: 24, classes: 5,
        representationSize: name == "vit" ? nil : 10)
      golden.compare(model, loss: { crossEntropy($0[0], classIndices: labels) }) { [model($0[0])] }
    }
  }

  @Test func b16HasItsNumberOfParameters() {
    // A layer of ViT-B/16 and the rest of it, as in torchvision's 86,567,656.
    func count(_ layers: Int) -> Int { ViT(numLayers: layers).parameterCount }
    let (one, two) = (count(1), count(2))
    #expect(one + 11 * (two - one) == 86_567_656)
  }

  @Test func theHeadIsZeroAtFirst() {
    let model = ViT(imageSize: 8, patchSize: 4, numLayers: 1, numHeads: 2, hiddenDim: 8, mlpDim: 8, classes: 3)
    #expect(model(Tensor(normal: [2, 3, 8, 8])).abs().max().item() == 0)
  }

  @Test func misuseIsRefused() throws {
    let model = ViT(imageSize: 8, patchSize: 4, numLayers: 1, numHeads: 2, hiddenDim: 8, mlpDim: 8, classes: 3)
    let error = try #require(throws: TensorError.self) {
      try withTensorErrors { model(Tensor(zeros: [2, 3, 8, 6])) }
    }
    #expect(
      error.description == """
        [ViT]: expected pictures [batch, 3, 8, 8], got [2, 3, 8, 6]
          input: float32 [2, 3, 8, 6]
        """)
    #expect(throws: TensorError.self) { try withTensorErrors { ViT(imageSize: 9, patchSize: 4, numLayers: 0) } }
  }
}
