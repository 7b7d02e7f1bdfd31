import Testing
import WeftTensor

/// Statistics of tensors in which some groups (rows, columns, channels) hold numbers whose squares, powers or sums leave
/// the type's range: these are found in a second look, and it touches no other group.
@Suite struct StatisticsByGroupTests {
  typealias Function = @Sendable (_ x: Tensor, _ axis: Int) -> Tensor

  static let functions: [String: Function] = [
    "norm 2": { $0.norm(axis: $1, keepDims: true) }, "norm 3": { $0.norm(order: 3, axis: $1, keepDims: true) },
    "norm -2": { $0.norm(order: -2, axis: $1, keepDims: true) },
    "norm 0.5": { $0.norm(order: 0.5, axis: $1, keepDims: true) },
    "standardDeviation": { $0.standardDeviation(axis: $1, keepDims: true) },
    "variance": { $0.variance(axis: $1, keepDims: true) },
    "mean of deviations": { $0.standardDeviationAndMean(axis: $1, keepDims: true).mean },
    "mean": { $0.mean(axis: $1, keepDims: true) },
  ]
  static let ofRows: [String: Function] = [
    "layerNormalized": { x, _ in x.layerNormalized(epsilon: 0) }, "with epsilon": { x, _ in x.layerNormalized() },
    "rmsNormalized": { x, _ in x.rmsNormalized(epsilon: 0) },
  ]

  private static let width = 67
  /// Rows of ordinary numbers, and those that are not.
  private static func ordinary(_ count: Int, _ seed: UInt64 = 3) -> Tensor {
    Random.withSeed(seed) { Tensor(normal: [count, width]) + 0.3 }
  }
  static let special: [String: Tensor] = [
    "zeros": Tensor(zeros: [1, width]), "tiny": ordinary(1, 5) * 1e-30, "huge": ordinary(1, 5) * 1e30,
    "constant": Tensor(full: [1, width], 0.1), "NaN": ordinary(1, 5) + Tensor(Float.nan),
    "an infinity": Tensor((0..<width).map { $0 == 5 ? -Float.infinity : Float($0) }, shape: [1, width]),
    "one number": Tensor((0..<width).map { $0 == 9 ? Float(1e-25) : 0 }, shape: [1, width]),
  ]

  /// How rows lie in a tensor, the axis along them, and how one number or line for each is brought back.
  private static var layouts: [(to: (Tensor) -> Tensor, axis: Int, back: (Tensor) -> Tensor)] {
    [
      ({ $0 }, 1, { $0 }),
      ({ $0.transposed() }, 0, { $0.transposed() }),
      ({ $0.transposed().contiguous() }, 0, { $0.transposed() }),
      ({ stacked([$0 + 1, $0]).transposed(1, 2).contiguous() }, 1, { $0[1].transposed() }),
      ({ $0.unsqueezed(1).expanded(to: [$0.shape[0], 3, width]) }, -1, { $0[0..., 2] }),
    ]
  }

  @Test(arguments: functions.keys.sorted(), special.keys.sorted())
  func eachGroupIsTreatedByItself(_ name: String, _ kind: String) throws {
    let function = try #require(Self.functions[name])
    let row = try #require(Self.special[kind])
    for layout in Self.layouts { expect(name, kind, row, function, layout) }
  }

  @Test(arguments: ofRows.keys.sorted(), special.keys.sorted())
  func eachRowIsTreatedByItself(_ name: String, _ kind: String) throws {
    let function = try #require(Self.ofRows[name])
    let row = try #require(Self.special[kind])
    for place in [0, 4] { expect(name, kind, row, function, Self.layouts[place]) }
  }

