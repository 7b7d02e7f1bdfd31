import Testing
import Weft

/// Empty batches, single positions, mixed precision, dropout.
@Suite struct TransformerEdgeTests {
  private let tokens = { (n: Int, t: Int) in Tensor(zeros: [n, t], dtype: .int64) }

  /// Models by what they give for a batch of n sequences of t positions, in sequences first where it matters.
  private func models(dropout: Double = 0) -> [(module: Module, run: (Int, Int) -> Tensor)] {
    func x(_ n: Int, _ t: Int) -> Tensor { TransformerGolden.scrambled(1, [n, t, 16]).converted(to: .float32) }
    let whole = Transformer(
      dModel: 16, numHeads: 4, numEncoderLayers: 1, numDecoderLayers: 1, dimFeedforward: 24, dropout: dropout,
      batchFirst: true)
    let block = LlamaBlock(16, numHeads: 4, numKeyValueHeads: 2, hiddenDim: 24)
    let attention = MultiheadAttention(
      16, numHeads: 4, dropout: dropout, addsBiasKV: true, addsZeroAttention: true, batchFirst: true)
    let gpt = GPT(vocabularySize: 7, contextLength: 8, numLayers: 1, numHeads: 2, embedDim: 16, dropout: dropout)
    let bert = BERT(
      vocabularySize: 7, maxPositions: 8, numLayers: 1, numHeads: 2, embedDim: 16, dimFeedforward: 24,
      dropout: dropout)
    let vit = ViT(
      imageSize: 4, patchSize: 4, numLayers: 1, numHeads: 2, hiddenDim: 16, mlpDim: 24, dropout: dropout,
      attentionDropout: dropout, classes: 3)
    (vit.head as? Linear)?.weight.initialize(.normal())
    return [
      (whole, { whole(x($0, $1), x($0, $1), isTargetCausal: true) }), (block, { block(x($0, $1)) }),
      (attention, { attention(x($0, $1)) }), (gpt, { gpt(self.tokens($0, $1)) }),
      (bert, { bert(self.tokens($0, $1)).pooled ?? Tensor(0.0) }),
      (vit, { n, _ in vit(TransformerGolden.scrambled(1, [n, 3, 4, 4]).converted(to: .float32)) }),
    ]
  }

  @Test func emptyBatchesAndSinglePositions() {
    for (module, run) in models() {
      // A BERT pools the first position, so that it needs one.
      for (batch, positions) in [(0, 3), (1, 1), (2, 1), (2, module is BERT ? 1 : 0)] {
        let output = run(batch, positions)
        #expect(output.shape[0] == batch, "\(type(of: module))")
        output.squared().sum().backward()
        let isFinite = output.scalars(as: Float.self).allSatisfy { $0.isFinite }
        #expect(isFinite, "\(type(of: module))")
      }
      let gradients = module.parameters().map(\.grad)
      #expect(
        gradients.allSatisfy { $0?.scalars(as: Float.self).allSatisfy { $0.isFinite } ?? false }, "\(type(of: module))")
    }
  }

  @Test func mixedPrecisionAgreesWithFloat32() {
    Random.withSeed(5) {
      for (module, run) in models() {
        func step(_ dtype: DType?) -> (output: Tensor, gradients: [Tensor]) {
          module.zeroGrad()
          let (output, loss) = autocast(dtype) {
            let output = run(2, 3)
            return (output, meanSquaredError(output, output.detach() * 0.5))
          }
          loss.backward()
          return (output, module.parameters().compactMap(\.grad))
        }
        let (wanted, found) = (step(nil), step(.bfloat16))
        #expect(found.gradients.count == module.parameters().count, "\(type(of: module))")
        #expect(found.gradients.allSatisfy { $0.dtype == .float32 }, "\(type(of: module))")
        for (a, b) in zip([found.output] + found.gradients, [wanted.output] + wanted.gradients) {
          let error = (a.converted(to: .float32) - b).abs().max().item()
          #expect(error <= 0x1p-4 * max(1, b.abs().max().item()), "\(type(of: module)) \(b.shape)")
        }
      }
    }
  }

  @Test func dropoutChangesTrainingOnly() {
    Random.withSeed(6) {
      for (module, run) in models(dropout: 0.5) where !(module is LlamaBlock) {
        #expect(!run(2, 3).elementsEqual(run(2, 3)), "\(type(of: module))")
        module.eval()
        #expect(run(2, 3).elementsEqual(run(2, 3)), "\(type(of: module))")
      }
    }
  }
}
