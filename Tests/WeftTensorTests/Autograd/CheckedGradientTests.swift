import Testing
import WeftTensor

/// Gradients have the shape and type of their tensors wherever they enter, and what cannot be is said.
@Suite struct CheckedGradientTests {
  private func error(_ body: () throws -> Void) -> TensorError? {
    #expect(throws: TensorError.self) { try withTensorErrors(body) }
  }

  @Test func aGradientThatIsSetFits() {
    let leaf = Tensor([1.0, 2, 3]).requiringGrad()
    for wrong in [Tensor(ones: [2]), Tensor(ones: [1, 3]), Tensor(1.0), Tensor(ones: [3], dtype: .float64)] {
      #expect(error { leaf.grad = wrong }?.operation == "grad")
    }
    #expect(leaf.grad == nil)
    let inner = leaf.exp()
    #expect(error { inner.grad = Tensor(ones: [4]) }?.code == .shape)
    let scalar = Tensor(2.0, dtype: .float64).requiringGrad()
    scalar.grad = 3.0
    #expect(scalar.grad?.dtype == .float64 && scalar.grad?.item() == 3)
  }

  @Test func whatAHookGivesFits() {
    for wrong in [Tensor(ones: [2]), Tensor(ones: [2, 3]), Tensor(ones: [3], dtype: .float64)] {
      let leaf = Tensor([1.0, 2, 3]).requiringGrad()
      leaf.registerHook { _ in wrong }
      let found = error { leaf.exp().sum().backward() }
      #expect(found?.operation == "registerHook" && found?.got == "\(wrong.spec)")
      #expect(leaf.grad == nil)
      let other = Tensor([1.0, 2, 3]).requiringGrad()
      let inner = other.exp()
      inner.registerHook { _ in wrong }
      #expect(error { _ = try grad(of: inner.sum(), with: other) }?.operation == "registerHook")
    }
  }

  /// Gives the gradient of an input that is no input's, or too few.
  private struct Mistaken: TensorOperation {
    static let name = "mistaken"
    static let samples: [Sample] = []
    var count = 1
    func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] { [inputs[0]] }
    func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] { [inputs[0] + 0] }
    func saves(needs: [Bool]) -> Saves { [] }
    func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
      Array(repeating: Tensor(ones: [2]), count: count)
    }
  }

  @Test func whatARuleGivesFits() {
    let leaf = Tensor([1.0, 2, 3]).requiringGrad()
    let found = error { apply(Mistaken(), [leaf])[0].sum().backward() }
    #expect(found?.operation == "mistaken" && found?.got == "[2]")
    #expect(found?.expected == "a gradient rule that gives a gradient of input 0 that broadcasts with its shape [3]")
    #expect(
      error { apply(Mistaken(count: 0), [leaf])[0].sum().backward() }?.expected
        == "a gradient rule that gives 1 gradients, one for each input")
    #expect(leaf.grad == nil)
  }

  @Test func whatNoGradientReachesSaysSo() {
    let plain = Tensor([1.0])
    #expect(
      error { plain.grad = Tensor([1.0]) }?.description == """
        [grad]: expected a tensor that requires a gradient, got one that requires none
          tensor: float32 [1]
          hint: `requiringGrad()` makes a leaf; a frozen parameter learns again with `requiresGrad = true`
        """)
    plain.grad = nil
    #expect(error { plain.retainGrad() }?.operation == "retainGrad")
    #expect(error { plain.registerHook { $0 } }?.operation == "registerHook")
    #expect(error { plain.registerFinalGradientHook { _ in } }?.operation == "registerFinalGradientHook")
    let leaf = plain.requiringGrad()
    let found = error { leaf.exp().registerFinalGradientHook { _ in } }
    #expect(found?.got == "a result of `exp`" && found?.code == .unsupported)
    let detached = leaf.exp().detach()
    #expect(error { detached.retainGrad() }?.got.contains("`detach()` of a result of `exp`") == true)
    leaf.retainGrad()  // a leaf keeps its gradient anyway
  }

  @Test func hooksAreRemovedByTheirHandles() {
    let x = Tensor([1.0]).requiringGrad()
    let log = Log()
    let first = x.registerHook {
      log.add("first")
      return $0 * 2
    }
    x.registerHook { _ in
      log.add("second")
      return nil
    }
    let final = x.registerFinalGradientHook { _ in log.add("final") }
    (x * 3).sum().backward()
    #expect(x.grad?.item() == 6)
    first.remove()
    first.remove()
    final.remove()
    (x * 3).sum().backward()
    #expect(x.grad?.item() == 9)
    #expect(log.entries == ["first", "second", "final", "second"])
  }

  @Test func aHookThatHoldsItsTensorIsFreedWithItsHandle() {
    final class Token: Sendable {}
    weak var held: Token?
    do {
      let (x, token) = (Tensor([1.0]).requiringGrad(), Token())
      held = token
      let handle = x.registerHook { gradient in
        _ = token
        return gradient * x.detach()
      }
      (x * 2).sum().backward()
      #expect(held != nil)
      handle.remove()
    }
    #expect(held == nil)
  }
}