  /// Rows 1, 3 and 4 are `row`; the others are, to the bit, what they are beside ordinary ones.
  private func expect(
    _ name: String, _ kind: String, _ row: Tensor, _ function: Function,
    _ layout: (to: (Tensor) -> Tensor, axis: Int, back: (Tensor) -> Tensor)
  ) {
    let plain = Self.ordinary(6)
    let mixed = concatenated([plain[0..<1], row, plain[2..<3], row, row, plain[5..<6]], axis: 0)
    func results(_ x: Tensor) -> Tensor { layout.back(function(layout.to(x), layout.axis)) }
    let (found, expected, single) = (results(mixed), results(plain), function(row, 1))
    #expect(found.shape == expected.shape, "\(name), \(kind)")
    for place in 0..<6 {
      let isSpecial = [1, 3, 4].contains(place)
      let (mine, theirs) = (found[place].scalars(as: Float.self), (isSpecial ? single[0] : expected[place]))
      let wanted = theirs.scalars(as: Float.self)
      let isRight = zip(mine, wanted).allSatisfy { a, b in
        a == b || (a.isNaN && b.isNaN) || (isSpecial && abs(a - b) <= 3e-6 * abs(b))
      }
      #expect(
        isRight, "\(name), \(kind), axis \(layout.axis), row \(place): \(mine.prefix(3)), not \(wanted.prefix(3))")
    }
  }

  /// float64's numbers end later, in the same way.
  @Test(arguments: [1e-300, 1e300]) func inFloat64(_ scale: Double) {
    let plain = Self.ordinary(3).converted(to: .float64)
    let mixed = plain * Tensor([[1.0], [0], [scale]], dtype: .float64)
    for order in [2.0, 3] {
      let (found, expected) = (mixed.norm(order: order, axis: 1), plain.norm(order: order, axis: 1))
      #expect(found[0].item() == expected[0].item() && found[1].item() == 0)
      #expect(abs(found[2].item() / scale / expected[2].item() - 1) < 1e-14)
    }
    let (found, expected) = (mixed.standardDeviation(axis: 1), plain.standardDeviation(axis: 1))
    #expect(found[0].item() == expected[0].item() && found[1].item() == 0)
    #expect(abs(found[2].item() / scale / expected[2].item() - 1) < 1e-14)
  }

  /// The diagonal of zeros leaves the distances beside it as they are between other points; tiny and huge ones are right.
  @Test(arguments: [2.0, 3]) func distances(_ order: Double) {
    let (points, others) = (Self.ordinary(40), Self.ordinary(40, 8))
    let found = cdist(points, points, order: order, usesProducts: false)
    let beside = cdist(
      points, concatenated([others[0..<20], points[20..<21], others[21...]], axis: 0), order: order,
      usesProducts: false)
    for row in 0..<40 where row != 20 { #expect(found[row, 20].item() == beside[row, 20].item()) }
    for row in 0..<40 { #expect(found[row, row].item() == 0) }
    let scales = Tensor([1, 1e-30, 1e30, 0, 1, 1e-30]).unsqueezed(1)
    let mixed = cdist(points[0..<6] * scales, Tensor(zeros: [2, Self.width]), order: order)
    let expected = points[0..<6].norm(order: order, axis: 1) * scales.squeezed(1)
    for column in 0..<2 {
      #expect(mixed[0..., column].isClose(to: expected, relative: 1e-5, absolute: 0))
    }
  }

  /// More groups than are copied at once, and more than one thread looks at.
  @Test func manyGroups() {
    let count = 50_000
    let flags = Tensor((0..<count).map { Float($0 % 3) }, shape: [count, 1])
    // A third zeros, a third ordinary, a third tiny.
    let x = Random.withSeed(4) { Tensor(normal: [count, 40]) } * Tensor.where(flags .== 2, 1e-30, flags)
    let exact = x.converted(to: .float64).norm(axis: 1)
    let isNear = x.norm(axis: 1).converted(to: .float64).isClose(to: exact, relative: 1e-6, absolute: 0)
    #expect(isNear)
    #expect(x.transposed().contiguous().norm(axis: 0).isClose(to: x.norm(axis: 1), relative: 1e-6, absolute: 0))
    #expect(!x.norm(axis: 1).hasNonfinite)
  }

  /// Batch normalization has its statistics in float64 where one channel needs it, and other channels as they were.
  @Test func channels() {
    let x = Self.ordinary(32)
    let scales = Tensor((0..<Self.width).map { $0 == 3 ? Float(1e30) : $0 == 7 ? 0 : 1 })
    let (found, expected) = ((x * scales).batchNormalized(epsilon: 0).output, x.batchNormalized(epsilon: 0).output)
    for channel in 0..<Self.width where channel != 7 {
      #expect(found[0..., channel].isClose(to: expected[0..., channel], relative: 1e-5, absolute: 1e-5))
    }
  }
}

extension Tensor {
  fileprivate var hasNonfinite: Bool { scalars(as: Double.self).contains { !$0.isFinite } }
}
