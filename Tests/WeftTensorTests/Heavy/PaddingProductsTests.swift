import Testing
import WeftTensor

/// What is not finite reaches the taps that meet it, not those that meet padding in its place.
@Suite("Padding in the gradient of a convolution's weight") struct PaddingProductsTests {
  private func spoiledTaps(
    _ dtype: DType, dilation: Int, padding: Int, stride: Int = 1, ofInput: Bool
  ) throws -> [[Bool]] {
    var x = Array(repeating: 0.5, count: 25)
    if ofInput { x[0] = .nan }
    let weight = Tensor(ones: [1, 1, 3, 3], dtype: dtype).requiringGrad()
    let y = convolution(
      Tensor(x, shape: [1, 1, 5, 5], dtype: dtype), weight: weight, stride: PerAxis(stride),
      padding: Padding(PerAxis(padding)), dilation: PerAxis(dilation))
    var seeds = Array(repeating: 1.0, count: y.elementCount)
    if !ofInput { seeds[0] = .nan }
    y.backward(gradient: Tensor(seeds, shape: y.shape, dtype: dtype))
    return try #require(weight.grad)[0, 0].rows(as: Double.self).map { $0.map(\.isNaN) }
  }

  /// The first output's window begins in the padding: its first row and column of taps meet nothing else. The first element
  /// of the input is met by all taps but those that would need an output before the first one.
  @Test(arguments: [DType.float32, .float64, .bfloat16], [1, 2])
  func reachesTheTapsThatMeetIt(_ dtype: DType, _ dilation: Int) throws {
    let (no, some, all) = ([false, false, false], [false, true, true], [true, true, false])
    #expect(
      try spoiledTaps(dtype, dilation: dilation, padding: dilation, ofInput: false) == [no, some, some])
    #expect(try spoiledTaps(dtype, dilation: dilation, padding: dilation, ofInput: true) == [all, all, no])
  }

  @Test func withStrides() throws {
    // Windows begin at -1, 1, 3: the element at 0 is met by the middle tap of the first alone.
    let found = try spoiledTaps(.float64, dilation: 1, padding: 1, stride: 2, ofInput: true)
    #expect(found == [[false, false, false], [false, true, false], [false, false, false]])
  }
}
