import Testing
import WeftTensor

@Suite struct CheckpointTests {
  /// A small network with a captured weight and noise drawn inside.
  private func network(_ x: Tensor, _ w: Tensor, noise: Bool = false) -> Tensor {
    let hidden = x.matmul(w).tanh()
    let scale = noise ? Tensor(uniform: hidden.shape, dtype: .float64) : Tensor(ones: hidden.shape, dtype: .float64)
    return (hidden * scale).exp()
  }

  private let x = Tensor((0..<6).map { Double($0) / 7 }, shape: [2, 3], dtype: .float64)
  private let w = Tensor((0..<9).map { Double($0) / 11 - 0.3 }, shape: [3, 3], dtype: .float64)

  private func gradients(noise: Bool, _ run: (@escaping () -> Tensor) -> Tensor) -> [[Double]] {
    let (a, b) = (x.requiringGrad(), w.requiringGrad())
    Random.withSeed(5) { run { network(a, b, noise: noise) }.sum().backward() }
    return [a, b].map { $0.grad?.scalars(as: Double.self) ?? [] }
  }

  @Test(arguments: [false, true]) func gradientsAreThoseOfThePlainPass(noise: Bool) {
    let plain = gradients(noise: noise) { $0() }
    #expect(plain.allSatisfy { !$0.isEmpty })
    #expect(gradients(noise: noise) { checkpoint($0) } == plain)
    #expect(gradients(noise: noise) { body in checkpoint { checkpoint(body) } } == plain)
  }

  @Test func secondDerivativesFlowThrough() throws {
    let a = x.requiringGrad()
    func second(_ run: (@escaping () -> Tensor) -> Tensor) throws -> [Double] {
      let first = try grad(of: run { network(a, w) }.sum(), with: a, createGraph: true)
      return try grad(of: (first * first).sum(), with: a).scalars(as: Double.self)
    }
    let (plain, checkpointed) = (try second { $0() }, try second { checkpoint($0) })
    #expect(plain == checkpointed)
  }

  @Test func activationsAreNotKept() {
    func liveAfterForward(_ run: (@escaping (Tensor) -> Tensor, Tensor) -> Tensor) -> Int {
      let before = Memory.stats.live
      var y = Tensor(ones: [1000]).requiringGrad()
      for _ in 0..<10 { y = run({ x in (0..<10).reduce(x) { y, _ in y.tanh() } }, y) }
      let after = Memory.stats.live
      y.sum().backward()
      return after - before
    }
    let plain = liveAfterForward { body, x in body(x) }
    let checkpointed = liveAfterForward { body, x in checkpoint { body(x) } }
    #expect(checkpointed < plain / 4)
  }

  @Test func aBodyThatChangesIsReported() {
    var calls = 0
    let a = x.requiringGrad()
    #expect(throws: TensorError.self) {
      try withTensorErrors {
        let y = checkpoint {
          calls += 1
          return calls == 1 ? a.exp() : a.exp().exp()
        }
        y.sum().backward()
      }
    }
  }

  @Test func aSecondPassFails() {
    let a = x.requiringGrad()
    let y = checkpoint { a.exp() }.sum()
    y.backward()
    #expect(throws: TensorError.self) { try withTensorErrors { y.backward() } }
  }
}

@Suite struct SeedTests {
  @Test func seedsMustBeAsManyAsOutputs() {
    let x = Tensor([1.0, 2.0]).requiringGrad()
    #expect(throws: TensorError.self) { try grad(of: [x * x, x.exp()], with: [x], seeds: [nil]) }
    #expect(throws: TensorError.self) { try grad(of: [x.exp().sum()], with: [x], seeds: [nil, nil]) }
  }
}
