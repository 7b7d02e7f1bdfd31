import Testing
import WeftTensor

@Suite struct ForwardModeTests {
  private let x = Tensor([[0.5, -1, 2], [1.5, 3, -0.25]], dtype: .float64)
  private let t = Tensor([[1, 0.5, -2], [0.25, -1, 3]], dtype: .float64)

  @Test func theTangentIsTheDirectionalDerivative() throws {
    let (value, tangent) = try jvp(at: [x], along: [t]) { ($0[0] * $0[0]).exp() }
    #expect(value.isClose(to: (x * x).exp(), relative: 1e-14))
    #expect(tangent.isClose(to: 2 * x * t * (x * x).exp(), relative: 1e-13))
  }

  @Test func anInputWithoutInfluenceGivesZero() throws {
    let (_, tangent) = try jvp(at: [x, x], along: [t, t]) { $0[0].sum() * 0 + $0[1].detach().sum() }
    #expect(tangent.item() == 0)
  }

  /// d/dx (x · d/dy (x + y)) = 1, and not 2: the tangents of nested calls do not mix.
  @Test func nestedDerivativesDoNotMix() throws {
    let one = Tensor(1.0, dtype: .float64)
    let (_, outer) = try jvp(at: [one], along: [one]) { x in
      let (_, inner) = try jvp(at: [one], along: [one]) { y in x[0] + y[0] }
      return x[0] * inner
    }
    #expect(outer.item() == 1)
  }

  @Test func theSecondDerivativeIsATangentOfATangent() throws {
    let (first, second) = try jvp(at: [x], along: [t]) { x -> Tensor in
      try jvp(at: x, along: [t]) { $0[0].sin() }.tangent
    }
    #expect(first.isClose(to: t * x.cos(), relative: 1e-13))
    #expect(second.isClose(to: -t * t * x.sin(), relative: 1e-13))
  }

  @Test func hessianTimesVectorIsForwardOverReverse() throws {
    let function = { (x: [Tensor]) in (x[0] * x[0] * x[0]).sum() + (x[0][0] * x[0][1]).sum() }
    let (gradients, products) = try hessianVectorProduct(at: [x], along: [t], function)
    let whole = try hessian(at: x) { function([$0]) }
    let expected = (whole * t).sum(axes: [2, 3])
    #expect(products[0].isClose(to: expected, relative: 1e-12, absolute: 1e-12))
    #expect(gradients[0].isClose(to: try grad(of: { function([$0]) })(x), relative: 1e-12))
  }

  @Test func gradientsFlowThroughTangents() throws {
    let leaf = x.requiringGrad()
    let tangent = try jvp(at: [leaf], along: [t]) { $0[0].sin() }.tangent
    tangent.sum().backward()
    #expect(try #require(leaf.grad).isClose(to: -t * x.sin(), relative: 1e-13))
  }

  /// A class of share 0 has a slope along its share, -log p; as PyTorch says.
  @Test func sharesOfZeroHaveASlope() throws {
    let (logits, shares) = (Tensor([0.0, 0.0], dtype: .float64), Tensor([1.0, 0.0], dtype: .float64))
    let (value, tangent) = try jvp(at: [shares], along: [Tensor([0.0, 1.0], dtype: .float64)]) {
      logits.crossEntropy(probabilities: $0[0])
    }
    #expect(value.isClose(to: Tensor(0.6931471805599453, dtype: .float64), relative: 1e-15))
    #expect(tangent.isClose(to: value, relative: 1e-15))
  }

  @Test func aShareOfZeroCountsNothingWhereTheLogitIsInfinite() throws {
    let logits = Tensor([0.0, 0.0, -Double.infinity], dtype: .float64)
    let (value, tangent) = try jvp(at: [logits], along: [Tensor([1.0, -1.0, 0.0], dtype: .float64)]) {
      $0[0].crossEntropy(probabilities: Tensor([1.0, 0.0, 0.0], dtype: .float64))
    }
    #expect(value.isClose(to: Tensor(0.6931471805599453, dtype: .float64), relative: 1e-15))
    #expect(tangent.isClose(to: Tensor(-1.0, dtype: .float64), relative: 1e-15))
  }

  @Test func nothingIsRecordedForTangents() throws {
    _ = try jvp(at: [x], along: [t]) { x in
      let y = (x[0] * 2).tanh().sum()
      #expect(!x[0].requiresGrad && !y.requiresGrad)
      return y
    }
  }

  /// An operation of a user's, with no forward rule.
  @Test func aMissingRuleIsTheTransposeOfTheGradients() throws {
    let (_, tangent) = try jvp(at: [x], along: [t]) { CubeWithoutForwardRule().callAsFunction($0[0]) }
    #expect(tangent.isClose(to: 3 * x * x * t, relative: 1e-13))
  }

  /// Its gradient is not made of tensor operations: the derivative of it would be silently zero.
  @Test func aGradientRuleThatCannotStandInIsNamed() {
    let error = #expect(throws: TensorError.self) {
      try withTensorErrors { try jvp(at: [x], along: [t]) { NumbersAsGradient().callAsFunction($0[0]).sum() } }
    }
    #expect(error?.description.contains("a forward rule, or a gradient rule made of tensor operations") == true)
  }

  @Test func aMissingRuleOfAConvolution() throws {
    let image = Tensor(uniform: [1, 2, 5, 4], dtype: .float64)
    let weight = Tensor(uniform: [3, 2, 3, 3], dtype: .float64)
    let directions = [image.cos(), weight.sin()]
    let (_, found) = try jvp(at: [image, weight], along: directions) {
      apply(ConvolutionWithoutForwardRule(), $0)[0].sigmoid()
    }
    let (_, expected) = try jvp(at: [image, weight], along: directions) {
      apply(Convolution(), $0)[0].sigmoid()
    }
    #expect(found.isClose(to: expected, relative: 1e-12, absolute: 1e-13))
  }

  @Test func wholeNumbersHaveNoTangent() {
    #expect(throws: TensorError.self) {
      try jvp(at: [Tensor([1, 2], dtype: .int64)], along: [Tensor([1, 2], dtype: .int64)]) { $0[0] }
    }
  }
}

private struct CubeWithoutForwardRule: TensorOperation {
  static let name = "cube"
  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] { inputs }
  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] { [inputs[0] * inputs[0] * inputs[0]] }
  func saves(needs: [Bool]) -> Saves { .input(0) }
  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    [gradients[0].map { 3 * $0 * saved.input(0) * saved.input(0) }]
  }
  static let samples = [Sample(CubeWithoutForwardRule(), .real([3]))]
}

private struct ConvolutionWithoutForwardRule: TensorOperation {
  static let name = "plain_convolution"
  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] { try Convolution().outputs(for: inputs) }
  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] { Convolution().forward(inputs, as: outputs) }
  func saves(needs: [Bool]) -> Saves { Convolution().saves(needs: needs) }
  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    Convolution().backward(gradients, saved, needs: needs)
  }
  static let samples = [Sample(ConvolutionWithoutForwardRule(), .real([1, 2, 5, 4]), .real([3, 2, 3, 3]))]
}

private struct NumbersAsGradient: TensorOperation {
  static let name = "numbers_as_gradient"
  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] { inputs }
  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] { [inputs[0] * 2] }
  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    [gradients[0].map { Tensor($0.scalars(as: Double.self).map { $0 * 2 }, shape: $0.shape, dtype: .float64) }]
  }
  static let samples = [Sample(NumbersAsGradient(), .real([3]))]
}
