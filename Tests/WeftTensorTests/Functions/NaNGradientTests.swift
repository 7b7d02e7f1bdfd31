import Testing
import WeftTensor

/// `Note: NaN in derivatives`, of operations that bring several numbers together. The contract asks all of them; here is
/// what it is.
@Suite("Gradients of reductions at NaN") struct NaNGradientTests {
  private func slopes(_ function: (Tensor) -> Tensor) -> [Double] {
    let leaf = Tensor([Double.nan, 1, 2, 3]).requiringGrad()
    function(leaf).sum().backward()
    return leaf.grad?.scalars(as: Double.self) ?? []
  }

  /// PyTorch's `amax` and `amin` give NaN everywhere, its `max` and `min` 1 at the NaN.
  @Test func theExtremes() {
    for found in [
      slopes { $0.max() }, slopes { $0.min() }, slopes { $0.max(axis: 0) }, slopes { $0.norm(order: .infinity) },
      slopes { $0.norm(order: -.infinity) },
    ] {
      #expect(found[0].isNaN && found.dropFirst() == [0, 0, 0])
    }
    #expect(slopes { $0[1..<4].max() } == [0, 0, 0, 1])
  }

  /// A slope that is drawn is no reason to hide a NaN: in evaluation the mean one does not either.
  @Test func aRandomSlope() throws {
    let found = slopes { $0.rrelu(using: RandomStream(seed: 3)) }
    #expect(found[0].isNaN && found.dropFirst() == [1, 1, 1])
    let tangent = try jvp(at: [Tensor([Double.nan])], along: [Tensor([1.0])]) { $0[0].rrelu() }.tangent
    #expect(tangent.item().isNaN)
  }

  /// What is chosen gets the gradient, be it NaN, as in PyTorch.
  @Test func whatIsChosen() {
    #expect(slopes { $0.cumulativeMax(axis: 0).values } == [4, 0, 0, 0])
    #expect(slopes { $0.sorted(axis: 0).values } == [1, 1, 1, 1])
  }

  /// The NaN of a part's bias is not taken for a switched off unit.
  @Test func aRectifiedNormalization() throws {
    let x = Tensor([[1.0, -2], [3, 5]], dtype: .float64)
    let bias = Tensor([[Double.nan, 0.1]], dtype: .float64).requiringGrad()
    let weight = Tensor(ones: [1, 2], dtype: .float64)
    let results = apply(Normalization(axes: [0], rectifies: true), [x, weight, bias])
    results[0].sum().backward()
    let found = try #require(bias.grad).scalars(as: Double.self)
    #expect(found[0].isNaN && found[1] == 1)
  }

  /// A key that is hidden has the weight 0 and no gradient, whatever the others are.
  @Test func hiddenWeights() throws {
    let x = Tensor([[Double.nan, 1, 2]], dtype: .float64).requiringGrad()
    let kept = Tensor([true, false, true])
    let zero = Tensor(0.0, dtype: .float64)
    let weights = apply(AttentionWeights(), [x, zero, kept, Tensor(9)])[0]
    #expect(weights.scalars(as: Double.self).map(\.isNaN) == [true, false, true])
    weights.sum().backward()
    #expect(try #require(x.grad).scalars(as: Double.self).map(\.isNaN) == [true, false, true])
  }

  /// An element that takes no part has the gradient 0 beside a NaN.
  @Test func aScatteredExtremeWithoutTheElementItself() throws {
    let x = Tensor([9.0, -1]).requiringGrad()
    x.scatterReduced(Tensor([Double.nan, 2]), at: Tensor([0, 0]), axis: 0, by: .maximum, includesSelf: false).sum()
      .backward()
    #expect(try #require(x.grad).scalars(as: Double.self) == [0, 1])
  }

  /// An element whose weight is 0 is not looked at.
  @Test func resampling() {
    let line = Tensor([1.0, .nan, 3, 4, 5]).reshaped(to: [1, 1, 5])
    let found = line.interpolated(size: 3, mode: .linear, alignCorners: true).scalars(as: Double.self)
    #expect(found == [1, 3, 5])
  }
}
