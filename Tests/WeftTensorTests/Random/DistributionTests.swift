import Testing
import WeftTensor

/// Draws from distributions: each mean lies within five of its standard errors.
@Suite struct DistributionTests {
  static let count = 20_000
  static let stream = RandomStream(seed: 11, offset: 3)

  private func expectMean(_ numbers: Tensor, _ mean: Double, deviation: Double, _ label: String) {
    let values = numbers.scalars(as: Double.self)
    let found = values.reduce(0, +) / Double(values.count)
    let error = deviation / Double(values.count).squareRoot()
    #expect(abs(found - mean) < 5 * error, "\(label): mean \(found), expected \(mean)")
  }

  @Test("The same stream gives the same numbers")
  func streams() {
    let draws: [(RandomStream) -> Tensor] = [
      { Tensor(exponential: [5], using: $0) }, { Tensor(gumbel: [5], using: $0) },
      { Tensor(truncatedNormal: [5], using: $0) }, { Tensor(poisson: Tensor([1.0, 5, 30, 200, 3]), using: $0) },
      { Tensor([1.0, 2, 3, 4]).multinomial(3, withReplacement: true, using: $0) },
      { Tensor([1.0, 2, 3, 4]).multinomial(3, using: $0) },
      { Tensor(bernoulli: Tensor(full: [40], 0.5), using: $0) },
      { Tensor(normal: Tensor(zeros: [5]), deviation: Tensor(ones: [5]), using: $0) },
      { Tensor(arange: 20).shuffled(using: $0) }, { Tensor(zeros: [2, 3]).gumbelSoftmax(using: $0) },
    ]
    for (number, draw) in draws.enumerated() {
      #expect(draw(Self.stream).elementsEqual(draw(Self.stream)), "draw \(number)")
      #expect(!draw(Self.stream).elementsEqual(draw(RandomStream(seed: 12))), "draw \(number)")
    }
  }

  @Test func exponentialAndGumbel() {
    let numbers = Tensor(exponential: [Self.count], rate: 2, dtype: .float64, using: Self.stream)
    expectMean(numbers, 0.5, deviation: 0.5, "exponential")
    expectMean(numbers.squared(), 0.5, deviation: 5.0.squareRoot() / 2, "its square")
    #expect(numbers.min().item() >= 0)
    let gumbel = Tensor(gumbel: [Self.count], dtype: .float64, using: Self.stream)
    expectMean(gumbel, 0.5772156649015329, deviation: 1.2825498301618641, "Gumbel")
  }

  @Test func truncatedNormal() {
    let numbers = Tensor(
      truncatedNormal: [Self.count], mean: 1, deviation: 2, low: 0, high: 2, dtype: .float64, using: Self.stream)
    expectMean(numbers, 1, deviation: 0.58, "truncated")
    #expect(numbers.min().item() >= 0 && numbers.max().item() <= 2)
    // Far out in the tail nothing is left of the difference of probabilities but its bounds.
    let tail = Tensor(truncatedNormal: [100], low: 5, high: 6, dtype: .float64, using: Self.stream)
    #expect(tail.min().item() >= 5 && tail.max().item() <= 6 && tail.mean().item() < 5.4)
  }

  @Test(arguments: [0.0, 0.3, 4, 60, 5000])
  func poisson(_ rate: Double) {
    let numbers = Tensor(poisson: Tensor(full: [Self.count], rate, dtype: .float64), using: Self.stream)
    expectMean(numbers, rate, deviation: rate.squareRoot() + 1e-300, "Poisson")
    let spread = rate.squareRoot() * (2 * rate + 1).squareRoot()
    expectMean((numbers - rate).squared(), rate, deviation: spread + 1e-300, "its variance")
    #expect(numbers.elementsEqual(numbers.round()) && numbers.min().item() >= 0)
  }

  @Test func bernoulliOfEachElement() {
    let probabilities = Tensor([0, 0.25, 1], dtype: .float64).unsqueezed(0).expanded(to: [Self.count, 3])
    let drawn = Tensor(bernoulli: probabilities, using: Self.stream).mean(axis: 0).scalars(as: Double.self)
    #expect(drawn[0] == 0 && drawn[2] == 1 && abs(drawn[1] - 0.25) < 5 * 0.433 / 141)
    #expect(throws: TensorError.self) { try withTensorErrors { _ = Tensor(bernoulli: Tensor([1.5])) } }
  }

