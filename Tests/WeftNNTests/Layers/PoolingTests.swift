import Testing
import Weft

@Suite struct PoolingTests {
  @Test func goldens() throws {
    let layers: [String: Module] = [
      "max_pool1d": MaxPool1d(2), "max_pool2d": MaxPool2d(2),
      "max_pool2d_all": MaxPool2d([3, 2], stride: [2, 1], padding: [1, 0], dilation: [1, 2]),
      "max_pool2d_ceil": MaxPool2d(2, ceilMode: true), "max_pool3d": MaxPool3d(2),
      "avg_pool1d": AvgPool1d(3, stride: 2, padding: 1), "avg_pool2d": AvgPool2d(2),
      "avg_pool2d_all": AvgPool2d([3, 2], stride: [2, 1], padding: [1, 1], countIncludePad: false),
      "avg_pool3d": AvgPool3d(2), "adaptive_avg_pool1d": AdaptiveAvgPool1d(3),
      "adaptive_avg_pool2d": AdaptiveAvgPool2d([2, 3]), "adaptive_avg_pool2d_one": AdaptiveAvgPool2d(1),
      "adaptive_avg_pool3d": AdaptiveAvgPool3d([2, 1, 2]), "adaptive_max_pool1d": AdaptiveMaxPool1d(3),
      "adaptive_max_pool2d": AdaptiveMaxPool2d([2, 3]), "adaptive_max_pool3d": AdaptiveMaxPool3d([2, 1, 2]),
    ]
    for (name, golden) in try GoldenCase.family("pooling") { golden.compare(try #require(layers[name])) }
  }

  @Test func oneImageWithoutABatchAxis() {
    #expect(MaxPool2d(2)(Tensor(zeros: [3, 4, 6])).shape == [3, 2, 3])
    #expect(AdaptiveAvgPool2d(1)(Tensor(zeros: [3, 4, 6])).shape == [3, 1, 1])
  }
}