@Suite struct EndingDerivativeTests {
  private let x = Tensor([0.5, -2, 3], dtype: .float64)

  /// Derivatives of a sum end in zeros, however often they are asked for: a value of 0 is no error.
  @Test func derivativesThatEndAreZero() throws {
    let functions: [(String, (Tensor) -> Tensor)] = [
      ("square", { $0.pow(2) }), ("power", { $0.pow(Tensor(2.0)) }), ("cube", { $0.pow(3) }), ("product", { $0 * $0 }),
      ("scaled", { $0 * 3 }), ("sum", { $0 + 1 }), ("negative", { -$0 }), ("relu", { $0.relu() }),
      ("size", { $0.abs() }),
      ("inner", { matmul($0, $0) }), ("cut", { $0[0..<2] }), ("clamped", { $0.clamped(low: 0) }),
      ("mean", { $0.mean() }), ("largest", { $0.max() }), ("running", { $0.cumulativeSum(axis: 0) }),
    ]
    for (name, function) in functions {
      let first: (Tensor) throws -> Tensor = grad(of: { function($0).sum() })
      let fourth = grad(of: { try grad(of: { try grad(of: { try first($0).sum() })($0).sum() })($0).sum() })
      let found = try fourth(x)
      #expect(found.shape == x.shape && found.scalars(as: Double.self).allSatisfy { $0 == 0 }, "\(name)")
    }
  }

  @Test func byHandToo() throws {
    let leaf = x.requiringGrad()
    let first = try grad(of: leaf.pow(2).sum(), with: leaf, createGraph: true)
    let second = try grad(of: first.sum(), with: leaf, createGraph: true)
    #expect(second.values == [2, 2, 2])
    let third = try grad(of: second.sum(), with: leaf)
    #expect(third.values == [0, 0, 0])
    let other = x.requiringGrad()
    (other * 3).sum().backward(createGraph: true)
    let slope = try #require(other.grad)
    #expect(slope.values == [3, 3, 3])
    #expect(try grad(of: slope.sum(), with: other).values == [0, 0, 0])
  }

  @Test func insideTransforms() throws {
    let second: (Tensor) throws -> Tensor = grad(of: { try grad(of: { ($0 * 3).sum() })($0).sum() })
    #expect(try vmap(over: [x]) { [try second($0[0])] }[0].values == [0, 0, 0])
    #expect(try jvp(at: [x], along: [x]) { try second($0[0]) }.tangent.values == [0, 0, 0])
  }

  @Test func aLossThatReachesNothingIsAnErrorStill() {
    #expect(throws: TensorError.self) { try grad(of: { _ in Tensor(1.0) })(x) }
  }
}

@Suite struct SeveralTensorTests {
  private let a = Tensor([0.5, 2], dtype: .float64)
  private let b = Tensor([3.0, -1], dtype: .float64)

  @Test func aPullbackOfSeveralResults() throws {
    let (values, pullback) = vjp(at: [a, b]) { x in [x[0] * x[1], x[0].exp(), Tensor(ones: [2], dtype: .float64)] }
    #expect(values.count == 3 && values[0].values == [1.5, -2])
    let ones = Tensor(ones: [2], dtype: .float64)
    let found = try pullback([ones, ones * 2, ones])
    #expect(found[0].isClose(to: b + 2 * a.exp(), relative: 1e-12))
    #expect(found[1].isClose(to: a, relative: 1e-12))
    #expect(throws: TensorError.self) { try pullback([ones]) }
    #expect(throws: TensorError.self) { try pullback([ones, ones, Tensor(ones: [3])]) }
    #expect(throws: TensorError.self) { try pullback([Tensor(ones: [3]), ones, ones]) }
    let constant = vjp(at: [a]) { _ in [ones] }
    #expect(try constant.pullback([ones])[0].values == [0, 0])
  }

  @Test func aCheckpointOfSeveralTensors() throws {
    func gradients(_ run: ([Tensor], @escaping ([Tensor]) -> [Tensor]) -> [Tensor]) throws -> [[Double]] {
      let leaves = [a.requiringGrad(), b.requiringGrad()]
      let results = run(leaves) { x in [(x[0] * x[1]).tanh(), x[0].exp() * x[1]] }
      #expect(results.count == 2)
      (results[0] * 2 + results[1]).sum().backward()
      return leaves.map { $0.grad?.scalars(as: Double.self) ?? [] }
    }
    let plain = try gradients { $1($0) }
    #expect(try gradients { checkpoint($0, $1) } == plain)
    #expect(try gradients { inputs, body in checkpoint { body(inputs) } } == plain)
    let leaf = a.requiringGrad()
    let one: Tensor = checkpoint([leaf]) { $0[0].exp().sum() }
    one.backward()
    #expect(leaf.grad?.isClose(to: a.exp(), relative: 1e-12) == true)
    #expect(noGrad { checkpoint([a]) { [$0[0] * 2] } }[0].values == [1, 4])
  }
}
