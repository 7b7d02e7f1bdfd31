import WeftTensor

/// A transformer over the patches of pictures (Dosovitskiy et al., "An Image is Worth 16x16 Words", 2021): each patch
/// becomes a vector by a convolution, a learned class token stands before them, learned positions are added, and the
/// class token's last state goes to the head.
///
/// Shape: [N, 3, imageSize, imageSize] to logits [N, classes]. Names are torchvision's: `class_token`,
/// `conv_proj.weight`, `encoder.pos_embedding`, `encoder.layers.encoder_layer_0.ln_1.weight`,
/// `encoder.layers.encoder_layer_0.self_attention.in_proj_weight`, `encoder.layers.encoder_layer_0.mlp.0.weight`,
/// `encoder.ln.weight`, `heads.head.weight`. First values as torchvision's: the head is zero.
///
/// ```swift
/// let model = ViT(imageSize: 32, patchSize: 4, numLayers: 6, numHeads: 4, hiddenDim: 128, mlpDim: 256, classes: 10)
/// ```
public final class ViT: Module {
  /// What stands before the patches, [1, 1, E].
  public var classToken: Parameter
  /// Each patch to a vector: a convolution with the patch's size as kernel and stride.
  public var convProj: Conv2d
  /// [1, patches + 1, E], added to the class token and the patches.
  public var posEmbedding: Parameter
  /// Of the sum.
  public var dropout: Dropout
  /// The layers, from the first to run on.
  public var layers: [ViTLayer]
  /// After the last layer.
  public var norm: LayerNorm
  /// The linear map before the head's, with tanh after it.
  public var preLogits: Linear?
  /// The last layer: another `Linear` in its place learns other classes, `Identity()` gives the features.
  public var head: Module
  /// The height and width of a picture.
  public let imageSize: Int
  /// The height and width of a patch; it divides the picture's.
  public let patchSize: Int

  /// - Parameter representationSize: The width of a layer with tanh before the last; left out, there is none.
  public init(
    imageSize: Int = 224, patchSize: Int = 16, numLayers: Int = 12, numHeads: Int = 12, hiddenDim: Int = 768,
    mlpDim: Int = 3072, dropout: Double = 0, attentionDropout: Double = 0, classes: Int = 1000,
    representationSize: Int? = nil, channels: Int = 3
  ) {
    (self.imageSize, self.patchSize) = (imageSize, patchSize)
    let side = LayerCheck.size(imageSize, "an image", layer: "ViT") / max(patchSize, 1)
    classToken = Parameter(Tensor(zeros: [1, 1, hiddenDim]))
    convProj = Conv2d(channels, hiddenDim, kernelSize: .init(patchSize), stride: .init(patchSize))
    posEmbedding = Parameter(Initializer.normal(deviation: 0.02)([1, side * side + 1, hiddenDim]))
    self.dropout = Dropout(dropout)
    layers = (0..<LayerCheck.layers(numLayers, layer: "ViT")).map { _ in
      ViTLayer(
        numHeads: numHeads, hiddenDim: hiddenDim, mlpDim: mlpDim, dropout: dropout, attentionDropout: attentionDropout)
    }
    norm = LayerNorm(hiddenDim, epsilon: 1e-6)
    preLogits = representationSize.map { Linear(hiddenDim, $0) }
    let last = Linear(representationSize ?? hiddenDim, classes)
    head = last
    super.init()
    guard patchSize > 0, imageSize.isMultiple(of: patchSize) else {
      report(
        TensorError(
          .value, operation: "ViT", expected: "patches that divide the picture's \(imageSize) points",
          got: "\(patchSize)"))
      return
    }
    initialize(fanIn: Fan(convProj.weight.shape).fanIn)
    last.weight.initialize(.zeros)
    last.bias?.initialize(.zeros)
  }

  /// The paper's ViT-B/16.
  public static func b16(classes: Int = 1000) -> ViT { ViT(classes: classes) }
  /// ViT-B/32.
  public static func b32(classes: Int = 1000) -> ViT { ViT(patchSize: 32, classes: classes) }
  /// ViT-L/16.
  public static func l16(classes: Int = 1000) -> ViT { large(patchSize: 16, classes: classes) }
  /// ViT-L/32.
  public static func l32(classes: Int = 1000) -> ViT { large(patchSize: 32, classes: classes) }
  /// ViT-H/14.
  public static func h14(classes: Int = 1000) -> ViT {
    ViT(patchSize: 14, numLayers: 32, numHeads: 16, hiddenDim: 1280, mlpDim: 5120, classes: classes)
  }

