/// A text on its way, piece by piece. No piece ends within a character, and none holds a part of a stop string.
///
/// The text is begun once an iterator is made or `tokens` is read, each time anew; from then on it is computed as fast
/// as the model can, however slowly pieces are taken. A task that is cancelled, or that lets go of the iterator, ends
/// it.
public struct TextStream: AsyncSequence, Sendable {
  private let loop: GenerationLoop
  private let settings: GenerationSettings
  private let prompt: Result<GenerationPrompt, any Error>

  init(_ loop: GenerationLoop, _ settings: GenerationSettings, _ prompt: Result<GenerationPrompt, any Error>) {
    (self.loop, self.settings, self.prompt) = (loop, settings, prompt)
  }

  /// The tokens as they are written, each with its text, log-probabilities and, at the last, why the text ended.
  public var tokens: AsyncThrowingStream<GeneratedToken, any Error> {
    AsyncThrowingStream { continuation in
      do { loop.submit(try prompt.get(), settings, continuation) } catch { continuation.finish(throwing: error) }
    }
  }

  /// Everything, when it has ended; what there is where the task was cancelled.
  ///
  /// - Throws: `ModelError` for settings or a prompt that cannot be, `TokenizerError`, `TensorError`.
  public func collected() async throws -> GeneratedText {
    var result = GeneratedText(
      text: "", tokens: [], logProbabilities: [], promptTokenCount: try prompt.get().readCount, finish: nil)
    for try await token in tokens {
      result.text += token.text
      result.tokens.append(token.token)
      result.logProbabilities.append(token.logProbability)
      result.finish = token.finish
    }
    return result
  }

  /// Gives one piece after the other.
  public struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate var tokens: AsyncThrowingStream<GeneratedToken, any Error>.AsyncIterator

    /// The next piece; nil at the end.
    public mutating func next() async throws -> String? {
      while let token = try await tokens.next() {
        if !token.text.isEmpty { return token.text }
      }
      return nil
    }
  }

  /// Starts the text.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(tokens: tokens.makeAsyncIterator()) }
}
