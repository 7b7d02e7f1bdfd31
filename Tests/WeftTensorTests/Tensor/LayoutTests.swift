import Testing
import WeftContract
import WeftTensor

@Suite struct LayoutTests {
  /// Every way of laying out a small tensor and every shape of the same size, against reading the elements one by one.
  @Test func viewStridesAgainstBruteForce() {
    var views = 0
    for (shape, strides) in Self.layouts {
      let elements = Self.places(shape, strides)
      for target in Self.shapes(of: shape.elementCount) {
        if let found = Layout.viewStrides(shape, strides, as: target) {
          views += 1
          #expect(Self.places(target, found) == elements, "\(shape) with strides \(strides) as \(target): \(found)")
        } else {
          #expect(!Self.someStridesRead(elements, as: target), "\(shape) with strides \(strides) as \(target)")
        }
      }
    }
    #expect(views > 200)
  }

  private static let layouts: [(Shape, AxisValues)] = {
    var found: [(Shape, AxisValues)] = []
    for shape in [
      [12], [3, 4], [2, 6], [2, 3, 2], [2, 1, 6], [1, 12, 1], [2, 2, 3], [4], [2, 2], [1], [], [0, 3],
    ] {
      let dense = Array(Tensor(zeros: Shape(shape)).strides)
      var ways = [dense, dense.reversed(), dense.map { $0 * 2 }, dense.map { -$0 }, dense.map { _ in 0 }]
      for axis in shape.indices {
        var repeated = dense
        repeated[axis] = 0
        ways.append(repeated)
      }
      found += ways.map { (Shape(shape), AxisValues($0)) }
    }
    return found
  }()

  private static func shapes(of count: Int) -> [Shape] {
    var found: [Shape] = [[count], [1, count], [count, 1]]
    guard count > 0 else { return found + [[0, 2, 5]] }
    for a in 1...count where count % a == 0 {
      for b in 1...(count / a) where (count / a) % b == 0 { found.append([a, b, count / a / b]) }
      found.append([a, count / a])
    }
    return found
  }

  /// Where each element lies, in row-major order.
  private static func places(_ shape: Shape, _ strides: AxisValues) -> [Int] {
    ReferenceArray.indices(of: shape.sizes).map { index in zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  private static func someStridesRead(_ elements: [Int], as target: Shape) -> Bool {
    // The strides are determined: the step from the first element to the next along each axis.
    let indices = ReferenceArray.indices(of: target.sizes)
    let strides = target.indices.map { axis -> Int in
      guard target[axis] > 1 else { return 0 }
      let next = indices.firstIndex { index in index.enumerated().allSatisfy { $1 == ($0 == axis ? 1 : 0) } }
      return elements[next ?? 0] - elements[0]
    }
    return places(target, AxisValues(strides)).map { $0 + elements[0] } == elements
  }

  @Test func viewsShareTheirStorage() {
    let x = Tensor((0..<24).map(Double.init), shape: [2, 3, 4])
    let views = [
      x.reshaped(to: [6, 4]), x.permuted(2, 0, 1), x.transposed(), x.sliced(axis: 2, step: 2),
      x.expanded(to: [5, 2, 3, 4]),
      x.unsqueezed(1), x.flattened(), x.sliced(axis: 1, step: -1), x.detach(),
      x.transposed().transposed().reshaped(to: [24]),
    ]
    for view in views { #expect(view.storage === x.storage) }
    #expect(x.transposed().reshaped(to: [24]).storage !== x.storage, "not expressible by strides: a copy")
    #expect(x.contiguous().storage === x.storage)
  }

  @Test func viewsReadTheRightElements() {
    let x = Tensor((0..<6).map(Double.init), shape: [2, 3])
    #expect(x.transposed().values == [0, 3, 1, 4, 2, 5])
    #expect(x.sliced(axis: 1, step: -2).values == [2, 0, 5, 3])
    #expect(x.sliced(axis: 1, step: -2).transposed().reshaped(to: [4]).values == [2, 5, 0, 3])
    #expect(x.sliced(axis: 0, from: 1).expanded(to: [2, 3]).values == [3, 4, 5, 3, 4, 5])
    #expect(x.transposed().contiguous().strides == [2, 1])
  }

  @Test func broadcastShapes() {
    #expect(Shape.broadcast([2, 3], [3]) == [2, 3])
    #expect(Shape.broadcast([2, 1], [3]) == [2, 3])
    #expect(Shape.broadcast([], [2]) == [2])
    #expect(Shape.broadcast([1], [0]) == [0])
    #expect(Shape.broadcast([0], [2]) == nil)
    #expect(Shape.broadcast([2], [3]) == nil)
    #expect(Shape.broadcast([4, 1, 6], [5, 1]) == [4, 5, 6])
  }

  @Test func resultsKeepTheMemoryOrderOfTheirInput() {
    let channelsLast = Tensor(ones: [2, 4, 4, 3]).permuted(0, 3, 1, 2)
    #expect((channelsLast * 2.0).strides == channelsLast.strides)
    #expect((channelsLast + Tensor(ones: [3, 1, 1])).strides == channelsLast.strides)
  }

  @Test func randomBroadcastsAgainstLoops() {
    var generator = TestRandom(1)
    for _ in 0..<300 {
      let shape = (0..<Int.random(in: 0...4, using: &generator)).map { _ in Int.random(in: 0...4, using: &generator) }
      let (a, b) = (Self.random(under: shape, &generator), Self.random(under: shape, &generator))
      let (x, y) = (ReferenceArray(a), ReferenceArray(b))
      guard let joined = Shape.broadcast(a.shape, b.shape) else { continue }
      let expected = ReferenceArray(shape: joined.sizes) { x[$0] * 2 - y[$0] }
      expectClose(a * 2.0 - b, expected, within: 0, "\(a.shape) \(a.strides) with \(b.shape) \(b.strides)")
    }
  }

  /// A tensor that broadcasts to `shape`, lying in memory in some way.
  private static func random(under shape: [Int], _ generator: inout TestRandom) -> Tensor {
    let kept = Array(shape.suffix(Int.random(in: 0...shape.count, using: &generator)))
    let sizes = kept.map { Int.random(in: 0..<3, using: &generator) == 0 ? 1 : $0 }
    let count = sizes.reduce(1, *)
    let plain = Tensor((0..<count).map { _ in Double(Int.random(in: -9...9, using: &generator)) }, shape: Shape(sizes))
    let layouts = MemoryLayouts.equal(to: plain)
    return layouts.isEmpty ? plain : layouts[Int.random(in: 0..<layouts.count, using: &generator)].tensor
  }
}

/// Random numbers that are the same in every run.
struct TestRandom: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    var word = state
    word = (word ^ (word >> 33)) &* 0xFF51_AFD7_ED55_8CCD
    return word ^ (word >> 33)
  }
}