  @Test func multinomialFollowsTheWeights() {
    let weights = Tensor([1, 0, 3, 4], dtype: .float64)
    let drawn = weights.multinomial(Self.count, withReplacement: true, using: Self.stream)
    let shares = (drawn.binCount(minimumLength: 4).converted(to: .float64) / Double(Self.count)).scalars(
      as: Double.self)
    for (share, wanted) in zip(shares, [0.125, 0, 0.375, 0.5]) { #expect(abs(share - wanted) < 5 * 0.5 / 141) }
    #expect(shares[1] == 0)
    let rows = weights.unsqueezed(0).expanded(to: [Self.count, 4]).multinomial(2, using: Self.stream)
    let (first, second) = (rows.sliced(axis: 1, to: 1), rows.sliced(axis: 1, from: 1))
    #expect(!(first .== second).any().item(as: Bool.self) && !(rows .== 1).any().item(as: Bool.self))
    expectMean((first .== 3).converted(to: .float64), 0.5, deviation: 0.5, "the first of two")
    // P(second is 3) = Σ P(first is i)·4/(8 - wᵢ)
    expectMean((second .== 3).converted(to: .float64), 0.125 * 4 / 7 + 0.375 * 4 / 5, deviation: 0.5, "the second")
  }

  @Test func multinomialRefusesWhatItCannotDraw() {
    for weights in [Tensor([0.0, 0]), Tensor([1.0, -1]), Tensor([1.0, .nan]), Tensor(zeros: [0]), Tensor([1, 2])] {
      #expect(throws: TensorError.self) { try withTensorErrors { _ = weights.multinomial(1) } }
    }
    #expect(throws: TensorError.self) { try withTensorErrors { _ = Tensor([1.0, 0, 2]).multinomial(3) } }
  }

  @Test func gumbelSoftmaxPassesItsGradientStraightThrough() throws {
    let logits = Tensor([[0.5, -1, 2], [0, 0, 0]], dtype: .float64).requiringGrad()
    let soft = logits.gumbelSoftmax(temperature: 0.5, using: Self.stream)
    let hard = logits.gumbelSoftmax(temperature: 0.5, isHard: true, using: Self.stream)
    #expect(hard.max(axis: 1).elementsEqual(Tensor(ones: [2], dtype: .float64)))
    #expect(hard.argMax(axis: 1).elementsEqual(soft.argMax(axis: 1)))
    let seed = Tensor([[1, 2, 3], [4, 5, -6]], dtype: .float64)
    let gradients = try [soft, hard].map { try grad(of: ($0 * seed).sum(), with: logits) }
    expectSame(gradients[1], gradients[0], "the gradient of the soft one")
  }

  @Test func normalOfTensorsCarriesGradients() throws {
    let (mean, deviation) = (
      Tensor([1.0, 2], dtype: .float64).requiringGrad(), Tensor([0.5, 3], dtype: .float64).requiringGrad()
    )
    let drawn = Tensor(normal: mean, deviation: deviation, using: Self.stream)
    let gradients = try grad(of: [drawn.sum()], with: [mean, deviation])
    #expect(gradients[0]?.scalars(as: Double.self) == [1, 1])
    expectSame((drawn - mean) / deviation, gradients[1] ?? mean, "the noise")
  }

  @Test func truncatedFarAboveTheMean() {
    // Between 9 and 10 standard deviations the density falls like exp(-9x).
    let drawn = Tensor(truncatedNormal: [Self.count], low: 9, high: 10, dtype: .float64, using: Self.stream)
    #expect(drawn.min().item() >= 9 && drawn.max().item() <= 10)
    expectMean(drawn, 9.10845628828836, deviation: 0.107, "above")
    let below = Tensor(truncatedNormal: [Self.count], low: -10, high: -9, dtype: .float64, using: Self.stream)
    #expect(drawn.elementsEqual(-below))
  }

  @Test func shufflesKeepEveryElement() {
    let shuffled = Tensor(arange: 60).reshaped(3, 20).shuffled(axis: 1, using: Self.stream)
    #expect(shuffled.sorted(axis: 1).values.elementsEqual(Tensor(arange: 60).reshaped(3, 20)))
    #expect((shuffled[1] - shuffled[0]).elementsEqual(Tensor(full: [20], 20, dtype: .int64)), "rows go together")
  }
}
