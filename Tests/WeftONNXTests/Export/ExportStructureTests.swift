import Testing
import Weft
import WeftONNX

/// What nodes a model becomes.
@Suite struct ExportStructureTests {
  private func text(_ name: String, opset: Int = 20) throws -> String {
    let one = try #require(ExportCase.all().first { $0.name == name })
    return try one.graph(opset: opset).text
  }

  @Test func aConvolutionalNetworkIsANodeForEachLayer() throws {
    #expect(
      try text("lenet") == """
        Conv(input, conv1.weight, conv1.bias) -> conv1/Conv
        MaxPool(conv1/Conv) -> MaxPool
        Relu(MaxPool) -> Relu
        Conv(Relu, conv2.weight, conv2.bias) -> conv2/Conv
        MaxPool(conv2/Conv) -> MaxPool_3
        Relu(MaxPool_3) -> Relu_2
        Reshape(Relu_2, constant) -> Reshape
        Gemm(Reshape, fc1.weight, fc1.bias) -> fc1/Gemm
        Relu(fc1/Gemm) -> Relu_3
        Gemm(Relu_3, fc2.weight, fc2.bias) -> fc2/Gemm
        Relu(fc2/Gemm) -> Relu_4
        Gemm(Relu_4, fc3.weight, fc3.bias) -> output
        """)
  }

  @Test func attentionIsOneNodeFromOpset23() throws {
    #expect(
      try text("attention_causal", opset: 23) == """
        Transpose(in_proj_weight) -> Transpose
        MatMul(input, Transpose) -> MatMul
        Add(MatMul, in_proj_bias) -> Add
        Split(Add, constant) -> Split, Split_2, Split_3
        Reshape(Split, constant) -> Reshape
        Transpose(Reshape) -> Transpose_2
        Reshape(Split_2, constant) -> Reshape_2
        Transpose(Reshape_2) -> Transpose_3
        Reshape(Split_3, constant) -> Reshape_3
        Transpose(Reshape_3) -> Transpose_4
        Attention(Transpose_2, Transpose_3, Transpose_4) -> Attention
        Transpose(Attention) -> Transpose_5
        Reshape(Transpose_5, constant) -> Reshape_4
        Transpose(out_proj.weight) -> out_proj/Transpose
        MatMul(Reshape_4, out_proj/Transpose) -> out_proj/MatMul
        Add(out_proj/MatMul, out_proj.bias) -> output
        """)
  }

  /// ONNX's gates stand in another order: the weights keep theirs, and their names.
  @Test func aRecurrentLayerIsOneNodeOfItsOwnWeights() throws {
    let lines = try text("lstm").split(separator: "\n")
    #expect(lines.filter { $0.hasPrefix("LSTM") } == ["LSTM(input, Unsqueeze_2, Unsqueeze_3, Unsqueeze) -> LSTM"])
    #expect(lines.contains("Split(weight_hh_l0, constant) -> Split_13, Split_14, Split_15, Split_16"))
    #expect(lines.contains { $0.hasPrefix("Concat(Split_13, Split_16, Split_14, Split_15)") })
  }

  /// The axes of a sum are an input in every opset that is written, of other reductions from 18 on.
  @Test func sumsHaveTheirAxesAsAnInput() throws {
    #expect(try text("unit_vector", opset: 17).contains("ReduceSum(Mul, constant) -> ReduceSum"))
    for one in ExportCase.all() {
      for node in try one.graph(opset: 17).proto.node where node.opType == "ReduceSum" {
        #expect(!node.attribute.contains { $0.name == "axes" }, "\(one.name)")
      }
    }
  }

  /// ONNX Runtime has no means of windows of float64, in which powers are summed.
  @Test(arguments: [
    "avg_pool2d_float64", "avg_pool2d_float64_divisor", "avg_pool2d_float64_free", "lp_pool2d", "lp_pool2d_free",
  ])
  func meansOfDoublesAreNoPools(_ name: String) throws {
    #expect(try !text(name).contains("AveragePool"))
  }

  /// ONNX Runtime refuses a padding as large as a window, gaps counted.
  @Test func aPoolsPaddingIsLessThanItsWindow() throws {
    for one in ExportCase.all() {
      for node in try one.graph().proto.node where ["MaxPool", "AveragePool"].contains(node.opType) {
        func numbers(_ name: String) -> [Int64] { node.attribute.first { $0.name == name }?.ints ?? [] }
        let (kernel, gaps) = (numbers("kernel_shape"), numbers("dilations"))
        let window = kernel.indices.map { (kernel[$0] - 1) * (gaps.isEmpty ? 1 : gaps[$0]) + 1 }
        #expect(zip(numbers("pads"), window + window).allSatisfy { $0 < $1 }, "\(one.name)")
      }
    }
  }

  /// Each of these layers is one node, besides what brings its weights into shape.
  @Test(
    arguments: [
      ("relu", "Relu"), ("gelu", "Gelu"), ("gelu_tanh", "Gelu"), ("elu", "Elu"), ("selu", "Selu"), ("celu", "Celu"),
      ("leaky_relu", "LeakyRelu"), ("hardswish", "HardSwish"), ("hardsigmoid", "HardSigmoid"), ("mish", "Mish"),
      ("softplus", "Softplus"), ("softsign", "Softsign"), ("hardtanh", "Clip"), ("hardshrink", "Shrink"),
      ("softmax", "Softmax"), ("log_softmax", "LogSoftmax"), ("linear", "Gemm"), ("embedding", "Gather"),
      ("conv2d_all", "Conv"), ("conv_transpose2d_all", "ConvTranspose"), ("batch_norm2d", "BatchNormalization"),
      ("batch_norm2d_not_affine", "BatchNormalization"), ("layer_norm", "LayerNormalization"),
      ("instance_norm2d", "InstanceNormalization"), ("max_pool2d_all", "MaxPool"), ("max_pool2d_ceil", "MaxPool"),
      ("avg_pool2d_all", "AveragePool"), ("adaptive_avg_pool2d_one", "GlobalAveragePool"), ("zero_pad2d", "Pad"),
      ("reflection_pad2d", "Pad"), ("upsample_bilinear", "Resize"), ("upsample_bicubic", "Resize"),
    ]) func oneNode(layer: String, node: String) throws
  {
    #expect(try text(layer).split(separator: "\n").map { $0.prefix { $0 != "(" } } == [Substring(node)])
  }
}
