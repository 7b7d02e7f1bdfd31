import WeftNN
import WeftTensor

/// A text encoder with what makes one vector of its states: pooling, maps, a normalization.
///
/// ```swift
/// let model = try EmbeddingModel(from: ModelFolder(path)).train()
/// let vectors = model(tokens, attentionMask: isToken)      // [N, dimension], with gradients
/// ```
/// Shape: tokens [N, T] of integers to [N, dimension]. A module as any other: it learns by whatever loss one gives it.
public final class EmbeddingModel: Module {
  /// What reads the text.
  public let encoder: TextEncoder
  /// What makes one vector of a text's states.
  public let pooling: Pooling
  let denses: [Module]
  private let steps: [EmbeddingStep]

  init(_ encoder: TextEncoder, _ steps: EmbeddingSteps) throws(ModelError) {
    (self.encoder, pooling, self.steps) = (encoder, steps.pooling, steps.steps)
    denses = steps.steps.compactMap { step in
      switch step {
      case .dense(let dense): dense
      case .layerNorm(let norm): norm
      case .normalize: nil
      }
    }
    super.init()
    try checkSizes()
  }

  /// Opens the model of a folder, whether sentence-transformers' steps are stated or not, in evaluation.
  ///
  /// - Parameters:
  ///   - dtype: The type of the weights; nil for the one that most of the file has.
  ///   - pooling: What takes the place of the folder's pooling.
  ///   - mapped: Whether weights stay in the mapped file until they are written, where types agree.
  /// - Throws: `ModelError` or `DataFileError`.
  public convenience init(
    from folder: ModelFolder, as dtype: DType? = .float32, pooling: Pooling? = nil, mapped: Bool = true
  ) throws {
    var steps = try EmbeddingSteps(folder, as: dtype)
    if let pooling { steps.pooling = pooling }
    let inner =
      try steps.encoderPath.isEmpty ? folder : ModelFolder(folder.file(steps.encoderPath), limits: folder.limits)
    try self.init(try inner.textEncoder(as: dtype, mapped: mapped), steps)
    eval()
  }

  public override var properties: [(name: String, value: Any)] { [("encoder", encoder), ("steps", denses)] }

  /// The features of a vector.
  public var dimension: Int {
    let pooled = encoder.width * pooling.modes.count
    return steps.reduce(pooled) { size, step in
      if case .dense(let dense) = step { dense.linear.weight.shape[0] } else { size }
    }
  }

  /// Whether vectors are of length 1.
  public var isNormalized: Bool { if case .normalize = steps.last { true } else { false } }

  public override func forward(_ tokens: Tensor) -> Tensor {
    vectors(EncoderInput(tokens, attentionMask: nil, types: nil), promptLength: 0)
  }

  /// The vectors of a batch of texts.
  ///
  /// - Parameters:
  ///   - attentionMask: [N, T], true or not zero where there is a token, false or zero at padding.
  ///   - tokenTypes: [N, T] of integers; left out, all zero.
  ///   - promptLength: How many tokens at the beginning are a prompt's, for a pooling that leaves them out.
  public func callAsFunction(
    _ tokens: Tensor, attentionMask: Tensor? = nil, tokenTypes: Tensor? = nil, promptLength: Int = 0
  ) -> Tensor {
    self(EncoderInput(tokens, attentionMask: attentionMask, types: tokenTypes), promptLength: promptLength)
  }

  package func callAsFunction(_ input: EncoderInput, promptLength: Int) -> Tensor {
    inPath { vectors(input, promptLength: promptLength) }
  }

  private func vectors(_ input: EncoderInput, promptLength: Int) -> Tensor {
    let states = encoder(input)
    if states.rank != 3 { return states }  // refused
    let pooled = pooling(states, attentionMask: input.isToken, promptLength: promptLength)
    return steps.reduce(pooled) { vector, step in
      switch step {
      case .dense(let dense): dense(vector)
      case .layerNorm(let norm): norm(vector)
      case .normalize: vector.normalized(axis: -1)
      }
    }
  }

  /// Each step takes what the one before gives.
  private func checkSizes() throws(ModelError) {
    guard !pooling.modes.isEmpty else {
      throw ModelError(.input, path: "pooling", expected: "at least one way of pooling, as .mean", found: "none")
    }
    var size = encoder.width * pooling.modes.count
    for step in steps {
      let wanted: (Int, Int)? =
        switch step {
        case .dense(let dense): (dense.linear.weight.shape[1], dense.linear.weight.shape[0])
        case .layerNorm(let norm): (norm.normalizedShape[0], norm.normalizedShape[0])
        case .normalize: nil
        }
      guard let wanted else { continue }
      guard wanted.0 == size else {
        throw ModelError(
          .badValue, file: "modules.json", expected: "a step of the \(size) features that come before it",
          found: "one of \(wanted.0)")
      }
      size = wanted.1
    }
  }
}
