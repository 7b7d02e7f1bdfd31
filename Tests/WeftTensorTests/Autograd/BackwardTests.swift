import Synchronization
import Testing
import WeftTensor

@Suite struct BackwardTests {
  @Test func gradientsAddUpInLeaves() {
    let x = Tensor([1.0, 2, 3]).requiringGrad()
    (x * x).sum().backward()
    #expect(x.grad?.values == [2, 4, 6])
    (3 * x).sum().backward()
    #expect(x.grad?.values == [5, 7, 9])
    x.grad = nil
    x.sum().backward()
    #expect(x.grad?.values == [1, 1, 1])
  }

  @Test func aTensorUsedTwiceGetsBothContributions() {
    let x = Tensor([2.0]).requiringGrad()
    let y = x * x
    (y * x + y).sum().backward()
    #expect(x.grad?.values == [3 * 4 + 2 * 2])
  }

  @Test func broadcastingIsUndone() {
    let row = Tensor([1.0, 2, 3]).requiringGrad()
    let scalar = Tensor(2.0).requiringGrad()
    let column = Tensor([[1.0], [1]]).requiringGrad()
    (row * scalar + column).sum().backward()
    #expect(row.grad?.values == [4, 4, 4])
    #expect(scalar.grad?.shape == [])
    #expect(scalar.grad?.values == [12])
    #expect(column.grad?.shape == [2, 1])
    #expect(column.grad?.values == [3, 3])
  }

  @Test func gradientsHaveTheTypeOfTheirTensor() {
    let half = Tensor([1.0, 2], dtype: .float16).requiringGrad()
    let double = Tensor([3.0, 4], dtype: .float64).requiringGrad()
    (half * double).sum().backward()
    #expect(half.grad?.dtype == .float16)
    #expect(half.grad?.values == [3, 4])
    #expect(double.grad?.dtype == .float64)
    #expect(double.grad?.values == [1, 2])
  }

  @Test func aSeedOfTheOutputsShapeIsTakenInItsType() {
    let x = Tensor([1.0, 2]).requiringGrad()
    (x * x).backward(gradient: Tensor([1.0, 10], dtype: .float64))
    #expect(x.grad?.values == [2, 40])
    #expect(x.grad?.dtype == .float32)
  }

  @Test func detachCutsTheGraph() {
    let x = Tensor([3.0]).requiringGrad()
    let y = x * x.detach()
    #expect(!x.detach().requiresGrad)
    y.sum().backward()
    #expect(x.grad?.values == [3])
  }

  @Test func noGradRecordsNothingAndNests() {
    let x = Tensor([3.0]).requiringGrad()
    let alive = Node.liveCount
    _ = alive
    let (off, on) = noGrad { (x * 2, enableGrad { x * 2 }) }
    #expect(!off.requiresGrad)
    #expect(on.requiresGrad)
    #expect((x * 2).requiresGrad)
    #expect(noGrad { x.requiresGrad }, "a leaf stays one")
  }

  @Test func noGradHoldsAcrossAwait() async {
    let x = Tensor([3.0]).requiringGrad()
    let inside = await Task { x * 2 }.value
    #expect(inside.requiresGrad)
    let child = noGrad { Task { (x * 2).requiresGrad } }
    #expect(await child.value == false, "a task inherits the mode")
  }

  @Test func leavesAndResults() {
    var x = Tensor([3.0])
    #expect(x.isLeaf && !x.requiresGrad)
    x.requiresGrad = true
    #expect(x.isLeaf && x.requiresGrad)
    let y = x * 2
    #expect(!y.isLeaf)
    let old = x
    x.requiresGrad = false
    #expect(!x.requiresGrad)
    #expect(old.requiresGrad, "the other value keeps its leaf")
  }

  @Test func copiesShareTheLeaf() {
    let x = Tensor([3.0]).requiringGrad()
    let copy = x
    (copy * 2).sum().backward()
    #expect(x.grad?.values == [2])
    let fresh = x.requiringGrad()
    (fresh * 5).sum().backward()
    #expect(x.grad?.values == [2], "a new leaf has a gradient of its own")
    #expect(fresh.grad?.values == [5])
  }

