import Testing
import Weft

@Suite struct DropoutVariantTests {
  @Test func wholeChannelsAreDropped() {
    let layers: [(Module, Shape)] = [
      (Dropout1d(0.25), [40, 30, 4]), (Dropout2d(0.25), [40, 30, 2, 2]), (Dropout3d(0.25), [40, 30, 1, 2, 2]),
      (Dropout1d(0.25), [1200, 4]), (Dropout3d(0.25), [1200, 1, 2, 2]),
      (Dropout2d(0.25), [40, 30, 4]),  // as sequences
    ]
    for (layer, shape) in layers {
      let output = Random.withSeed(2) { layer(Tensor(ones: shape)) }
      #expect(output.shape == shape)
      let channels = output.reshaped(1200, 4)
      let kept = channels.max(axis: 1).scalars(as: Float.self)
      #expect(channels.min(axis: 1).scalars(as: Float.self) == kept)
      #expect(kept.allSatisfy { $0 == 0 || abs($0 - 4 / 3) < 1e-6 })
      // The count is binomial with deviation 15.
      #expect(abs(kept.filter { $0 > 0 }.count - 900) < 90)
    }
  }

  @Test func alphaDropoutKeepsMeanAndVariance() {
    for p in [0.1, 0.5, 0.8] {
      let output = Random.withSeed(4) { AlphaDropout(p)(Tensor(normal: [200_000])) }
      // Means of 200,000 values of deviation 1, and of their squares, whose deviation is below 2.
      #expect(abs(output.mean().item()) < 0.012)
      #expect(abs((output * output).mean().item() - 1) < 0.03)
    }
  }

  @Test func droppedElementsAreSELUsFarEnd() {
    let p = 0.3
    let output = Random.withSeed(5) { AlphaDropout(p)(Tensor(zeros: [1000], dtype: .float64)) }
    let floor = -1.7580993408473766
    let scale = 1 / (0.7 * (1 + p * floor * floor)).squareRoot()
    let (kept, dropped) = (-scale * floor * p, scale * floor * (1 - p))
    let values = output.scalars(as: Double.self)
    #expect(values.allSatisfy { abs($0 - kept) < 1e-12 || abs($0 - dropped) < 1e-12 })
    #expect(abs(values.filter { $0 < 0 }.count - 300) < 90)
  }

  @Test func featureAlphaDropoutDropsChannels() {
    let output = Random.withSeed(6) { FeatureAlphaDropout(0.5)(Tensor(zeros: [20, 30, 3])) }.reshaped(600, 3)
    let least = output.min(axis: 1).scalars(as: Float.self)
    #expect(output.max(axis: 1).scalars(as: Float.self) == least)
    #expect(Set(least).count == 2)
  }

  @Test func randomSlopesAreDrawnInTrainingOnly() {
    let layer = RReLU(0.2, 0.4)
    let x = Tensor(full: [1000], -1, dtype: .float64).requiringGrad()
    let output = Random.withSeed(7) { layer(x) }
    output.sum().backward()
    let slopes = output.scalars(as: Double.self).map { -$0 }
    #expect(slopes.allSatisfy { (0.2...0.4).contains($0) })
    #expect(abs(slopes.reduce(0, +) / 1000 - 0.3) < 0.01)
    #expect(x.grad?.scalars(as: Double.self) == slopes)
    #expect(layer(Tensor([2.0, 0])).scalars(as: Float.self) == [2, 0])
    layer.eval()
    let middle = layer(Tensor([-1.0, 2], dtype: .float64)).scalars(as: Double.self)
    #expect(abs(middle[0] + 0.3) < 1e-15 && middle[1] == 2)
  }

  @Test func evaluationGivesTheInput() {
    let x = Tensor((0..<12).map { Double($0) }, shape: [2, 3, 2])
    for layer in [Dropout1d(0.9), AlphaDropout(0.9), FeatureAlphaDropout(0.9)] as [Module] {
      #expect(layer.eval()(x).scalars(as: Float.self) == x.scalars(as: Float.self))
    }
  }

  @Test func everythingMayBeDropped() {
    let x = Tensor(ones: [2, 3, 2])
    for layer in [Dropout1d(1), AlphaDropout(1), FeatureAlphaDropout(1)] as [Module] {
      #expect(layer(x).scalars(as: Float.self).allSatisfy { $0 == 0 })
    }
  }

  @Test func wrongRatesAndShapesAreErrors() throws {
    let error = try #require(throws: TensorError.self) { try withTensorErrors { Dropout2d(-0.5) } }
    #expect(error.description == "[Dropout2d]: expected a probability in 0 ... 1, got -0.5")
    let shape = try #require(throws: TensorError.self) {
      try withTensorErrors { Dropout2d()(Tensor(zeros: [2, 3])) }
    }
    #expect(shape.description.hasPrefix("[Dropout2d]: expected an input of 3 or 4 axes"))
    #expect(throws: TensorError.self) { try withTensorErrors { AlphaDropout(2) } }
    #expect(throws: TensorError.self) { try withTensorErrors { RReLU(0.4, 0.2) } }
    #expect(throws: TensorError.self) { try withTensorErrors { FeatureAlphaDropout()(Tensor(zeros: [2])) } }
  }
}
