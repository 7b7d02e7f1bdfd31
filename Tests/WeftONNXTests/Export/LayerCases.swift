import Weft
import WeftONNX

extension ExportCase {
  static func activations() -> [ExportCase] {
    let layers: [(String, Module)] = [
      ("relu", ReLU()), ("relu6", ReLU6()), ("leaky_relu", LeakyReLU(0.2)), ("elu", ELU(alpha: 0.5)), ("selu", SELU()),
      ("celu", CELU(alpha: 0.5)), ("gelu", GELU()), ("gelu_tanh", GELU(approximation: .tanh)), ("silu", SiLU()),
      ("mish", Mish()), ("softplus", Softplus()), ("softplus_beta", Softplus(beta: 2, threshold: 3)),
      ("softsign", Softsign()), ("hardtanh", Hardtanh(-0.5, 2)), ("hardsigmoid", Hardsigmoid()),
      ("hardswish", Hardswish()), ("sigmoid", Sigmoid()), ("log_sigmoid", LogSigmoid()), ("tanh", Tanh()),
      ("tanhshrink", Tanhshrink()), ("softshrink", Softshrink()), ("hardshrink", Hardshrink()),
      ("threshold", Threshold(0.1, value: 20)), ("prelu", PReLU()), ("prelu_channels", PReLU(3)), ("rrelu", RReLU()),
      ("glu", GLU(axis: 2)), ("softmax", Softmax(axis: -1)), ("softmax_channels", Softmax(axis: 1)),
      ("softmin", Softmin(axis: -1)), ("log_softmax", LogSoftmax(axis: -1)), ("dropout", Dropout(0.5)),
      ("alpha_dropout", AlphaDropout()), ("feature_alpha_dropout", FeatureAlphaDropout()), ("identity", Identity()),
      ("dropout1d", Dropout1d()),
    ]
    return layers.map { ExportCase($0, $1, x(2, 3, 4)) }
      + [
        ExportCase("softmax2d", Softmax2d(), x(2, 3, 4, 5)), ExportCase("dropout2d", Dropout2d(), x(2, 3, 4, 5)),
        ExportCase("dropout3d", Dropout3d(), x(2, 3, 2, 4, 5)),
      ]
  }

  static func simple() -> [ExportCase] {
    [
      ExportCase("linear", Linear(4, 3), x(2, 4)), ExportCase("linear_no_bias", Linear(4, 3, bias: false), x(2, 4)),
      ExportCase("linear_3d", Linear(4, 3), x(2, 5, 4), free: ["batch", FreeAxis("length", axis: 1)]),
      ExportCase("linear_vector", Linear(4, 3), x(4), free: []), ExportCase("flatten", Flatten(), x(2, 3, 4)),
      ExportCase("flatten_free", Flatten(), x(2, 3, 4), free: ["batch", FreeAxis("width", axis: 2)]),
      ExportCase("unflatten", Unflatten(axis: 1, into: [2, 3]), x(2, 6)),
      ExportCase("embedding", Embedding(20, 3), [tokens(2, 5)], free: ["batch", FreeAxis("length", axis: 1)]),
      ExportCase("embedding_padding", Embedding(20, 3, paddingIndex: 1), [tokens(2, 5)]),
      ExportCase("bag_mean", EmbeddingBag(20, 3), [tokens(2, 5)]),
      ExportCase("bag_sum", EmbeddingBag(20, 3, mode: .sum), [tokens(2, 5)]),
      ExportCase("bag_max", EmbeddingBag(20, 3, mode: .maximum), [tokens(2, 5)], free: []),
      ExportCase("bag_padding", EmbeddingBag(20, 3, paddingIndex: 4), [tokens(2, 5)]),
      ExportCase("weight_norm", Linear(4, 3).weightNormalized(), x(2, 4)),
      ExportCase("weight_norm_conv", Conv2d(2, 3, kernelSize: 3).weightNormalized(), x(2, 2, 5, 5)),
      ExportCase("spectral_norm", Linear(4, 3).spectrallyNormalized(), x(2, 4)),
      ExportCase("spectral_norm_conv", Conv2d(2, 3, kernelSize: 3).spectrallyNormalized(), x(2, 2, 5, 5)),
      adaptiveSoftmax(),
      ExportCase(
        "float64",
        Sequential {
          Linear(4, 8); Tanh(); Linear(8, 3)
        }, x(2, 4), dtype: .float64),
      ExportCase(
        "sequential",
        Sequential {
          Linear(4, 8); ReLU(); Linear(8, 3)
        }, x(2, 4)),
    ]
  }