  @Test func retainGraphAllowsASecondPass() {
    let x = Tensor([2.0]).requiringGrad()
    let y = (x * x).sum()
    y.backward(retainGraph: true)
    y.backward()
    #expect(x.grad?.values == [8])
  }

  @Test func aGraphThatSavedNothingMayBePassedTwice() {
    let x = Tensor([2.0]).requiringGrad()
    let y = (x + x).sum()
    y.backward()
    y.backward()
    #expect(x.grad?.values == [4])
  }

  @Test func createGraphGivesHigherDerivatives() throws {
    let x = Tensor([2.0], dtype: .float64).requiringGrad()
    let y = (x * x * x * x).sum()
    let first = try grad(of: y, with: x, createGraph: true)
    let second = try grad(of: first.sum(), with: x, createGraph: true)
    let third = try grad(of: second.sum(), with: x, createGraph: true)
    let fourth = try grad(of: third.sum(), with: x)
    #expect(first.values == [32])
    #expect(second.values == [48])
    #expect(third.values == [48])
    #expect(fourth.values == [24])
  }

  @Test func createGraphInBackwardMakesGradDifferentiable() {
    let x = Tensor([2.0], dtype: .float64).requiringGrad()
    (x * x * x).sum().backward(createGraph: true)
    let slope = x.grad ?? Tensor(0.0)
    #expect(slope.values == [12])
    x.grad = nil
    slope.sum().backward()
    #expect(x.grad?.values == [12], "the second derivative 6x")
  }

  @Test func gradientsWithoutCreateGraphAreConstants() throws {
    let x = Tensor([2.0]).requiringGrad()
    #expect(try !grad(of: (x * x).sum(), with: x).requiresGrad)
    (x * x).sum().backward()
    #expect(x.grad?.requiresGrad == false)
  }

  @Test func gradTouchesNobodysGrad() throws {
    let (x, y, z) = (Tensor([2.0]).requiringGrad(), Tensor([3.0]).requiringGrad(), Tensor([4.0]).requiringGrad())
    let found = try grad(of: [(x * y).sum(), (y * 5).sum()], with: [y, x, z])
    #expect(found[0]?.values == [7])
    #expect(found[1]?.values == [3])
    #expect(found[2] == nil)
    #expect(x.grad == nil && y.grad == nil)
  }

  @Test func gradOfInnerTensors() throws {
    let x = Tensor([2.0]).requiringGrad()
    let y = x * x
    let z = y * y
    #expect(try grad(of: z.sum(), with: y).values == [8])
    let w = x * 3
    let both = try grad(of: [w.sum(), (w * x).sum()], with: [w, x])
    #expect(both[0]?.values == [3], "1 from the first, x from the second")
    #expect(both[1]?.values == [3 + 6 + 6])
  }

  @Test func gradOnlyVisitsWhatLeadsToTheInputs() throws {
    let (x, y) = (Tensor([2.0]).requiringGrad(), Tensor([3.0]).requiringGrad())
    let loss = (x * x * 2 + Recorder()(y)).sum()
    Recorder.calls.withLock { $0 = 0 }
    _ = try grad(of: loss, with: x)
    #expect(Recorder.calls.withLock { $0 } == 0, "y's gradient was not asked for")
  }

  @Test func anOutputMayBeTheInput() throws {
    let x = Tensor([2.0]).requiringGrad()
    #expect(try grad(of: x, with: x).values == [1])
    x.backward()
    #expect(x.grad?.values == [1])
  }

  @Test func unusedOutputsOfAnOperationCountAsZero() throws {
    let x = Tensor([2.0, 3], dtype: .float64).requiringGrad()
    let parts = apply(SumAndProduct(), [x, x * 2])
    let found = try grad(of: parts[1].sum(), with: x)
    #expect(found.values == [8, 12])
  }

  @Test func backwardFromAnInvalidTensorDoesNothing() {
    #expect(throws: TensorError.self) {
      try withTensorErrors {
        let bad = Tensor([1.0, 2]) + Tensor([1.0, 2, 3])
        bad.backward()
      }
    }
  }
}

extension Tensor {
  /// All elements, for comparison with literals.
  var values: [Double] { scalars(as: Double.self) }
}
