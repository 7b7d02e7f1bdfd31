import Testing
import Weft

/// Layers together, in float32, on tasks that only a working gradient solves.
@Suite struct LearningTests {
  /// The last loss of `steps` steps of AdamW on one batch.
  private func train(
    _ model: Module, steps: Int, learningRate: Double = 0.01, _ loss: () -> Tensor
  ) -> Double {
    let optimizer = AdamW(model.parameters(), learningRate: learningRate)
    for _ in 0..<steps {
      loss().backward()
      optimizer.step()
      optimizer.zeroGrad()
    }
    return loss().item()
  }

  @Test func aConvolutionalNetworkTellsRowsFromColumns() { Random.withSeed(1, rowsAndColumns) }

  private func rowsAndColumns() {
    let model = Sequential {
      Conv2d(1, 4, kernelSize: 3, padding: 1); BatchNorm2d(4); ReLU(); MaxPool2d(2)
      Flatten()
      Dropout(0.1); Linear(4 * 4 * 4, 1)
    }
    var images: [Double] = []
    for image in 0..<16 {
      for place in 0..<64 {
        let line = image % 2 == 0 ? place / 8 : place % 8
        images.append(line == image / 2 ? 1 : 0)
      }
    }
    let x = Tensor(images, shape: [16, 1, 8, 8])
    let y = Tensor((0..<16).map { Double($0 % 2) }, shape: [16, 1])
    func loss() -> Tensor {
      let error = model(x) - y
      return (error * error).mean()
    }
    _ = train(model, steps: 80, loss)
    model.eval()
    #expect(loss().item() < 0.05)
  }

  @Test func anLSTMRemembersTheFirstStep() { Random.withSeed(2, firstStep) }

  private func firstStep() {
    let (lstm, head) = (LSTM(1, 8, batchFirst: true), Linear(8, 1))
    let model = Sequential([lstm, head])
    let signs = (0..<8).map { $0 % 2 == 0 ? 1.0 : -1 }
    var steps: [Double] = []
    for (index, sign) in signs.enumerated() {
      steps.append(sign)
      for step in 1..<6 { steps.append(Double(index * step % 3 - 1) / 2) }
    }
    let (x, y) = (Tensor(steps, shape: [8, 6, 1]), Tensor(signs, shape: [8, 1]))
    let last = train(model, steps: 120, learningRate: 0.02) {
      let error = head(lstm(x, lengths: nil).state.hidden.squeezed(0)) - y
      return (error * error).mean()
    }
    #expect(last < 0.05)
  }

  @Test func anEncoderFindsTheMarkedToken() { Random.withSeed(3, markedToken) }

  private func markedToken() {
    let embedding = Embedding(6, 16)
    let encoder = TransformerEncoder(numLayers: 1) {
      TransformerEncoderLayer(16, numHeads: 2, dimFeedforward: 32, dropout: 0, batchFirst: true)
    }
    let head = Linear(16, 1)
    let model = Sequential([embedding, encoder, head])
    // The answer at each place is whether token 5 stands anywhere in the sequence.
    let tokens = [[1, 2, 5, 3], [1, 2, 4, 3], [5, 0, 0, 1], [4, 0, 0, 1], [3, 3, 2, 5], [3, 3, 2, 0]]
    let x = Tensor(tokens)
    let y = Tensor(tokens.map { row in row.map { _ in row.contains(5) ? 1.0 : 0 } }).unsqueezed(-1)
    let last = train(model, steps: 100) {
      let error = model(x) - y
      return (error * error).mean()
    }
    #expect(last < 0.05)
  }
}
