import Testing
import Weft

@Suite struct ConvolutionTests {
  @Test func goldens() throws {
    let layers: [String: Module] = [
      "conv1d": Conv1d(2, 3, kernelSize: 3),
      "conv1d_all": Conv1d(4, 6, kernelSize: 3, stride: 2, padding: 2, dilation: 2, groups: 2),
      "conv2d": Conv2d(2, 3, kernelSize: 3, padding: 1),
      "conv2d_no_bias": Conv2d(2, 3, kernelSize: [2, 3], bias: false),
      "conv2d_all": Conv2d(4, 4, kernelSize: [3, 2], stride: [2, 1], padding: [1, 2], dilation: [1, 2], groups: 2),
      "conv2d_depthwise": Conv2d(3, 6, kernelSize: 3, padding: 1, groups: 3),
      "conv2d_same": Conv2d(2, 2, kernelSize: [3, 4], padding: .same),
      "conv2d_unbatched": Conv2d(2, 3, kernelSize: 3),
      "conv2d_reflect": Conv2d(2, 2, kernelSize: 3, padding: [1, 2], paddingMode: .reflect),
      "conv2d_replicate": Conv2d(2, 2, kernelSize: 3, padding: [1, 2], paddingMode: .replicate),
      "conv2d_circular": Conv2d(2, 2, kernelSize: 3, padding: [1, 2], paddingMode: .circular),
      "conv3d": Conv3d(2, 3, kernelSize: 2, stride: [1, 2, 1], padding: 1),
      "conv_transpose1d": ConvTranspose1d(2, 3, kernelSize: 3, stride: 2, padding: 1, outputPadding: 1),
      "conv_transpose2d": ConvTranspose2d(2, 3, kernelSize: 2, stride: 2),
      "conv_transpose2d_all": ConvTranspose2d(
        4, 6, kernelSize: [3, 2], stride: [2, 3], padding: [1, 0], outputPadding: [1, 2], groups: 2, dilation: [1, 2]),
      "conv_transpose2d_no_bias": ConvTranspose2d(2, 2, kernelSize: 3, bias: false),
      "conv_transpose3d": ConvTranspose3d(2, 2, kernelSize: 2, stride: [1, 2, 1]),
    ]
    for (name, golden) in try GoldenCase.family("convolution") { golden.compare(try #require(layers[name])) }
  }

  @Test func groupsMustDivideTheChannels() throws {
    let error = try #require(throws: TensorError.self) {
      try withTensorErrors { Conv2d(4, 6, kernelSize: 3, groups: 4) }
    }
    #expect(error.description == "[Conv2d]: expected groups that divide the 6 output channels, got 4")
  }

  @Test func wrongChannelsNameTheLayerAndBothShapes() throws {
    let model = Sequential { Conv2d(3, 8, kernelSize: 3) }
    let error = try #require(throws: TensorError.self) {
      try withTensorErrors { model(Tensor(zeros: [2, 1, 28, 28])) }
    }
    #expect(error.modulePath == "0")
    #expect(error.description.contains("[2, 1, 28, 28]") && error.description.contains("[8, 3, 3, 3]"))
  }
}
