import Testing
import WeftTensor

@Suite struct TransformTests {
  let x = Tensor([1.0, 2], dtype: .float64)

  @Test func pullbacksMayBeCalledAgain() throws {
    let (value, pullback) = vjp(at: [x]) { $0[0] * $0[0] }
    #expect(value.values == [1, 4])
    #expect(try pullback(Tensor([1.0, 0]))[0].values == [2, 0])
    #expect(try pullback(Tensor([0.0, 1]))[0].values == [0, 4])
  }

  @Test func forwardDerivatives() throws {
    let (value, tangent) = try jvp(at: [x, x], along: [x.onesLike(), x]) { $0[0] * $0[1].exp() }
    #expect(value.values.count == 2)
    let expected = zip(x.values, value.values).map { x, y in y / x + y * x }
    #expect(zip(tangent.values, expected).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test func forwardDerivativeOfALinearFunction() throws {
    #expect(try jvp(at: [x], along: [x]) { $0[0] * 3 }.tangent.values == [3, 6])
    #expect(try jvp(at: [x], along: [x]) { _ in Tensor([1.0]) }.tangent.values == [0])
  }

  @Test func jvpRefusesTangentsOfAnotherShape() {
    #expect(throws: TensorError.self) { try jvp(at: [x], along: [Tensor([1.0])]) { $0[0] } }
  }

  @Test func valuesAndGradients() throws {
    let (value, gradients) = try valueAndGrad(at: [x, x]) { ($0[0] * $0[0] * $0[1]).sum() }
    #expect(value.item() == 9)
    #expect(gradients.map(\.values) == [[2, 8], [1, 4]])
  }

  @Test func gradNests() throws {
    let cube: @Sendable (Tensor) -> Tensor = { $0 * $0 * $0 }
    let at = Tensor(2.0, dtype: .float64)
    #expect(try grad(of: cube)(at).item() == 12)
    #expect(try grad(of: grad(of: cube))(at).item() == 12)
    #expect(try grad(of: grad(of: grad(of: cube)))(at).item() == 6)
  }

  @Test func innerDerivativesDoNotSeeTheOuterOnes() throws {
    // d/dx (x · d/dy (x + y)) at y = 1: perturbations must not be confused.
    let outer = try grad(of: { x in
      try x * grad(of: { y in x + y })(Tensor(1.0, dtype: .float64))
    })(Tensor(1.0, dtype: .float64))
    #expect(outer.item() == 1)
    // The same with the outer variable itself as the inner point: d/dx (x · d/dy (x · y) at y = x) = d/dx x².
    let same = try grad(of: { x in try x * grad(of: { y in x * y })(x) })(Tensor(3.0, dtype: .float64))
    #expect(same.item() == 6)
  }

  @Test func jacobians() throws {
    let found = try jacobian(at: x) { concatenated([$0 * $0, $0.sum().unsqueezed(0)]) }
    #expect(found.shape == [3, 2])
    #expect(found.values == [2, 0, 0, 4, 1, 1])
    #expect(try jacobian(at: x) { $0.sliced(axis: 0, to: 0) }.shape == [0, 2])
    #expect(try jacobian(at: x) { $0.sum() }.shape == [2])
  }

  @Test func hessians() throws {
    let found = try hessian(at: x) { ($0 * $0 * $0).sum() + $0.sum() * $0.sum() }
    #expect(found.shape == [2, 2])
    #expect(found.values == [6 + 2, 2, 2, 12 + 2])
  }

  @Test func transformsWorkInsideNoGrad() throws {
    let slope = try noGrad { try grad(of: { $0 * $0 })(Tensor(3.0)) }
    #expect(slope.item() == 6)
    let (_, pullback) = noGrad { vjp(at: [x]) { $0[0] * $0[0] } }
    #expect(try noGrad { try pullback(x)[0] }.values == [2, 8])
    #expect(try noGrad { try hessian(at: x) { ($0 * $0).sum() } }.values == [2, 0, 0, 2])
    #expect(try noGrad { try jvp(at: [x], along: [x]) { $0[0] * $0[0] } }.tangent.values == [2, 8])
  }

  @Test func gradientsOfTransformsReachCapturedTensors() throws {
    // A gradient penalty: the slope at x of a function with a parameter, differentiated by the parameter.
    let w = Tensor([3.0, 5], dtype: .float64).requiringGrad()
    let slope = try grad(of: { (w * $0 * $0).sum() })(x)
    (slope * slope).sum().backward()
    #expect(w.grad?.values == [8 * 3, 8 * 4 * 5])
  }
}
