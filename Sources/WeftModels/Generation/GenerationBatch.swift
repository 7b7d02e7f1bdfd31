import WeftNN
import WeftTensor
import WeftText

/// Many texts that a model continues together, each by one token a step: one run through the model's weights for all
/// of them. Texts join and leave between steps (continuous batching).
///
/// ```swift
/// let batch = GenerationBatch(generator, limit: 16)
/// let number = try batch.add(prompt, settings: GenerationSettings())
/// while !batch.isEmpty {
///   for token in try batch.step() { print(token.text, terminator: "") }
/// }
/// ```
/// A text gets the tokens that it would get alone, with the same seed, but for rounding. To be used from one thread at
/// a time, and best always from the same: each thread that computes has helpers of its own.
public final class GenerationBatch {
  private let core: GeneratorCore
  private let limit: Int
  private var running: [RunningSequence] = []
  private var nextNumber = 0
  private var known: PromptCache

  init(_ core: GeneratorCore, limit: Int, promptCacheBytes: Int) {
    (self.core, self.limit) = (core, max(limit, 1))
    // Where the whole length says how keys turn, those of another text are of no use.
    known = PromptCache(limit: core.options.turnsByLength ? 0 : promptCacheBytes)
  }

  /// Whether no text is running.
  public var isEmpty: Bool { running.isEmpty }

  /// How many texts are running.
  public var count: Int { running.count }

  /// Adds a text to be continued; the next step reads it and writes its first token.
  ///
  /// - Returns: A number for it, which no other gets.
  /// - Throws: `ModelError` for settings out of their range, a prompt that is empty, too long or has tokens that the
  ///   model does not know, or where `limit` texts are running; `TensorError` where memory does not suffice for it.
  public func add(_ prompt: [Int], settings: GenerationSettings) throws -> Int {
    try add(GenerationPrompt(prompt), settings: settings)
  }

  /// The same where the text may follow a source.
  func add(_ prompt: GenerationPrompt, settings: GenerationSettings) throws -> Int {
    if prompt.source == nil, core.model.readsSources {
      throw ModelError(
        .input, path: "prompt", expected: "a text to read, as the model writes what follows one", found: "tokens alone",
        hint: "`add(following:of:settings:)`")
    }
    return try add(prompt.tokens, settings: settings) {
      let cache = prompt.source == nil ? known.beginning(of: prompt.tokens) : nil
      return cache ?? core.model.cache(reading: prompt.source)
    }
  }

  /// - Parameter makeCache: Makes what the model keeps of the text; some of the prompt may be in it already.
  func add(_ prompt: [Int], settings: GenerationSettings, in makeCache: () throws -> SequenceCache) throws -> Int {
    let settings = core.ruled(settings)
    try core.check(prompt, settings)
    guard running.count < limit else {
      throw ModelError(
        .input, expected: "at most \(limit) texts at a time", found: "one more", hint: "`limit:` of the batch")
    }
    let cache = try withTensorErrors {
      let cache = try makeCache()
      try checkTensorErrors()
      return cache
    }
    defer { nextNumber += 1 }
    running.append(RunningSequence(nextNumber, prompt, settings, core, cache))
    return nextNumber
  }

  /// Ends a text before its time; nothing where it has ended.
  public func remove(_ sequence: Int) {
    for ended in running where ended.number == sequence { known.keep(ended.tokens, ended.cache) }
    running.removeAll { $0.number == sequence }
  }

  /// One token for each running text, in the order in which they came. Those with a `finish` are no longer running.
  ///
  /// - Throws: `TensorError` where a computation fails, `TokenizerError` where a token cannot be decoded: then all that
  ///   is running is to be removed.
  public func step() throws -> [GeneratedToken] {
    if running.isEmpty { return [] }
    let results = try withTensorErrors { try noGrad { try chosen(try logits()) } }
    for sequence in running where sequence.isFinished { known.keep(sequence.tokens, sequence.cache) }
    running.removeAll(where: \.isFinished)
    return results
  }

  /// The longest part of a prompt that is read at a time, which bounds the memory that this takes. A prompt whose
  /// length says how its positions turn is read whole.
  private var longestPart: Int { core.options.turnsByLength ? .max : 512 }

  /// The logits behind each text, [texts, vocabulary].
  private func logits() throws -> Tensor {
    for sequence in running {
      while sequence.unread.count > longestPart {
        let part = Array(sequence.unread.prefix(longestPart))
        _ = core.model.read(part, into: sequence.cache)
        try checkTensorErrors()
      }
    }
    let result = core.model.nextLogits(running.map { ($0.cache, Array($0.unread)) })
    try checkTensorErrors()
    return result
  }

  private func chosen(_ logits: Tensor) throws -> [GeneratedToken] {
    let likeliest = logits.argMax(axis: 1).scalars(as: Int.self)
    let normalizers = logits.logSumExp(axis: 1).scalars(as: Float.self)
    try checkTensorErrors()
    return try logits.withUnsafeBufferPointer(as: Float.self) { all in
      let width = core.options.vocabularySize
      return try running.enumerated().map { place, sequence in
        let row = UnsafeBufferPointer(rebasing: all[(place * width)..<((place + 1) * width)])
        return try sequence.next(row, likeliest: likeliest[place], normalizer: normalizers[place], core)
      }
    }
  }
}
