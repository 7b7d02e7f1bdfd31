import WeftNN
import WeftTensor
import WeftText

/// Turns texts into vectors whose distances are those of their meanings, by a model of a Hugging Face folder, with or
/// without the files of sentence-transformers.
///
/// ```swift
/// let embedder = try TextEmbedder(from: "models/all-MiniLM-L6-v2")
/// let vectors = try embedder.embed(["A man is eating food.", "Someone has lunch."])     // [2, 384]
/// print(embedder.similarity(vectors[0], vectors[1]).item())
/// ```
/// A value that any number of tasks may ask at once, as long as nobody changes its `model` meanwhile: an embedder that is
/// asked while its model learns is to be made anew. What a text gives does not depend on what else is asked with it,
/// beyond rounding.
public struct TextEmbedder: @unchecked Sendable {
  // Unchecked: the model is read alone, which any number of threads may do (see `Module`).

  /// The encoder with what pools its states; a module that may be trained.
  public let model: EmbeddingModel
  /// How vectors of this model are meant to be compared.
  public let similarityFunction: EmbeddingSimilarity
  private let tokens: ModelTokenizer
  private let settings: EmbeddingSettings
  /// Where it is from.
  let folder: ModelFolder
  /// What the folder's files say of its steps.
  let steps: EmbeddingSteps

  /// Opens a folder.
  ///
  /// - Parameters:
  ///   - path: The folder, with `config.json`, weights and a tokenizer.
  ///   - dtype: The type of the weights; nil for the one that most of the file has.
  ///   - pooling: What takes the place of the folder's pooling; a folder that states none has the mean.
  ///   - maxLength: Where texts are cut off, in tokens; nil for what the folder says.
  /// - Throws: `ModelError` for a folder that is incomplete, of a kind that is not known, or whose parts do not fit;
  ///   `DataFileError` and `TokenizerError` for files that are damaged.
  public init(
    from path: String, as dtype: DType? = .float32, pooling: Pooling? = nil, maxLength: Int? = nil
  ) throws {
    try self.init(from: ModelFolder(path), as: dtype, pooling: pooling, maxLength: maxLength)
  }

  /// The same of a folder that is open.
  public init(
    from folder: ModelFolder, as dtype: DType? = .float32, pooling: Pooling? = nil, maxLength: Int? = nil
  ) throws {
    var steps = try EmbeddingSteps(folder, as: dtype)
    if let pooling { steps.pooling = pooling }
    (self.folder, self.steps) = (folder, steps)
    let inner =
      try steps.encoderPath.isEmpty ? folder : ModelFolder(folder.file(steps.encoderPath), limits: folder.limits)
    settings = try EmbeddingSettings(folder, encoderPath: steps.encoderPath)
    model = try EmbeddingModel(try inner.textEncoder(as: dtype), steps).eval()
    tokens = try ModelTokenizer(
      inner, for: model.encoder, maxLength: maxLength ?? settings.maxLength, lowercases: settings.lowercases)
    similarityFunction = settings.similarity
  }

  /// The features of a vector: as many as the folder says, where it says that fewer are kept (`truncate_dim`).
  public var dimension: Int { min(settings.dimensions ?? model.dimension, model.dimension) }

  /// Where texts are cut off, in tokens.
  public var maxLength: Int { tokens.maxLength }

  /// The tokenizer, which cuts off at `maxLength`.
  public var tokenizer: Tokenizer { tokens.tokenizer }

  /// The prompts that the folder has, by their names.
  public var prompts: [String: String] { settings.prompts }
}

extension TextEmbedder {
  /// The vectors of texts.
  ///
  /// Shape: [texts, dimension], of float32.
  /// - Parameters:
  ///   - prompt: What is put before each text.
  ///   - dimensions: How many of a vector's features are kept, its first ones, where the model was trained for that; they
  ///     are of length 1 again if the whole vectors are. Nil for what the folder says, whose vectors are as
  ///     sentence-transformers has them: what is left of longer ones.
  /// - Throws: `ModelError` for a prompt that the folder does not have, or dimensions that the model does not.
  public func embed(
    _ texts: [String], prompt: EmbeddingPrompt = .standard, dimensions: Int? = nil
  ) throws -> Tensor {
    let before = try settings.text(prompt)
    let sequences = try tokens.sequences(before.isEmpty ? texts : texts.map { before + $0 })
    return try embed(sequences, promptLength: try promptLength(before), dimensions)
  }

  /// The vector of a text, [dimension].
  ///
  /// - Throws: As `embed(_:prompt:dimensions:)` of several.
  public func embed(_ text: String, prompt: EmbeddingPrompt = .standard, dimensions: Int? = nil) throws -> Tensor {
    try embed([text], prompt: prompt, dimensions: dimensions).squeezed(0)
  }

  /// The vectors of texts that are tokens already, with those that stand around a text.
  ///
  /// Shape: [texts, dimension], of float32.
  /// - Throws: `ModelError` for a token that the model does not have, and for a text without tokens or with more than the
  ///   model's positions.
  public func embed(tokens: [[Int]], dimensions: Int? = nil) throws -> Tensor {
    try embed(tokens.map { TokenSequence(ids: $0) }, promptLength: 0, dimensions)
  }

