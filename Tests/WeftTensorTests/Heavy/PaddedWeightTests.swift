import Testing
import WeftTensor

/// A NaN or ∞ of a convolution's weight reaches the outputs in whose windows it meets an element of the input, and no others;
/// in the input's gradient and the transposed convolution likewise.
@Suite("Padding in convolutions whose weight is not finite") struct PaddedWeightTests {
  struct Case: Sendable, CustomStringConvertible {
    var axes = 2
    var input = 3
    var output = 2
    var groups = 1
    var stride = 1
    var dilation = 1
    var size = 7
    var kernel = 3
    var description: String { "\(axes)d \(input)->\(output)/\(groups) s\(stride) d\(dilation) \(size)^\(kernel)" }
  }

  static let cases = [
    Case(), Case(axes: 1), Case(axes: 3, size: 4), Case(stride: 2), Case(dilation: 2),
    Case(input: 4, output: 4, groups: 4),
    Case(input: 32, output: 32, groups: 2), Case(input: 32, output: 32), Case(input: 32, output: 32, size: 12),
    Case(axes: 1, input: 16, output: 16, dilation: 2), Case(axes: 3, input: 16, output: 16, size: 4), Case(kernel: 2),
    Case(stride: 3, size: 8, kernel: 5), Case(axes: 1, input: 8, output: 8, groups: 8, stride: 2),
  ]

  /// Where the results of `run` are not finite for the spoiled weight, and where they are to be: where the same sums, of ones
  /// with a weight that is 1 in those places and else 0, are not 0.
  private func places(
    _ c: Case, _ dtype: DType, _ value: Double, taps: [[Int]], _ weightShape: Shape, _ run: (Tensor) -> Tensor
  ) -> (found: [Bool], expected: [Bool], sum: [Double]) {
    var marks = Array(repeating: 0.0, count: weightShape.elementCount)
    for tap in taps { marks[zip(tap, weightShape.sizes).reduce(0) { $0 * $1.1 + $1.0 }] = 1 }
    let spoiled = Tensor(marks.map { $0 == 0 ? 0.5 : value }, shape: weightShape, dtype: dtype)
    let found = run(spoiled).scalars(as: Double.self)
    let expected = run(Tensor(marks, shape: weightShape, dtype: .float64)).scalars(as: Double.self)
    return (found.map { !$0.isFinite }, expected.map { $0 != 0 }, found)
  }

  private func check(_ c: Case, _ dtype: DType, _ weightShape: Shape, _ run: (Tensor) -> Tensor) {
    let last = Array(repeating: c.kernel - 1, count: c.axes)
    let first = Array(repeating: 0, count: c.axes)
    let both = [[1, 0] + first, [1, 0] + last]
    for (taps, value) in [([[0, 0] + first], Double.nan), ([[0, 0] + last], .infinity), (both, .nan)] {
      let (found, expected, sums) = places(c, dtype, value, taps: taps, weightShape, run)
      #expect(found == expected, "\(c) \(dtype) \(value) \(taps)")
      if value == .infinity { #expect(sums.filter { !$0.isFinite }.allSatisfy { $0 == value }, "\(c) \(dtype)") }
    }
  }

  @Test(arguments: cases, [DType.float32, .float64, .bfloat16, .float16])
  func reachesWhatItMeets(_ c: Case, _ dtype: DType) {
    let space = Array(repeating: c.size, count: c.axes)
    let weightShape = Shape([c.output, c.input / c.groups] + Array(repeating: c.kernel, count: c.axes))
    func forward(_ x: Tensor, _ weight: Tensor) -> Tensor {
      convolution(
        x, weight: weight, stride: PerAxis(c.stride), padding: Padding(c.dilation), dilation: PerAxis(c.dilation),
        groups: c.groups)
    }
    check(c, dtype, weightShape) { forward(Tensor(ones: Shape([2, c.input] + space), dtype: $0.dtype), $0) }
    check(c, dtype, weightShape) { weight in
      let x = Tensor(ones: Shape([2, c.input] + space), dtype: weight.dtype).requiringGrad()
      forward(x, weight).sum().backward()
      return x.grad ?? x
    }
    check(c, dtype, Shape([c.input, c.output / c.groups] + Array(repeating: c.kernel, count: c.axes))) {
      convolutionTransposed(
        Tensor(ones: Shape([2, c.input] + space), dtype: $0.dtype), weight: $0, stride: PerAxis(c.stride),
        padding: Padding(c.dilation), dilation: PerAxis(c.dilation), groups: c.groups)
    }
  }
}
