import Testing
import WeftTensor

/// Numbers below the smallest normal one, which kernels of products take for 0.
@Suite struct DenormalTests {
  /// Elementwise they are what they are on every thread, after a convolution left the team's other threads flushing
  /// too.
  @Test func elementwiseResultsDoNotTellThreadsApart() {
    let (image, weight) = (Tensor(ones: [4, 16, 32, 32]), Tensor(ones: [16, 16, 3, 3]))
    for _ in 0..<3 {
      #expect(convolution(image, weight: weight, padding: 1).max().item() == 144)
      let small = Tensor(full: [2_000_000], 1e-39, dtype: .float32)
      let half = small * 0.5
      #expect(half.min().item() == half.max().item() && half.min().item() > 0)
      let slope = Tensor(full: [2_000_000], -13.3, dtype: .float32).gelu()
      #expect(slope.min().item() == slope.max().item() && slope.min().item() < 0)
    }
  }
}