  private static func adaptiveSoftmax() -> ExportCase {
    let layer = AdaptiveLogSoftmaxWithLoss(8, classes: 12, cutoffs: [4, 8], divisor: 2)
    return ExportCase("adaptive_log_softmax", layer, x(2, 8))
  }

  static func convolutions() -> [ExportCase] {
    [
      ExportCase("conv1d", Conv1d(2, 3, kernelSize: 3), x(2, 2, 8), free: ["batch", FreeAxis("length", axis: 2)]),
      ExportCase(
        "conv1d_all", Conv1d(4, 6, kernelSize: 3, stride: 2, padding: 2, dilation: 2, groups: 2), x(2, 4, 9)),
      ExportCase(
        "conv2d", Conv2d(2, 3, kernelSize: 3, padding: 1), x(2, 2, 5, 6),
        free: ["batch", FreeAxis("height", axis: 2), FreeAxis("width", axis: 3)]),
      ExportCase("conv2d_no_bias", Conv2d(2, 3, kernelSize: [2, 3], bias: false), x(2, 2, 5, 6)),
      ExportCase(
        "conv2d_all",
        Conv2d(4, 4, kernelSize: [3, 2], stride: [2, 1], padding: [1, 2], dilation: [1, 2], groups: 2), x(2, 4, 7, 6)),
      ExportCase("conv2d_depthwise", Conv2d(3, 6, kernelSize: 3, padding: 1, groups: 3), x(2, 3, 5, 6)),
      ExportCase("conv2d_same", Conv2d(2, 2, kernelSize: [3, 4], padding: .same), x(2, 2, 5, 6)),
      ExportCase("conv2d_unbatched", Conv2d(2, 3, kernelSize: 3), x(2, 5, 6), free: []),
      ExportCase("conv2d_reflect", Conv2d(2, 2, kernelSize: 3, padding: [1, 2], paddingMode: .reflect), x(2, 2, 5, 6)),
      ExportCase(
        "conv2d_replicate", Conv2d(2, 2, kernelSize: 3, padding: [1, 2], paddingMode: .replicate), x(2, 2, 5, 6)),
      ExportCase(
        "conv2d_circular", Conv2d(2, 2, kernelSize: 3, padding: [1, 2], paddingMode: .circular), x(2, 2, 5, 6)),
      ExportCase("conv3d", Conv3d(2, 3, kernelSize: 2, stride: [1, 2, 1], padding: 1), x(2, 2, 3, 4, 5)),
      ExportCase(
        "conv_transpose1d", ConvTranspose1d(2, 3, kernelSize: 3, stride: 2, padding: 1, outputPadding: 1), x(2, 2, 5)),
      ExportCase(
        "conv_transpose2d", ConvTranspose2d(2, 3, kernelSize: 2, stride: 2), x(2, 2, 3, 4),
        free: ["batch", FreeAxis("height", axis: 2)]),
      ExportCase(
        "conv_transpose2d_all",
        ConvTranspose2d(
          4, 4, kernelSize: [3, 2], stride: [2, 3], padding: [1, 0], outputPadding: [1, 2], groups: 2, dilation: [1, 2]
        ), x(2, 4, 3, 4)),
      ExportCase("conv_transpose2d_no_bias", ConvTranspose2d(2, 2, kernelSize: 3, bias: false), x(2, 2, 3, 4)),
      ExportCase("conv_transpose3d", ConvTranspose3d(2, 2, kernelSize: 2, stride: [1, 2, 1]), x(2, 2, 2, 3, 2)),
    ]
  }

