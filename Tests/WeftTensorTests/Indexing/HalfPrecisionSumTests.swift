import Testing
import WeftTensor

/// Sums of many numbers of few bits are kept in float32 (of integers in int64) and rounded once: bfloat16 counts no further
/// than 256 when each addition rounds, float16 than 2048.
@Suite(.serialized) struct HalfPrecisionSumTests {
  static let types: [DType] = [.bfloat16, .float16]
  static let count = 3000
  /// The nearest number that both types have: 3000 in float16, and in bfloat16 a multiple of 16.
  private func rounded(_ dtype: DType) -> Double { dtype == .float16 ? 3000 : 3008 }

  private func ones(_ shape: Shape, _ dtype: DType) -> Tensor { Tensor(ones: shape, dtype: dtype) }
  private let zeros = Tensor(zeros: [count], dtype: .int64)

  @Test(arguments: types) func sumsByIndex(_ dtype: DType) {
    let start = Tensor(zeros: [2], dtype: dtype)
    let values = ones([Self.count], dtype)
    let sums = [
      start.scatterAdded(values, at: zeros, axis: 0), start.indexAdded(values, at: zeros, axis: 0),
      start.scatterReduced(values, at: zeros, axis: 0, by: .sum),
      start.scatterReduced(values, at: zeros, axis: 0, by: .sum, includesSelf: false),
      start.putting(values, at: [zeros], accumulates: true), start.putting(values, at: zeros, accumulates: true),
      zeros.binCount(weights: values, minimumLength: 2),
      Tensor(zeros: [2, 1], dtype: dtype).indexAdded(values.unsqueezed(1), at: zeros, axis: 0),
      Tensor(zeros: [1, 2], dtype: dtype).indexAdded(values.unsqueezed(0), at: zeros, axis: 1),
    ]
    for sum in sums {
      #expect(sum.dtype == dtype && sum.scalars(as: Double.self) == [rounded(dtype), 0])
    }
    let alone = start.scatterReduced(values, at: zeros, axis: 0, by: .mean, includesSelf: false)
    #expect(alone.dtype == dtype && alone.scalars(as: Double.self) == [1, 0])
    let shared = start.scatterReduced(values, at: zeros, axis: 0, by: .mean)
    let exact = Tensor([Float(Self.count) / Float(Self.count + 1)]).converted(to: dtype).item()
    #expect(shared.dtype == dtype && shared.scalars(as: Double.self) == [exact, 0])
  }

  @Test(arguments: types) func gradients(_ dtype: DType) throws {
    let table = ones([2, 1], dtype)
    let column = zeros.unsqueezed(1)
    let readings: [(String, (Tensor) -> Tensor)] = [
      ("embedding", { $0.embedding(zeros) }), ("gathered", { $0.expanded(to: [2, 1]).gathered(column, axis: 0) }),
      ("indexSelected", { $0.indexSelected(zeros, axis: 0) }), ("subscript", { $0[zeros] }),
      ("taken", { $0.taken(at: zeros) }), ("takenAlong", { $0.takenAlong(column, axis: 0) }),
      ("bag", { $0.embeddingBag(zeros, offsets: Tensor([0]), mode: .sum) }),
      ("turned", { $0.transposed().indexSelected(zeros, axis: 1) }),
    ]
    for (name, reading) in readings {
      let gradient = try grad { reading($0).converted(to: .float32).sum() }(table)
      #expect(gradient.dtype == dtype && gradient.scalars(as: Double.self) == [rounded(dtype), 0], "\(name)")
    }
  }

  /// A tensor that is used many times gets as many gradients in one pass.
  @Test(arguments: types) func gradientsOfManyUses(_ dtype: DType) throws {
    let x = ones([1], dtype)
    let uses: [(String, (Tensor) -> Tensor)] = [
      ("sum", { x in (0..<Self.count).reduce(Tensor(zeros: [], dtype: .float32)) { sum, _ in sum + x.sum() } }),
      ("stacked", { x in stacked((0..<Self.count).map { _ in x }) }),
      ("concatenated", { x in concatenated((0..<Self.count).map { _ in x }) }),
      (
        "inner",
        { x in
          let y = x * 1
          return stacked((0..<Self.count).map { _ in y })
        }
      ),
    ]
    for (name, use) in uses {
      let leaf = x.requiringGrad()
      use(leaf).converted(to: .float32).sum().backward()
      #expect(leaf.grad?.dtype == dtype && leaf.grad?.item() == rounded(dtype), "\(name)")
      let again = try grad(of: use(leaf).converted(to: .float32).sum(), with: leaf, createGraph: true)
      #expect(again.dtype == dtype && again.item() == rounded(dtype), "\(name), with a graph")
      let each = try vmap { y in try grad { use($0).converted(to: .float32).sum() }(y) }(ones([2, 1], dtype))
      #expect(each.scalars(as: Double.self) == [rounded(dtype), rounded(dtype)], "\(name), vmap")
    }
  }