  /// The tokens that `embed` reads of texts: with the prompt, those that stand around a text, and cut off.
  ///
  /// - Throws: `ModelError`.
  public func tokenize(_ texts: [String], prompt: EmbeddingPrompt = .standard) throws -> [[Int]] {
    let before = try settings.text(prompt)
    return try tokens.sequences(before.isEmpty ? texts : texts.map { before + $0 }).map(\.ids)
  }

  /// Texts as one batch that the model reads, and how many of its tokens are the prompt's.
  ///
  /// - Throws: `ModelError` for a text that the tokenizer cannot encode.
  package func input(
    of texts: [String], prompt: EmbeddingPrompt = .standard
  ) throws -> (input: EncoderInput, promptLength: Int) {
    let before = try settings.text(prompt)
    let sequences = try tokens.sequences(before.isEmpty ? texts : texts.map { before + $0 })
    let batches = try SequenceBatches(sequences, for: model.encoder)
    return (batches.input(Array(texts.indices)), try promptLength(before))
  }

  /// What of a folder's prompt an embedder for servers wants to know: the text that is put before others, and how many of
  /// the tokens the pooling leaves out for it.
  ///
  /// - Throws: `ModelError` for a prompt that the folder does not have.
  package func text(of prompt: EmbeddingPrompt) throws -> (text: String, tokenCount: Int) {
    let text = try settings.text(prompt)
    return (text, try promptLength(text))
  }

  /// The vectors of tokens that begin with a prompt of so many.
  ///
  /// - Throws: As `embed(tokens:dimensions:)`.
  package func embed(tokens: [[Int]], promptLength: Int) throws -> Tensor {
    try embed(tokens.map { TokenSequence(ids: $0) }, promptLength: promptLength, nil)
  }

  private func embed(_ sequences: [TokenSequence], promptLength: Int, _ dimensions: Int?) throws -> Tensor {
    let kept = dimensions ?? dimension
    guard 1...model.dimension ~= kept else {
      throw ModelError(.input, path: "dimensions", expected: "1 to \(model.dimension)", found: "\(kept)")
    }
    let batches = try SequenceBatches(sequences, for: model.encoder)
    let rows = try batches.rows(width: kept) { input in
      let vectors = model(input, promptLength: promptLength)
      if kept == model.dimension { return vectors }
      let short = vectors.sliced(axis: 1, to: kept)
      return model.isNormalized && dimensions != nil ? short.normalized(axis: -1) : short
    }
    return Tensor(rows, shape: [sequences.count, kept])
  }

  /// How many tokens a prompt is, with those before it; 0 where the pooling counts them anyway.
  private func promptLength(_ prompt: String) throws(ModelError) -> Int {
    guard !model.pooling.includesPrompt, !prompt.isEmpty else { return 0 }
    guard let ids = try tokens.sequences([prompt]).first?.ids, let last = ids.last else { return 0 }
    return tokenizer.isSpecial(last) ? ids.count - 1 : ids.count
  }

  /// How alike vectors are, by the model's own measure: higher is nearer.
  ///
  /// Shape: [N, dimension] and [M, dimension] to [N, M]; of single vectors to one number.
  public func similarity(_ a: Tensor, _ b: Tensor) -> Tensor { similarityFunction(a, b) }
}

extension EmbeddingSimilarity {
  /// How alike vectors are: higher is nearer.
  ///
  /// Shape: [N, dimension] and [M, dimension] to [N, M]; of single vectors to one number.
  public func callAsFunction(_ a: Tensor, _ b: Tensor) -> Tensor {
    if a.rank == 1, b.rank == 1 { return self(a.unsqueezed(0), b.unsqueezed(0)).reshaped(to: []) }
    switch self {
    case .cosine: return a.normalized(axis: -1).matmul(b.normalized(axis: -1).transposed())
    case .dot: return a.matmul(b.transposed())
    case .euclidean: return Self.byRows(a, b) { -$0.squared().sum(axis: -1).sqrt() }
    case .manhattan: return Self.byRows(a, b) { -$0.abs().sum(axis: -1) }
    }
  }

  /// The most differences that are made at a time: those of all pairs of many vectors fit in no memory.
  private static let mostDifferences = 1 << 22

  /// What becomes of the differences of all pairs, [rows, M, dimension] to [rows, M], some rows at a time.
  private static func byRows(_ a: Tensor, _ b: Tensor, _ measure: (Tensor) -> Tensor) -> Tensor {
    let rows = max(mostDifferences / max(b.shape.elementCount, 1), 1)
    guard a.rank == 2, a.shape[0] > rows else { return measure(a.unsqueezed(1) - b.unsqueezed(0)) }
    let parts = stride(from: 0, to: a.shape[0], by: rows).map { start in
      let part = a.sliced(axis: 0, from: start, to: min(start + rows, a.shape[0]))
      return measure(part.unsqueezed(1) - b.unsqueezed(0))
    }
    return concatenated(parts, axis: 0)
  }
}