  static func pools() -> [ExportCase] {
    let images = x(2, 3, 7, 6)
    let (lines, volumes) = (x(2, 3, 9), x(2, 2, 4, 6, 5))
    let two: [(String, Module)] = [
      ("max_pool2d", MaxPool2d(2)),
      ("max_pool2d_all", MaxPool2d([3, 2], stride: [2, 1], padding: [1, 0], dilation: [1, 2])),
      ("max_pool2d_ceil", MaxPool2d(2, ceilMode: true)), ("avg_pool2d", AvgPool2d(2)),
      ("avg_pool2d_all", AvgPool2d([3, 2], stride: [2, 1], padding: [1, 1], countIncludePad: false)),
      ("avg_pool2d_padded", AvgPool2d(3, stride: 2, padding: 1)),
      ("avg_pool2d_ceil", AvgPool2d(3, stride: 2, padding: 1, ceilMode: true)),
      ("avg_pool2d_ceil_inside", AvgPool2d(3, stride: 2, padding: 1, ceilMode: true, countIncludePad: false)),
      ("avg_pool_divisor", AvgPool2d(2, divisorOverride: 3)), ("adaptive_avg_pool2d", AdaptiveAvgPool2d([2, 4])),
      ("adaptive_avg_pool2d_one", AdaptiveAvgPool2d(1)), ("adaptive_max_pool2d", AdaptiveMaxPool2d([2, 4])),
      ("adaptive_max_pool2d_one", AdaptiveMaxPool2d(1)), ("adaptive_max_pool2d_even", AdaptiveMaxPool2d([7, 3])),
      ("lp_pool2d", LPPool2d(order: 3, [2, 3], ceilMode: true)),
      ("max_pool2d_gaps_ceil", MaxPool2d(2, stride: 2, padding: 1, dilation: [1, 2], ceilMode: true)),
    ]
    return two.map { ExportCase($0, $1, images) }
      + [
        ExportCase("max_pool1d", MaxPool1d(2), lines), ExportCase("max_pool3d", MaxPool3d(2), volumes),
        ExportCase("avg_pool1d", AvgPool1d(3, stride: 2, padding: 1), lines),
        ExportCase("avg_pool3d", AvgPool3d(2), volumes),
        ExportCase("lp_pool1d", LPPool1d(order: 2, 3, stride: 2), lines),
        ExportCase("lp_pool3d", LPPool3d(order: 2, 2), volumes),
        ExportCase("adaptive_avg_pool1d", AdaptiveAvgPool1d(3), lines),
        ExportCase("adaptive_avg_pool1d_uneven", AdaptiveAvgPool1d(4), lines),
        ExportCase("adaptive_avg_pool3d", AdaptiveAvgPool3d([2, 1, 2]), volumes),
        ExportCase("adaptive_max_pool1d", AdaptiveMaxPool1d(4), lines),
        ExportCase("adaptive_max_pool3d", AdaptiveMaxPool3d([2, 1, 2]), volumes),
        ExportCase(
          "max_pool2d_free", MaxPool2d(3, stride: 2, padding: 1), x(2, 3, 8, 8),
          free: ["batch", FreeAxis("height", axis: 2), FreeAxis("width", axis: 3)]),
        ExportCase(
          "global_pool_free", AdaptiveAvgPool2d(1), x(2, 3, 6, 6),
          free: ["batch", FreeAxis("height", axis: 2), FreeAxis("width", axis: 3)]),
      ] + doublePools(images) + unpools(lines, images, volumes)
  }

