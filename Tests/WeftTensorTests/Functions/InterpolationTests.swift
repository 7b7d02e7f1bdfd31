import Testing
import WeftTensor

/// Between numbers that are infinite, or farther apart than the largest number.
@Suite struct InterpolationTests {
  static let infinity = Double.infinity
  /// The elements, q, and what is found in the order of the modes (linear, lower, higher, midpoint, nearest).
  static let cases: [(x: [Double], q: Double, expected: [Double])] = [
    ([-infinity, 1], 0, [-infinity, -infinity, -infinity, -infinity, -infinity]),
    ([1, infinity], 1, [infinity, infinity, infinity, infinity, infinity]),
    ([1, infinity], 0, [1, 1, 1, 1, 1]), ([-infinity, 1], 1, [1, 1, 1, 1, 1]),
    ([-infinity, -infinity, 1], 0.25, [-infinity, -infinity, -infinity, -infinity, -infinity]),
    ([-infinity, 1], 0.25, [-infinity, -infinity, 1, -infinity, -infinity]),
    ([-infinity, infinity], 0.5, [.nan, -infinity, infinity, .nan, -infinity]),
    ([-infinity, 2, infinity], 0.5, [2, 2, 2, 2, 2]),
  ]

  @Test(arguments: cases.indices, [DType.float32, .float64, .float16, .bfloat16])
  func quantilesAtInfinities(_ place: Int, _ dtype: DType) {
    let (x, q, expected) = Self.cases[place]
    for (mode, wanted) in zip(QuantileInterpolation.allCases, expected) {
      for tensor in [Tensor(x, dtype: dtype), Tensor(Array(x.reversed()), dtype: dtype)] {
        for found in [tensor.quantile(q, interpolation: mode), tensor.nanQuantile(q, axis: 0, interpolation: mode)] {
          let value = found.item()
          #expect(value == wanted || (value.isNaN && wanted.isNaN), "\(x) at \(q), \(mode): \(value)")
        }
      }
    }
  }

  @Test func rangesFromAndToInfinity() {
    func line(_ start: Double, _ end: Double) -> [Double] {
      Tensor(linspace: start, end, count: 3, dtype: .float64).scalars(as: Double.self)
    }
    for (start, end) in [(0, Self.infinity), (-Self.infinity, Self.infinity), (Self.infinity, Self.infinity)] {
      let found = line(start, end)
      #expect(found[0] == start && found[2] == end, "\(start) through \(end): \(found)")
    }
    #expect(line(0, 1) == [0, 0.5, 1])
  }

  /// A pixel without weight takes no part, as one that lies outside of the image.
  @Test(arguments: [Double.infinity, -Double.infinity, Double.nan]) func pixelsWithoutWeight(_ value: Double) throws {
    let image = Tensor([1, value], shape: [1, 1, 1, 2], dtype: .float64)
    func sampled(_ place: Double, _ padding: GridPadding = .zeros) -> Tensor {
      image.gridSampled(
        Tensor([place, 0], shape: [1, 1, 1, 2], dtype: .float64), padding: padding, alignCorners: true)
    }
    #expect(sampled(-1).item() == 1 && sampled(-1, .border).item() == 1)
    #expect(sampled(9).item() == 0 && sampled(-9).item() == 0)
    let right = sampled(1).item()
    #expect(right == value || (right.isNaN && value.isNaN))
    let grid = Tensor([-1, 0], shape: [1, 1, 1, 2], dtype: .float64)
    let slope = try grad { $0.gridSampled(grid, alignCorners: true).sum() }(image)
    #expect(slope.scalars(as: Double.self) == [1, 0])
  }

  /// The slope of a position at a pixel is that of the line to the next one.
  @Test func positionsAtPixelsHaveSlopes() throws {
    let image = Tensor([1, 4], shape: [1, 1, 1, 2], dtype: .float64)
    let grid = Tensor([-1, 0], shape: [1, 1, 1, 2], dtype: .float64)
    let slope = try grad { image.gridSampled($0, alignCorners: true).sum() }(grid)
    #expect(slope.flattened()[0].item() == 1.5)
  }

  @Test func quantilesOfNothingHaveGradients() throws {
    for shape: Shape in [[0], [2, 0]] {
      let x = Tensor(zeros: shape, dtype: .float64)
      let functions: [(Tensor) -> Tensor] = [
        { $0.quantile(0.5) }, { $0.quantile(0.5, axis: -1, keepDims: true) }, { $0.nanQuantile(0.5) },
        { $0.median() }, { $0.nanMedian() }, { $0.correlation() },
      ]
      for function in functions {
        #expect(function(x).isNaN().all().item(as: Bool.self))
        #expect(try grad { function($0).sum() }(x).shape == shape)
      }
    }
  }

  @Test func aQuantileAtANumber() {
    let x = Tensor([[1.0, 2, 4], [8, 16, 32]], dtype: .float64)
    let half = Tensor(0.5, dtype: .float64)
    #expect(x.quantile(half).shape == [] && x.quantile(half).item() == 6)
    #expect(x.quantile(half, axis: 1).scalars(as: Double.self) == [2, 16])
    #expect(x.nanQuantile(half, axis: 1, keepDims: true).shape == [2, 1])
  }

