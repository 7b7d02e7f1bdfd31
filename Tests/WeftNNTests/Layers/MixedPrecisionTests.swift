import Testing
import Weft

/// Layers and losses inside `autocast`.
@Suite struct MixedPrecisionTests {
  /// A layer's results in bfloat16 and in float32, and the gradients of its parameters.
  private func compare(
    _ model: Module, _ input: Tensor, gives dtype: DType, within allowed: Double = 0x1p-5, _ run: (Tensor) -> Tensor
  ) {
    func results(_ precision: DType?) -> (Tensor, [Tensor]) {
      for parameter in model.parameters() { parameter.grad = nil }
      let (output, loss) = autocast(precision) {
        let output = run(input)
        return (output, meanSquaredError(output, output.detach() * 0.5))
      }
      loss.backward()
      #expect(loss.dtype == .float32)
      return (output, model.parameters().compactMap(\.grad))
    }
    let (wanted, references) = results(nil)
    let (found, gradients) = results(.bfloat16)
    #expect(found.dtype == dtype)
    #expect(gradients.count == model.parameters().count && references.count == gradients.count)
    for (a, b) in zip([found] + gradients, [wanted] + references) {
      let error = (a.converted(to: .float32) - b).abs().max().item()
      #expect(error <= allowed * max(1, b.abs().max().item()), "\(type(of: model)) \(b.shape)")
    }
    #expect(gradients.allSatisfy { $0.dtype == .float32 })
  }

  @Test func layersAgreeWithFloat32() {
    Random.withSeed(3) {
      let model = Sequential {
        Conv2d(2, 4, kernelSize: 3, padding: 1); BatchNorm2d(4); ReLU(); MaxPool2d(2); Flatten()
        Linear(4 * 4 * 4, 6)
      }
      compare(model, Tensor(normal: [8, 2, 8, 8]), gives: .bfloat16) { model($0) }
      let encoder = TransformerEncoderLayer(8, numHeads: 2, dimFeedforward: 16, dropout: 0, batchFirst: true)
      compare(encoder, Tensor(normal: [3, 5, 8]), gives: .float32, within: 0x1p-4) { encoder($0) }
      let up = Sequential { ConvTranspose2d(2, 3, kernelSize: 2, stride: 2) }
      compare(up, Tensor(normal: [2, 2, 3, 4]), gives: .bfloat16) { up($0) }
    }
  }

  @Test func recurrentLayersAgreeWithFloat32() {
    Random.withSeed(4) {
      let x = Tensor(normal: [6, 3, 5])
      let (lstm, gru) = (LSTM(5, 8, numLayers: 2), GRU(5, 8))
      compare(lstm, x, gives: .float32) { lstm($0).output }
      compare(gru, x, gives: .float32) { gru($0).output }
      compare(lstm, x, gives: .float32) { lstm($0, lengths: [6, 2, 4]).output }
      compare(gru, x[0..<1], gives: .float32) { gru($0).output }
    }
  }

  @Test func lossesAreInFloat32() {
    let a = Tensor(normal: [4, 3]).converted(to: .bfloat16)
    let b = Tensor(normal: [4, 3]).converted(to: .bfloat16)
    let (labels, signs) = (Tensor([0, 2, 1, 0], dtype: .int64), Tensor([1.0, -1, 1, -1]))
    let losses = autocast {
      [
        crossEntropy(a, classIndices: labels), crossEntropy(a, classIndices: labels, reduction: .none),
        crossEntropy(a, probabilities: b.softmax(axis: 1)),
        negativeLogLikelihood(logProbabilities: a, classIndices: labels),
        meanSquaredError(a, b, reduction: .none), meanAbsoluteError(a, b, reduction: .none),
        huberLoss(a, b, reduction: .none), smoothL1Loss(a, b, reduction: .none), hingeLoss(a, b, reduction: .none),
        hingeEmbeddingLoss(a, b, reduction: .none), binaryCrossEntropy(logits: a, b.sigmoid(), reduction: .none),
        klDivergence(logProbabilities: a, b.softmax(axis: 1), reduction: .none),
        cosineEmbeddingLoss(a, b, signs, reduction: .none),
        tripletMarginLoss(anchor: a, positive: b, negative: a + b, reduction: .none),
      ]
    }
    for (place, loss) in losses.enumerated() { #expect(loss.dtype == .float32, "loss \(place)") }
  }

  @Test func runningStatisticsAreInFloat32() {
    let norm = BatchNorm1d(3)
    let x = Tensor(normal: [4, 3])
    autocast { _ = norm(x.converted(to: .bfloat16)) }
    #expect(norm.runningMean?.value.dtype == .float32)
    norm.eval()
    #expect(autocast { norm(x.converted(to: .bfloat16)) }.dtype == .bfloat16)
  }
}