  private static func doublePools(_ images: [Tensor]) -> [ExportCase] {
    let planes: [FreeAxis] = ["batch", FreeAxis("height", axis: 2), FreeAxis("width", axis: 3)]
    let padded = AvgPool2d(3, stride: 2, padding: 1, ceilMode: true, countIncludePad: false)
    return [
      ExportCase("avg_pool2d_float64", padded, images, dtype: .float64),
      ExportCase("avg_pool2d_float64_divisor", AvgPool2d(2, padding: 1, divisorOverride: 3), images, dtype: .float64),
      ExportCase("avg_pool2d_float64_free", AvgPool2d([3, 2], stride: [2, 1]), images, free: planes, dtype: .float64),
      ExportCase("lp_pool2d_free", LPPool2d(order: 2, 3, stride: 2), images, free: planes),
    ]
  }

  private static func unpools(_ lines: [Tensor], _ images: [Tensor], _ volumes: [Tensor]) -> [ExportCase] {
    func unpool(
      _ name: String, _ pool: MaxPoolLayer, _ layer: MaxUnpoolLayer, _ inputs: [Tensor], outputSize: [Int]? = nil
    ) -> ExportCase {
      ExportCase(name, layer, inputs) { inputs in
        let (values, indices) = pool.withIndices(inputs[0])
        return [values, indices, layer(values, indices: indices, outputSize: outputSize)]
      }
    }
    return [
      unpool("max_unpool1d", MaxPool1d(2), MaxUnpool1d(2), lines),
      unpool(
        "max_unpool2d", MaxPool2d(3, stride: 3, padding: 1), MaxUnpool2d(3, stride: 3, padding: 1), images,
        outputSize: [7, 6]),
      unpool("max_unpool2d_size", MaxPool2d(2), MaxUnpool2d(2), images, outputSize: [7, 6]),
      unpool("max_unpool3d", MaxPool3d(2), MaxUnpool3d(2), volumes, outputSize: [4, 6, 5]),
    ]
  }

  static func normalizations() -> [ExportCase] {
    [
      ExportCase("batch_norm1d", BatchNorm1d(3), x(2, 3)),
      ExportCase("batch_norm1d_sequence", BatchNorm1d(3), x(2, 3, 4)),
      ExportCase("batch_norm2d", BatchNorm2d(3), x(2, 3, 4, 5)),
      ExportCase("batch_norm2d_not_affine", BatchNorm2d(3, epsilon: 1e-3, affine: false), x(2, 3, 4, 5)),
      ExportCase("batch_norm2d_not_tracking", BatchNorm2d(3, trackRunningStats: false), x(2, 3, 4, 5)),
      ExportCase("batch_norm3d", BatchNorm3d(3), x(2, 3, 2, 4, 5)), ExportCase("layer_norm", LayerNorm(4), x(2, 3, 4)),
      ExportCase("layer_norm_two_axes", LayerNorm([3, 4], epsilon: 1e-3), x(2, 3, 4)),
      ExportCase("layer_norm_no_bias", LayerNorm(4, bias: false), x(2, 3, 4)),
      ExportCase("layer_norm_not_affine", LayerNorm(4, elementwiseAffine: false), x(2, 3, 4)),
      ExportCase("group_norm", GroupNorm(2, 4), x(2, 4, 3, 5)),
      ExportCase("group_norm_not_affine", GroupNorm(2, 4, epsilon: 1e-3, affine: false), x(2, 4, 3)),
      ExportCase("rms_norm", RMSNorm(4), x(2, 3, 4)),
      ExportCase("rms_norm_two_axes", RMSNorm([3, 4], epsilon: 1e-3), x(2, 3, 4)),
      ExportCase("rms_norm_not_affine", RMSNorm(4, elementwiseAffine: false), x(2, 3, 4)),
      ExportCase("instance_norm1d", InstanceNorm1d(3), x(2, 3, 5)),
      ExportCase("instance_norm2d", InstanceNorm2d(3, affine: true), x(2, 3, 4, 5)),
      ExportCase("instance_norm2d_tracking", InstanceNorm2d(3, affine: true, trackRunningStats: true), x(2, 3, 4, 5)),
      ExportCase("instance_norm3d", InstanceNorm3d(3), x(2, 3, 2, 4, 5)),
      ExportCase("local_response", LocalResponseNorm(3, alpha: 0.5, beta: 0.6, k: 2), x(2, 5, 4, 4)),
    ]
  }

