import Testing
import WeftTensor

/// Weights that are views of one memory: what a kernel keeps of one is not another's.
@Suite struct ViewedWeightTests {
  private static let all = Tensor(arange: 576, dtype: .float32).reshaped(16, 4, 3, 3) * 0.01

  /// Four times, after which kernels have kept what they make of weights.
  private func check(
    _ weights: [Tensor], _ layout: (Tensor) -> Tensor, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for weight in weights {
      let input = layout(
        Tensor(arange: 98 * weight.shape[1], dtype: .float32)
          .reshaped(2, weight.shape[1], 7, 7) * 0.1)
      let expected = convolution(input, weight: weight.contiguous(), padding: 1)
      for _ in 0..<4 {
        let result = convolution(input, weight: weight, padding: 1)
        #expect(result.isClose(to: expected, relative: 1e-5, absolute: 1e-4), sourceLocation: sourceLocation)
      }
    }
  }

  private static func channelsLast(_ x: Tensor) -> Tensor { x.permuted(0, 2, 3, 1).contiguous().permuted(0, 3, 1, 2) }

  @Test func moreOrFewerChannels() {
    let weights = [2, 3, 1, 4].map { Self.all.narrowed(axis: 1, from: 0, count: $0) }
    check(weights, Self.channelsLast)
    check(weights) { $0 }
  }

  @Test func reversedChannels() {
    let weights = [
      Self.all.flipped(axes: [1]), Self.all.flipped(axes: [1, 2]), Self.all.flipped(axes: [0, 3]), Self.all,
    ]
    let few = weights.map { $0.narrowed(axis: 1, from: 0, count: 3) }
    check(few, Self.channelsLast)
    check(few) { $0 }
  }
}