  /// Two are added as they are.
  @Test(arguments: types) func gradientsOfTwoUses(_ dtype: DType) {
    let leaf = Tensor([1.0, 3], dtype: dtype).requiringGrad()
    (leaf * leaf).sum().backward()
    #expect(leaf.grad?.dtype == dtype && leaf.grad?.scalars(as: Double.self) == [2, 6])
  }

  @Test(arguments: types) func bagsAndCounts(_ dtype: DType) {
    let table = ones([2, 1], dtype)
    let bag = { (mode: EmbeddingBagMode) in table.embeddingBag(zeros, offsets: Tensor([0]), mode: mode) }
    #expect(bag(.sum).item() == rounded(dtype) && bag(.mean).item() == 1 && bag(.sum).dtype == dtype)
    let weights = ones([Self.count], dtype)
    #expect(
      table.embeddingBag(zeros, offsets: Tensor([0]), mode: .sum, perSampleWeights: weights).item() == rounded(dtype))
    let histogram = ones([Self.count], dtype).histogram(bins: 1, range: 0...2)
    #expect(histogram.counts.dtype == dtype && histogram.counts.item() == rounded(dtype))
    #expect(ones([Self.count], dtype).histogram(bins: 1, range: 0...2, isDensity: true).counts.item() == 0.5)
    #expect(
      ones([Self.count], dtype).histogram(bins: 1, range: 0...2, weights: weights).counts.item() == rounded(dtype))
  }

  /// The shares of 3,000 equal extremes add up to 1.
  @Test(arguments: types) func ties(_ dtype: DType) throws {
    let values = ones([Self.count], dtype)
    let slope = try grad {
      Tensor(zeros: [1], dtype: dtype).scatterReduced($0, at: zeros, axis: 0, by: .maximum).sum()
    }(values)
    let share = Tensor([1 / Float(Self.count)]).converted(to: dtype).item()
    #expect(slope[0].item() == share && slope[-1].item() == share)
    let jointly = try jvp(at: [values], along: [values]) {
      Tensor(zeros: [1], dtype: dtype).scatterReduced($0[0], at: zeros, axis: 0, by: .maximum)
    }.1
    #expect(jointly.dtype == dtype && jointly.item() == 1)
  }

  /// Windows that overlap: their gradients meet in one element.
  @Test(arguments: types) func overlappingWindows(_ dtype: DType) throws {
    let x = Tensor(zeros: [1, 1, 40, 40], dtype: dtype)
    var peak = x
    peak[0, 0, 20, 20] = 1
    let pooled = try grad { $0.maxPooled(kernel: 20, stride: 1).converted(to: .float32).sum() }(peak)
    // 400 windows have the peak; the other 41 lie in corners without it and give to their own first element.
    #expect(pooled[0, 0, 20, 20].item() == 400)
    let windows = try grad { $0.slidingWindows(axis: 0, size: 700).converted(to: .float32).sum() }(ones([1400], dtype))
    #expect(windows[699].item() == Tensor([700.0]).converted(to: dtype).item())
  }

  @Test func meansOfIntegersDoNotWrap() {
    let start = Tensor(zeros: [2], dtype: .int8)
    let values = Tensor([100, 100, 100] as [Int8])
    let places = Tensor([0, 0, 0])
    let alone = start.scatterReduced(values, at: places, axis: 0, by: .mean, includesSelf: false)
    #expect(alone.dtype == .int8 && alone.scalars(as: Int.self) == [100, 0])
    #expect(start.scatterReduced(values, at: places, axis: 0, by: .mean).scalars(as: Int.self) == [75, 0])
    #expect(start.indexReduced(values, at: places, axis: 0, by: .mean).scalars(as: Int.self) == [75, 0])
    let bytes = Tensor([200, 250, 255] as [UInt8])
    let mean = Tensor(zeros: [1], dtype: .uint8)
      .scatterReduced(bytes, at: places, axis: 0, by: .mean, includesSelf: false)
    #expect(mean.dtype == .uint8 && mean.item() == 235)
  }

  /// Derivatives of products, which are made in several steps, round once too.
  @Test(arguments: types) func derivativesOfProducts(_ dtype: DType) throws {
    let x = Tensor((0..<20).map { 1 + Float($0 % 5) / 16 }, dtype: dtype)
    func exact(_ function: @escaping (Tensor) -> Tensor) throws -> [Double] {
      try grad { function($0).sum() }(x.converted(to: .float64)).converted(to: dtype).scalars(as: Double.self)
    }
    let functions: [(Tensor) -> Tensor] = [
      { $0.product() },
      {
        Tensor(ones: [1], dtype: $0.dtype).scatterReduced(
          $0, at: Tensor(zeros: [20], dtype: .int64), axis: 0, by: .product)
      },
    ]
    for function in functions {
      #expect(try grad { function($0).converted(to: .float32).sum() }(x).scalars(as: Double.self) == exact(function))
    }
  }
}