  static func paddings() -> [ExportCase] {
    let (lines, images, volumes) = (x(2, 2, 5), x(2, 2, 5, 4), x(2, 2, 4, 3, 5))
    return [
      ExportCase("constant_pad1d", ConstantPad1d(before: 1, after: 2, value: 0.5), lines),
      ExportCase("constant_pad2d", ConstantPad2d(2, value: -1.5), images),
      ExportCase("constant_pad2d_crop", ConstantPad2d(before: [-1, 1], after: [2, -1], value: 0.5), images),
      ExportCase("constant_pad3d", ConstantPad3d(before: [0, 2, 1], after: [3, 1, 0], value: 2), volumes),
      ExportCase("zero_pad1d", ZeroPad1d(2), lines),
      ExportCase("zero_pad2d", ZeroPad2d(before: [3, 1], after: [0, 2]), images),
      ExportCase("zero_pad3d", ZeroPad3d(before: [3, 0, 1], after: [0, 1, 2]), volumes),
      ExportCase("reflection_pad1d", ReflectionPad1d(before: 2, after: 1), lines),
      ExportCase("reflection_pad2d", ReflectionPad2d(before: [3, 1], after: [0, 2]), images),
      ExportCase("reflection_pad3d", ReflectionPad3d(before: [0, 2, 1], after: [1, 0, 1]), volumes),
      ExportCase("replication_pad1d", ReplicationPad1d(before: 3, after: 1), lines),
      ExportCase("replication_pad2d", ReplicationPad2d(before: [3, 1], after: [0, 2]), images),
      ExportCase("replication_pad3d", ReplicationPad3d(before: [0, 2, 1], after: [3, 0, 1]), volumes),
      ExportCase("circular_pad1d", CircularPad1d(before: 2, after: 3), lines),
      ExportCase("circular_pad2d", CircularPad2d(before: [3, 1], after: [0, 2]), images),
      ExportCase("circular_pad3d", CircularPad3d(before: [0, 2, 1], after: [1, 0, 1]), volumes),
    ]
  }

  static func spatial() -> [ExportCase] {
    let images = x(2, 2, 4, 6)
    let layers: [(String, Module)] = [
      ("pixel_unshuffle", PixelUnshuffle(2)), ("channel_shuffle", ChannelShuffle(2)),
      ("unfold", Unfold([2, 3], dilation: [1, 2], padding: [1, 2], stride: [2, 1])),
      ("upsample_nearest", Upsample(scale: 2)), ("upsample_size", Upsample(size: [5, 4])),
      ("upsample_exact", Upsample(size: [7, 9], mode: .nearestExact)),
      ("upsample_bilinear", Upsample(scales: [2, 1.5], mode: .linear)),
      ("upsample_bilinear_corners", Upsample(scale: 2, mode: .linear, alignCorners: true)),
      ("upsample_bicubic", Upsample(size: 7, mode: .cubic)), ("upsample_area", Upsample(size: [2, 3], mode: .area)),
    ]
    return layers.map { ExportCase($0, $1, images) }
      + [
        ExportCase("pixel_shuffle", PixelShuffle(2), x(2, 8, 3, 2)),
        ExportCase("fold", Fold(outputSize: [4, 5], [2, 3], padding: [1, 0], stride: [2, 1]), x(2, 12, 9)),
        ExportCase("upsample_linear", Upsample(size: [7], mode: .linear), x(2, 2, 5)),
        ExportCase("upsample_trilinear", Upsample(scale: 1.7, mode: .linear), x(1, 2, 3, 4, 3)),
        ExportCase(
          "upsample_free", Upsample(scale: 2, mode: .linear), x(2, 2, 4, 6),
          free: ["batch", FreeAxis("height", axis: 2), FreeAxis("width", axis: 3)]),
      ]
  }