  private static func large(patchSize: Int, classes: Int) -> ViT {
    ViT(patchSize: patchSize, numLayers: 24, numHeads: 16, hiddenDim: 1024, mlpDim: 4096, classes: classes)
  }

  public override var properties: [(name: String, value: Any)] {
    var parts: [(name: String, value: Any)] = [
      ("class_token", classToken), ("conv_proj", convProj), ("encoder.pos_embedding", posEmbedding),
      ("encoder.dropout", dropout),
    ]
    parts += layers.enumerated().map { ("encoder.layers.encoder_layer_\($0)", $1) }
    parts.append(("encoder.ln", norm))
    if let preLogits { parts.append(("heads.pre_logits", preLogits)) }
    return parts + [("heads.head", head)]
  }

  private func initialize(fanIn: Int) {
    func deviation(_ fan: Int) -> Double { 1 / Double(max(fan, 1)).squareRoot() }
    convProj.weight.initialize(.truncatedNormal(deviation: deviation(fanIn)))
    convProj.bias?.initialize(.zeros)
    if let preLogits {
      preLogits.weight.initialize(.truncatedNormal(deviation: deviation(preLogits.weight.shape[1])))
      preLogits.bias?.initialize(.zeros)
    }
  }

  public override func forward(_ input: Tensor) -> Tensor {
    guard input.rank == 4, input.shape.suffix(2).allSatisfy({ $0 == imageSize }) else {
      return .failed(
        TensorError(
          .shape, operation: "ViT", operands: [("input", input.spec)],
          expected: "pictures [batch, \(convProj.weight.shape[1]), \(imageSize), \(imageSize)]", got: "\(input.shape)"))
    }
    let patches = convProj(input).flattened(from: 2).transposed()
    let first = classToken.tensor.converted(to: patches.dtype)
      .expanded(to: [patches.shape[0], 1, patches.shape[2]])
    let embedded = dropout(concatenated([first, patches], axis: 1) + posEmbedding.tensor)
    let encoded = norm(layers.reduce(embedded) { $1($0) })
    let state = encoded.sliced(axis: 1, to: 1).squeezed(1)
    return head(preLogits.map { $0(state).tanh() } ?? state)
  }
}

/// A layer of a `ViT`: x ← x + attention(ln_1(x)), x ← x + mlp(ln_2(x)).
///
/// Shape: [N, T, E] to the same. Parts: `ln_1`, `self_attention`, `ln_2`, `mlp.0`, `mlp.3`.
public final class ViTLayer: Module {
  /// The norm before the attention.
  public var ln1: LayerNorm
  /// The attention of all patches to all, batches first.
  public var selfAttention: MultiheadAttention
  /// Of the attention's result.
  public var dropout: Dropout
  /// The norm before the network.
  public var ln2: LayerNorm
  /// Two linear maps with GELU between them, each followed by dropout.
  public var mlp: Sequential

  /// - Parameters:
  ///   - hiddenDim: E, the features of a patch.
  ///   - mlpDim: The features inside the network.
  ///   - attentionDropout: The rate at which attention weights are dropped in training.
  public init(numHeads: Int, hiddenDim: Int, mlpDim: Int, dropout: Double = 0, attentionDropout: Double = 0) {
    ln1 = LayerNorm(hiddenDim, epsilon: 1e-6)
    selfAttention = MultiheadAttention(hiddenDim, numHeads: numHeads, dropout: attentionDropout, batchFirst: true)
    self.dropout = Dropout(dropout)
    ln2 = LayerNorm(hiddenDim, epsilon: 1e-6)
    mlp = Sequential {
      Linear(hiddenDim, mlpDim)
      GELU()
      Dropout(dropout)
      Linear(mlpDim, hiddenDim)
      Dropout(dropout)
    }
    super.init()
    for case let linear as Linear in mlp.layers {
      linear.weight.initialize(.xavierUniform())
      linear.bias?.initialize(.normal(deviation: 1e-6))
    }
  }

  public override var properties: [(name: String, value: Any)] {
    [("ln_1", ln1), ("self_attention", selfAttention), ("dropout", dropout), ("ln_2", ln2), ("mlp", mlp)]
  }

  public override func forward(_ input: Tensor) -> Tensor {
    let x = input + dropout(selfAttention(ln1(input)))
    return x + mlp(ln2(x))
  }
}
