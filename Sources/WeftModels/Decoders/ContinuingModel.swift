import WeftNN
import WeftTensor

/// A model that continues texts from what caches hold of them: what a generator asks of it.
protocol ContinuingModel: Module {
  /// What its decoder is made of.
  var options: DecoderOptions { get }
  /// Whether there are positions for so many tokens only.
  var hasLimitedPositions: Bool { get }
  /// Whether a text goes on from a source, which an encoder reads.
  var readsSources: Bool { get }
  /// A cache without positions for a text that goes on from a source; nil for a model without an encoder.
  func cache(reading source: Tensor?) -> SequenceCache
  /// Features of texts that caches continue, [T, E] for the T tokens of all of them.
  func continued(_ tokens: [Int], _ texts: [(cache: SequenceCache, count: Int)]) -> Tensor
  /// The logits of features [..., E].
  func logits(of features: Tensor) -> Tensor
}

extension ContinuingModel {
  var readsSources: Bool { false }

  /// The logits behind the last of each text's new tokens, [texts, vocabulary]; the caches have these tokens in them.
  func nextLogits(_ texts: [(cache: SequenceCache, tokens: [Int])]) -> Tensor {
    if let error = misuse(texts) { return .failed(error) }
    return advanced(texts) { logits(of: lastRows($0, texts.map(\.tokens.count))) }
  }

  /// Takes tokens into a cache whose logits nobody wants: the first parts of a long prompt.
  func read(_ tokens: [Int], into cache: SequenceCache) -> Tensor {
    if let error = misuse([(cache, tokens)]) { return .failed(error) }
    return advanced([(cache, tokens)]) { $0 }
  }

  /// What `finish` makes of the features of new positions; these count where it succeeds.
  private func advanced(
    _ texts: [(cache: SequenceCache, tokens: [Int])], _ finish: (Tensor) -> Tensor
  ) -> Tensor {
    noGrad {
      inPath {
        for text in texts { text.cache.reserve(text.tokens.count) }
        let result = finish(continued(texts.flatMap(\.tokens), texts.map { ($0.cache, $0.tokens.count) }))
        if !result.isInvalid { for text in texts { text.cache.advance(by: text.tokens.count) } }
        return result
      }
    }
  }

  /// The rows of each text's last token.
  private func lastRows(_ states: Tensor, _ counts: [Int]) -> Tensor {
    if counts.allSatisfy({ $0 == 1 }) { return states }
    var (ends, end): ([Int], Int) = ([], 0)
    for count in counts {
      end += count
      ends.append(end - 1)
    }
    return states.indexSelected(Tensor(ends), axis: 0)
  }

  private func misuse(_ texts: [(cache: SequenceCache, tokens: [Int])]) -> TensorError? {
    func error(_ expected: String, _ got: String) -> TensorError {
      TensorError(.value, operation: "\(type(of: self)).logits", expected: expected, got: got)
    }
    if !options.isCausal { return error("a model that reads one way", "one whose positions see what comes after them") }
    if texts.isEmpty || texts.contains(where: \.tokens.isEmpty) {
      return error("at least one token of each text", "none")
    }
    if Set(texts.map { ObjectIdentifier($0.cache) }).count < texts.count {
      return error("each cache once", "one twice")
    }
    let wrong = texts.lazy.flatMap(\.tokens).first { !(0..<self.options.vocabularySize).contains($0) }
    if let wrong { return error("tokens in 0 ..< \(options.vocabularySize)", "\(wrong)") }
    guard hasLimitedPositions else { return nil }
    let longest = texts.map { $0.cache.count + $0.tokens.count }.max() ?? 0
    return longest <= options.maxPositions ? nil : error("at most \(options.maxPositions) positions", "\(longest)")
  }
}
