import Glibc
import Testing
import WeftTensor

/// Default recursion ends far below either on a stack of this size.
#if DEBUG
  private let longChain = 200_000
#else
  private let longChain = 1_000_000
#endif

@Suite(.serialized) struct DeepGraphTests {
  @Test func aChainOfAMillionOperationsOnASmallStack() async {
    await #expect(processExitsWith: .success) {
      onSmallStack {
        let x = Tensor(1.0).requiringGrad()
        var y = x
        for _ in 0..<longChain { y = y + 1.0 }
        y.backward()
        precondition(x.grad?.item() == 1)
        precondition(Node.liveCount == longChain + 1)
        y = x
        precondition(Node.liveCount == 1, "the chain is freed")
      }
    }
  }

  @Test func aChainWithSavedTensorsAndGradientsOfGradients() async {
    await #expect(processExitsWith: .success) {
      onSmallStack {
        let x = Tensor(1.0, dtype: .float64).requiringGrad()
        var y = x
        for _ in 0..<longChain / 10 { y = y * 1.0000001 + x * 0.0 }
        let slope = try? grad(of: y, with: x, createGraph: true)
        precondition(abs((slope?.item() ?? 0) - 1) < 0.02)
        y = x
      }
    }
  }

  @Test func aLadderWhereEveryNodeIsUsedTwice() async {
    await #expect(processExitsWith: .success) {
      onSmallStack {
        // 2^k paths: a walk by paths would never end.
        let x = Tensor(1.0, dtype: .float64).requiringGrad()
        var y = x
        for _ in 0..<longChain / 10 { y = (y + y) * 0.5 }
        y.backward()
        precondition(x.grad?.item() == 1)
      }
    }
  }

  @Test func aWideGraph() {
    let x = Tensor([1.0, 2]).requiringGrad()
    let parts = (0..<5_000).map { x * Double($0 % 3) }
    concatenated(parts).sum().backward()
    #expect(x.grad?.values == [4_999, 4_999])
  }

  @Test func freeingALongChainThatIsPartlyShared() {
    let x = Tensor(1.0).requiringGrad()
    var y = x
    for _ in 0..<1_000 { y = y + 1.0 }
    let middle = y
    for _ in 0..<1_000 { y = y + 1.0 }
    y = x
    middle.backward()
    #expect(x.grad?.item() == 1)
  }
}

/// Runs `body` on a thread with a stack of 512 KB and waits for it.
func onSmallStack(_ body: @escaping @Sendable () -> Void) {
  final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  pthread_attr_setstacksize(&attributes, 512 * 1024)
  var thread = pthread_t()
  let box = Unmanaged.passRetained(Box(body))
  pthread_create(
    &thread, &attributes,
    { pointer in
      guard let pointer else { return nil }
      Unmanaged<Box>.fromOpaque(pointer).takeRetainedValue().body()
      return nil
    }, box.toOpaque())
  pthread_join(thread, nil)
}