  /// Operations of several results, of which one is read.
  static func partial() -> [ExportCase] {
    func one(_ name: String, _ body: @escaping (Tensor) -> Tensor) -> ExportCase {
      ExportCase(name, Identity(), x(2, 8)) { [body($0[0])] }
    }
    return [
      one("sorted_values") { $0.sorted(axis: 1).values }, one("sorted_indices") { $0.sorted(axis: 1).indices },
      one("top_values") { $0.topK(3, axis: 1).values }, one("top_indices") { $0.topK(3, axis: 1).indices },
      one("first_part") { $0.split(into: [3, 5], axis: 1)[0].exp() },
      one("last_part") { $0.split(into: [3, 5], axis: 1)[1].exp() }, one("middle_chunk") { $0.chunked(4, axis: 1)[2] },
      one("unbound_row") { $0.unbound(axis: 1)[5] }, one("unit_vector") { $0.normalized(axis: 1) },
    ]
  }

  /// Lines in pieces: each an instruction of formulas, and a few nodes.
  static func pieces() -> [ExportCase] {
    let both = [numbers([2, 5], 3), numbers([2, 5], 4)]
    return [
      ExportCase("lerp", Identity(), both) { [$0[0].lerp(to: $0[1], weight: $0[0].sigmoid())] },
      ExportCase("lerp_ends", Identity(), both) { [$0[0].lerp(to: $0[1] / 0, weight: 1).clamped(low: -3, high: 3)] },
      ExportCase("nonfinite", Identity(), both) { [($0[0].log() / ($0[1] - $0[1])).replacingNonfinite(nan: 0.5)] },
      ExportCase("pieces", Identity(), both) { apply(Pieces(), $0) },
    ]
  }

  /// A user's operation of the other two.
  private struct Pieces: ElementwiseOperation {
    static let name = "testPieces"
    static let operands: Operands = ["x", "value"]
    static let formula = Formula(inputs: 2) { x, _ in [leak(x[0], x[1], 0.125) + hardSigmoid(x[1])] }
    static let samples: [Sample] = []
  }

  static func ofTwo() -> [ExportCase] {
    let (bilinear, plain) = (Bilinear(3, 4, 2), Bilinear(3, 4, 2, bias: false))
    let pairs = [numbers([2, 3], 1), numbers([2, 4], 2)]
    let both = [numbers([2, 5], 3), numbers([2, 5], 4)]
    let (cosine, distance) = (CosineSimilarity(), PairwiseDistance())
    let distanceAll = PairwiseDistance(order: 3, epsilon: 1e-3, keepDims: true)
    let fractional = FractionalMaxPool2d(2, outputSize: [3, 2])
    return [
      ExportCase("bilinear", bilinear, pairs) { [bilinear($0[0], $0[1])] },
      ExportCase("bilinear_no_bias", plain, pairs) { [plain($0[0], $0[1])] },
      ExportCase("cosine", cosine, both) { [cosine($0[0], $0[1])] },
      ExportCase("distance", distance, both) { [distance($0[0], $0[1])] },
      ExportCase("distance_all", distanceAll, both) { [distanceAll($0[0], $0[1])] },
      ExportCase(
        "fractional_pool", fractional, [numbers([2, 2, 7, 6], 5)], free: []
      ) { [fractional.withIndices($0[0], samples: Tensor(full: [2, 2, 2], 0.3)).values] },
    ]
  }
}
