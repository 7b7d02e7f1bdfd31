import Testing
import Weft

/// Options of layers that the tests of their families leave out.
@Suite struct OptionTests {
  @Test func goldens() throws {
    let layers: [String: Module] = [
      "instance_norm1d_unbatched": InstanceNorm1d(3),
      "instance_norm1d_tracking": InstanceNorm1d(3, momentum: 0.3, trackRunningStats: true),
      "instance_norm3d": InstanceNorm3d(2, affine: true, trackRunningStats: true),
      "conv1d_circular": Conv1d(2, 3, kernelSize: 3, padding: 2, paddingMode: .circular),
      "conv3d_reflect": Conv3d(1, 2, kernelSize: 3, padding: 1, paddingMode: .reflect),
      "conv_transpose1d_groups": ConvTranspose1d(4, 2, kernelSize: 3, stride: 2, groups: 2),
      "conv_transpose3d_dilated": ConvTranspose3d(1, 2, kernelSize: 2, stride: 2, padding: 1, dilation: 2),
      "avg_pool1d_ceil": AvgPool1d(3, stride: 2, ceilMode: true),
      "avg_pool3d_all": AvgPool3d(2, stride: [1, 2, 1], padding: 1, countIncludePad: false),
      "max_pool1d_dilated": MaxPool1d(2, stride: 1, dilation: 3),
      "max_pool3d_ceil": MaxPool3d(2, padding: 1, ceilMode: true),
      "gru_deep_no_bias": GRU(3, 2, numLayers: 2, bias: false, bidirectional: true),
      "lstm_projected_no_bias": LSTM(3, 4, bias: false, projSize: 2),
    ]
    let cases = try GoldenCase.family("more")
    #expect(cases.count == layers.count)
    for (name, golden) in cases {
      let layer = try #require(layers[name], "\(name)")
      golden.compare(layer) { inputs in
        if let layer = layer as? GRU {
          let (output, state) = layer(inputs[0], state: nil)
          return [output, state]
        }
        if let layer = layer as? LSTM {
          let (output, state) = layer(inputs[0], state: nil)
          return [output, state.hidden, state.cell]
        }
        let isTwice = ["instance_norm1d_tracking", "instance_norm3d"].contains(name) && layer.isTraining
        return isTwice ? [layer(inputs[0]), layer(inputs[0] * 2 + 1)] : [layer(inputs[0])]
      }
    }
  }
}
