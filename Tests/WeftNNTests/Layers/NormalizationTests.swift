import Testing
import Weft

@Suite struct NormalizationTests {
  @Test func goldens() throws {
    let layers: [String: Module] = [
      "batch_norm1d": BatchNorm1d(3), "batch_norm1d_sequence": BatchNorm1d(3), "batch_norm2d": BatchNorm2d(3),
      "batch_norm2d_twice": BatchNorm2d(2, momentum: 0.3),
      "batch_norm2d_cumulative": BatchNorm2d(2, momentum: nil),
      "batch_norm2d_not_affine": BatchNorm2d(2, epsilon: 1e-3, affine: false),
      "batch_norm2d_not_tracking": BatchNorm2d(2, trackRunningStats: false), "batch_norm3d": BatchNorm3d(2),
      "layer_norm": LayerNorm(4), "layer_norm_two_axes": LayerNorm([3, 4], epsilon: 1e-3),
      "layer_norm_no_bias": LayerNorm(4, bias: false),
      "layer_norm_not_affine": LayerNorm(4, elementwiseAffine: false), "group_norm": GroupNorm(2, 4),
      "group_norm_not_affine": GroupNorm(2, 4, epsilon: 1e-3, affine: false), "rms_norm": RMSNorm(4),
      "rms_norm_two_axes": RMSNorm([3, 4], epsilon: 1e-3),
      "rms_norm_not_affine": RMSNorm(4, epsilon: 1e-4, elementwiseAffine: false),
      "instance_norm1d": InstanceNorm1d(3), "instance_norm2d": InstanceNorm2d(2, affine: true),
      "instance_norm2d_tracking": InstanceNorm2d(2, affine: true, trackRunningStats: true),
    ]
    let twice = ["batch_norm2d_twice", "batch_norm2d_cumulative"]
    for (name, golden) in try GoldenCase.family("normalization") {
      let layer = try #require(layers[name])
      golden.compare(layer) { inputs in
        let first = layer(inputs[0])
        return twice.contains(name) && layer.isTraining ? [first, layer(inputs[0] * 2 + 1)] : [first]
      }
    }
  }

  @Test func runningStatisticsHoldNoGraphAndAreNotShared() {
    let layer = BatchNorm1d(2)
    let before = layer.runningMean?.value
    let input = Tensor([[1.0, 2], [3, 5]]).requiringGrad()
    _ = layer(input)
    #expect(layer.runningMean?.value.requiresGrad == false)
    #expect(layer.runningMean?.value.scalars(as: Float.self) == [0.2, 0.35])
    #expect(before?.scalars(as: Float.self) == [0, 0])
    #expect(layer.numBatchesTracked?.value.item() == 1)
    layer.eval()
    _ = layer(input)
    #expect(layer.numBatchesTracked?.value.item() == 1)
  }

  @Test func wrongShapesNameTheLayer() throws {
    let model = Sequential { BatchNorm2d(3) }
    let error = try #require(throws: TensorError.self) {
      try withTensorErrors { model(Tensor(zeros: [2, 8, 8, 3])) }
    }
    #expect(
      error.description == """
        [BatchNorm2d] in 0: expected an input [batch, 3, height, width], got [2, 8, 8, 3]
          input: float32 [2, 8, 8, 3]
          hint: channels last? They belong to axis 1
        """)
    let layerError = try #require(throws: TensorError.self) {
      try withTensorErrors { LayerNorm(4)(Tensor(zeros: [2, 3])) }
    }
    #expect(layerError.description.hasPrefix("[LayerNorm]: expected an input whose last axes are [4], got [2, 3]"))
  }
}