  @Test func farApart() {
    #expect(Tensor([-3e38, 3e38], dtype: .float32).quantile(0.5).item() == 0)
    #expect(Tensor([-1.5e308, 1.5e308], dtype: .float64).quantile(0.5).item() == 0)
    #expect(Tensor([-3e38, 3e38], dtype: .float32).quantile(0.5, interpolation: .midpoint).item() == 0)
    let (low, high) = (Tensor(-3e38, dtype: .float32), Tensor(3e38, dtype: .float32))
    #expect(low.lerp(to: high, weight: 0.5).item() == 0)
    #expect(low.lerp(to: high, weight: 1).item() == high.item() && low.lerp(to: high, weight: 0).item() == low.item())
    #expect(Tensor(Float.nan).lerp(to: Tensor(1.0), weight: 1).item().isNaN)
    #expect(Tensor(1.0).lerp(to: Tensor(Float.infinity), weight: 0).item() == 1)
    #expect(Tensor(-Float.infinity).lerp(to: Tensor(-Float.infinity), weight: 0.3).item() == -Double.infinity)
  }

  /// PyTorch's: the slope between the elements around a place, 0 at an element.
  @Test func theGradientOfAPlace() throws {
    let x = Tensor([1.0, 2, 4, 8], dtype: .float64)
    let q = Tensor([0, 0.25, 0.5, 1, 0.9], dtype: .float64)
    let slopes = try slope(at: q) { x.quantile($0).sum() }
    #expect(slopes.isClose(to: Tensor([0.0, 3, 6, 0, 12], dtype: .float64)), "\(slopes)")
    for mode in [QuantileInterpolation.lower, .higher, .nearest, .midpoint] {
      let level = try slope(at: q) { x.quantile($0, interpolation: mode).sum() }
      #expect(level.elementsEqual(q.zerosLike()), "\(mode)")
    }
    let missing = Tensor([[1.0, .nan, 3], [2, 4, 8]], dtype: .float64)
    let half = Tensor([0.4], dtype: .float64)
    #expect(
      try slope(at: half) { missing.nanQuantile($0, axis: 1).sum() }.isClose(to: Tensor([2 + 4.0], dtype: .float64)))
  }

  /// Of nothing there is no place, but a value that is none.
  @Test func quantilesOfNothing() {
    let x = Tensor(zeros: [0, 2])
    #expect(Tensor(zeros: [0]).quantile(0.5).item().isNaN && Tensor(zeros: [0]).nanQuantile(0.5).item().isNaN)
    #expect(Tensor(zeros: [0]).median().item().isNaN && Tensor(zeros: [0]).nanMedian().item().isNaN)
    #expect(x.quantile(Tensor([0.1, 0.5, 0.9], dtype: .float64), axis: 0).shape == [3, 2])
    #expect(x.quantile(0.5, axis: 0, keepDims: true).shape == [1, 2])
    #expect(x.quantile(0.5, axis: 0).isNaN().all().item(as: Bool.self))
    #expect(x.quantile(0.5, axis: 1).shape == [0])
    #expect(x.quantile(0.5, keepDims: true).shape == [1, 1])
  }

  @Test func regularNumbersFarApart() {
    func numbers(_ x: Tensor) -> [Double] { x.scalars(as: Double.self) }
    #expect(numbers(Tensor(linspace: -1e308, 1e308, count: 3, dtype: .float64)) == [-1e308, 0, 1e308])
    #expect(
      numbers(Tensor(linspace: 1.7e308, -1.7e308, count: 5, dtype: .float64)) == [
        1.7e308, 8.5e307, 0, -8.5e307, -1.7e308,
      ])
    #expect(numbers(Tensor(linspace: -3e38, 3e38, count: 2)) == [Double(Float(-3e38)), Double(Float(3e38))])
    #expect(numbers(Tensor(arange: -1.5e308, 1.5e308, step: 1e308, dtype: .float64)) == [-1.5e308, -5e307, 5e307])
    #expect(Tensor(arange: Int.min, Int.max, step: Int.max).scalars(as: Int.self) == [.min, -1, Int.max - 1])
    #expect(Tensor(arange: Int.max, Int.min, step: Int.min).scalars(as: Int.self) == [.max, -1])
    #expect(Tensor(arange: 5, 0, step: -2).scalars(as: Int.self) == [5, 3, 1])
    #expect(Tensor(arange: 3, 3).elementCount == 0 && Tensor(arange: 5, 3).elementCount == 0)
  }

  /// A pixel that stands in for one outside the image takes no part, however large it is.
  @Test(arguments: [(DType.float32, 3e38), (.float64, 1.7e308)]) func aPointAtTheEdgeOfAnImage(
    _ dtype: DType, _ huge: Double
  ) throws {
    for channels in [1, 20] {
      let image = Tensor([huge, 2, 3, 4], dtype: dtype).reshaped(to: [1, 1, 2, 2])
      let images = image.expanded(to: [1, channels, 2, 2]).contiguous()
      // Between the columns, and below the middle of the last row.
      let point = Tensor([0, 0.9], dtype: dtype).reshaped(to: [1, 1, 1, 2])
      let slopes = try slope(at: point) { (images.gridSampled($0) * 4).mean(axis: 1).sum() }
      #expect(slopes.isClose(to: Tensor([2.4, -14], dtype: dtype).reshaped(to: [1, 1, 1, 2])), "\(slopes)")
    }
  }
}
