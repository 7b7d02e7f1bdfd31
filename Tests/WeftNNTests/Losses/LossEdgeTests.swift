import Testing
import Weft

/// Tied and saturated values, where a loss has a corner: the values are PyTorch's.
@Suite struct LossEdgeTests {
  /// A loss and its gradient for the input.
  private func result(_ x: [Double], shape: Shape? = nil, _ loss: (Tensor) -> Tensor) -> ([Double], [Double]) {
    let input = Tensor(x, shape: shape ?? [x.count], dtype: .float64).requiringGrad()
    let value = loss(input)
    value.sum().backward()
    return (value.flattened().scalars(as: Double.self), input.grad?.scalars(as: Double.self) ?? [])
  }

  @Test func aTieOfTheMarginRankingLossHasAGradient() {
    let one = Tensor([1.0], dtype: .float64)
    let (value, gradient) = result([1]) { marginRankingLoss($0, one, one, reduction: .sum) }
    #expect(value == [0] && gradient == [-1])
    let (_, other) = result([1]) { marginRankingLoss(one, $0, one, reduction: .sum) }
    #expect(other == [1])
    #expect(result([.nan]) { marginRankingLoss($0, one, one) }.0[0].isNaN)
  }

  @Test func aDistanceAtTheMarginHasAGradient() {
    let apart = Tensor([-1.0, -1, -1], dtype: .float64)
    let (values, gradient) = result([1, 2, 0.5]) { hingeEmbeddingLoss($0, apart, reduction: .none) }
    #expect(values == [0, 0, 0.5] && gradient == [-1, 0, -1])
    #expect(result([.nan, 1, 1]) { hingeEmbeddingLoss($0, apart, reduction: .none) }.0[0].isNaN)
  }

  @Test func aGapOfZeroOfTheMultiMarginLossHasNone() {
    for (power, value) in [(1, 0.5 / 3), (2, 0.25 / 3)] {
      let (values, gradient) = result([2, 1, 1.5], shape: [1, 3]) {
        multiMarginLoss($0, classIndices: Tensor([0]), power: power)
      }
      #expect(abs(values[0] - value) < 1e-15)
      #expect(zip(gradient, [-1.0 / 3, 0, 1.0 / 3]).allSatisfy { abs($0 - $1) < 1e-15 })
      let far = result([.infinity, .infinity, 1.5], shape: [1, 3]) {
        multiMarginLoss($0, classIndices: Tensor([0]), power: power)
      }
      #expect(far.0 == [0] && far.1 == [0, 0, 0])
    }
  }

  @Test func whatIsNotReadOfTheMultiLabelMarginLossCountsForNothing() {
    for first in [1, -Double.infinity] {
      let (values, gradient) = result([first, 2, 1.5]) {
        multiLabelMarginLoss($0, classIndices: Tensor([1, -1, -1]))
      }
      #expect(abs(values[0] - 0.5 / 3) < 1e-15)
      #expect(zip(gradient, [0, -1.0 / 3, 1.0 / 3]).allSatisfy { abs($0 - $1) < 1e-15 })
    }
  }

  @Test func aSaturatedPixelOfAVAEHasAFiniteGradient() {
    let model = VAE(inputs: 3, hidden: 2, latent: 1)
    // In float32 the sigmoid of 20 is 1 itself.
    let logits = Tensor([20.0, 20, -200], shape: [1, 3]).requiringGrad()
    let none = Tensor(zeros: [1, 1])
    let targets = Tensor([1.0, 0.5, 0], shape: [1, 3])
    let loss = model.loss(logits.sigmoid(), of: targets, mean: none, logVariance: none)
    loss.backward()
    #expect(loss.item() == 50)  // half of the logarithm's least, -100
    #expect(logits.grad?.scalars(as: Double.self).allSatisfy(\.isFinite) == true)
  }
}
