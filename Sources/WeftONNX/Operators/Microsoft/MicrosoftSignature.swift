/// What Weft reads of nodes of ONNX Runtime's own operators. These grow with its versions, under the same names and
/// versions of the set: what is new to Weft is refused, and not left out without a word.
package struct MicrosoftSignature: Sendable {
  /// So many inputs; nil for any number.
  package let inputs: Int?
  package let attributes: Set<String>

  private init(_ inputs: Int?, _ attributes: String = "") {
    (self.inputs, self.attributes) = (inputs, Set(attributes.split(separator: " ").map(String.init)))
  }

  /// Why a node is not what its operator here computes; nil where it is.
  static func unread(_ node: Onnx_NodeProto, of found: Operator, _ given: Attributes) -> String? {
    guard found.domain == Operator.microsoft, let signature = all[found.name] else { return nil }
    if let most = signature.inputs,
      let place = node.input.indices.dropFirst(most).first(where: { !node.input[$0].isEmpty })
    {
      return "has input \(place), which Weft does not read"
    }
    let unread = given.values.filter { !signature.attributes.contains($0.key) && !isNeutral($0.key, $0.value) }
    guard !unread.isEmpty else { return nil }
    return "has attributes that Weft does not read: " + unread.keys.sorted().joined(separator: ", ")
  }

  /// Whether an attribute says what holds without it.
  private static func isNeutral(_ name: String, _ value: Attributes.Value) -> Bool {
    switch value {
    case .int(let number): number == (name == "causal" ? 1 : 0)
    case .float(let number): number == (name == "scale" ? 1 : 0)
    case .text(let text): text.isEmpty || text == "NONE"
    case .ints(let numbers): numbers.isEmpty
    case .floats(let numbers): numbers.isEmpty
    case .texts(let texts): texts.isEmpty
    default: false
    }
  }

  private static let windows = "auto_pad dilations kernel_shape pads strides"

  /// By the operator's name. What says how to compute and not what is no input of the result, as how exact it has to be.
  package static let all: [String: MicrosoftSignature] = [
    "Attention": Self(6, "num_heads qkv_hidden_sizes scale mask_filter_value unidirectional"),
    "BiasGelu": Self(2),
    "DequantizeLinear": Self(3, "axis block_size output_dtype"),
    "DynamicQuantizeLSTM": Self(
      12, "hidden_size direction activations activation_alpha activation_beta clip input_forget"),
    "DynamicQuantizeMatMul": Self(5),
    "EmbedLayerNormalization": Self(9, "epsilon mask_index_type"),
    "FastGelu": Self(2),
    "FusedConv": Self(4, "group activation activation_params activation_alpha activation_beta " + windows),
    "FusedGemm": Self(3, "activation activation_alpha activation_beta alpha beta transA transB"),
    "FusedMatMul": Self(2, "alpha transA transB transBatchA transBatchB"),
    "GatherBlockQuantized": Self(4, "bits block_size gather_axis quantize_axis"),
    "Gelu": Self(1),
    "GroupQueryAttention": Self(
      12,
      "num_heads kv_num_heads scale softcap do_rotary rotary_interleaved local_window_size smooth_softmax "
        + "qk_norm_epsilon"),
    "Inverse": Self(1),
    "MatMulInteger16": Self(2),
    "MatMulIntegerToFloat": Self(7),
    "MatMulNBits": Self(6, "K N bits block_size accuracy_level"),
    "MulInteger": Self(4),
    "MultiHeadAttention": Self(8, "num_heads scale mask_filter_value unidirectional"),
    "NhwcMaxPool": Self(1, "ceil_mode " + windows),
    "QAttention": Self(9, "num_heads scale mask_filter_value unidirectional"),
    "QEmbedLayerNormalization": Self(18, "epsilon mask_index_type"),
    "QGemm": Self(9, "alpha transA transB"),
    "QLinearAdd": Self(8),
    "QLinearAveragePool": Self(5, "ceil_mode channels_last count_include_pad " + windows),
    "QLinearConcat": Self(nil, "axis"),
    "QLinearConv": Self(9, "group channels_last " + windows),
    "QLinearGlobalAveragePool": Self(5, "channels_last"),
    "QLinearLeakyRelu": Self(5, "alpha"),
    "QLinearMul": Self(8),
    "QLinearReduceMean": Self(5, "axes keepdims"),
    "QLinearSigmoid": Self(5),
    "QLinearSoftmax": Self(5, "axis opset"),
    "QLinearWhere": Self(9),
    "QuantizeLinear": Self(3, "axis block_size output_dtype precision saturate"),
    "QuickGelu": Self(1, "alpha"),
    "ReduceSumInteger": Self(1, "axes keepdims"),
    "RotaryEmbedding": Self(4, "num_heads rotary_embedding_dim interleaved scale"),
    "SimplifiedLayerNormalization": Self(2, "axis epsilon stash_type"),
    "SkipLayerNormalization": Self(5, "epsilon"),
    "SkipSimplifiedLayerNormalization": Self(4, "epsilon"),
    "TransposeMatMul": Self(2, "alpha transA transB"),
    "Trilu": Self(2, "upper"),
  ]
}
