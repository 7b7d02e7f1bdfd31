import Testing
import Weft

/// Models as functions of their weights: gradients for each example, and derivatives along a direction.
@Suite struct TransformerTransformTests {
  /// A model, a batch for it, and a number that it gives for some of the batch.
  private struct Subject {
    let model: Module
    let batch: [Tensor]
    let score: ([Tensor]) -> Tensor

    init(_ model: Module, _ batch: [Tensor], _ run: @escaping ([Tensor]) -> Tensor) {
      TransformerGolden.fill(model.convert(to: .float64))
      (self.model, self.batch) = (model.eval(), batch)
      score = { inputs in
        let output = run(inputs)
        let weights = (0..<output.shape[-1]).map(TensorSummary.weight)
        return (output * Tensor(weights, dtype: .float64)).sum()
      }
    }

    func callAsFunction(_ weights: [Tensor], _ inputs: [Tensor]) throws -> Tensor {
      let names = model.namedParameters().map(\.name)
      return try functionalCall(model, Dictionary(uniqueKeysWithValues: zip(names, weights))) { score(inputs) }
    }
  }

  private var subjects: [Subject] {
    let (x, memory) = (TransformerGolden.scrambled(1, [2, 3, 16]), TransformerGolden.scrambled(2, [2, 4, 16]))
    let tokens = TransformerGolden.tokens(7, [2, 4])
    let decoder = TransformerDecoderLayer(16, numHeads: 4, dimFeedforward: 12, batchFirst: true)
    let block = LlamaBlock(16, numHeads: 4, numKeyValueHeads: 2, hiddenDim: 12, maxPositions: 4)
    let gpt = GPT(vocabularySize: 7, contextLength: 4, numLayers: 1, numHeads: 2, embedDim: 8)
    let bert = BERT(
      vocabularySize: 7, maxPositions: 4, numLayers: 1, numHeads: 2, embedDim: 8, dimFeedforward: 8)
    let vit = ViT(imageSize: 4, patchSize: 2, numLayers: 1, numHeads: 2, hiddenDim: 8, mlpDim: 8, classes: 3)
    return [
      Subject(decoder, [x, memory]) { decoder($0[0], $0[1], isCausal: true) }, Subject(block, [x]) { block($0[0]) },
      Subject(gpt, [tokens]) { gpt($0[0]) },
      Subject(bert, [tokens]) { bert($0[0], attentionMask: $0[0] .!= 0).pooled ?? Tensor(0.0) },
      Subject(vit, [TransformerGolden.scrambled(1, [2, 3, 4, 4])]) { vit($0[0]) },
    ]
  }

  @Test func gradientsForEachExample() throws {
    for subject in subjects {
      let weights = subject.model.parameters().map(\.value)
      let axes: [Int?] = weights.map { _ in nil } + subject.batch.map { _ in 0 }
      let found = try vmap(over: weights + subject.batch, axes: axes) { all in
        let inputs = all.dropFirst(weights.count).map { $0.unsqueezed(0) }
        return try valueAndGrad(at: Array(all.prefix(weights.count))) { try subject($0, inputs) }.gradients
      }
      for example in 0..<2 {
        let inputs = subject.batch.map { $0.sliced(axis: 0, from: example, to: example + 1) }
        let expected = try valueAndGrad(at: weights) { try subject($0, inputs) }.gradients
        for (a, b) in zip(found, expected) {
          #expect(a[example].isClose(to: b, relative: 1e-9, absolute: 1e-11), "\(type(of: subject.model))")
        }
      }
    }
  }

  @Test func derivativesAlongADirectionOfTheWeights() throws {
    for subject in subjects {
      let weights = subject.model.parameters().map(\.value)
      let direction = weights.enumerated().map { TransformerGolden.scrambled(500 + $0, $1.shape.sizes) }
      let along = try jvp(at: weights, along: direction) { try subject($0, subject.batch) }
      let (value, gradients) = try valueAndGrad(at: weights) { try subject($0, subject.batch) }
      let expected = zip(gradients, direction).reduce(0) { $0 + ($1.0 * $1.1).sum().item() }
      #expect(along.value.isClose(to: value, relative: 1e-12))
      #expect(abs(along.tangent.item() - expected) <= 1e-9 * max(1, abs(expected)), "\(type(of: subject.model))")
    }
  }
}
