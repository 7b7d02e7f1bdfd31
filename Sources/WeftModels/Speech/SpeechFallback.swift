import WeftData

/// What becomes of a window of sound whose text is poor, as Whisper's authors have it (Radford et al., 2022, section
/// 4.5): it is written anew, ever more freely, and where nothing seems to be said, left out.
public struct SpeechFallback: Hashable, Sendable {
  /// The temperatures that are tried, one after another, until a text is good; the last one's text stands.
  public var temperatures = [0, 0.2, 0.4, 0.6, 0.8, 1]
  /// A text is poor that compresses to less than its length over this: it repeats itself.
  public var mostCompression = 2.4
  /// A text is poor whose tokens have a mean logarithm of their probability below this.
  public var leastLogProbability = -1.0
  /// A window is silent whose text has improbable tokens, where the model says with more than this probability that
  /// nobody speaks.
  public var leastSilence = 0.6

  /// The values above.
  public init() {}

  /// Whether a text is to be written anew.
  func isPoor(_ text: WrittenWindow) -> Bool {
    if isSilent(text) { return false }
    return text.compression > mostCompression || text.logProbability < leastLogProbability
  }

  /// Whether nobody speaks.
  func isSilent(_ text: WrittenWindow) -> Bool {
    text.silence > leastSilence && text.logProbability < leastLogProbability
  }
}

/// What a model wrote of a window, and what that is worth.
struct WrittenWindow {
  /// The tokens, without the one that ends them.
  let tokens: [Int]
  /// How freely they were chosen.
  let temperature: Double
  /// The mean logarithm of the tokens' probabilities, the ending one's among them.
  let logProbability: Double
  /// The tokens' bytes over those of the same compressed.
  let compression: Double
  /// The probability that nobody speaks.
  let silence: Double

  /// - Parameters:
  ///   - written: The tokens, with the one that ends them.
  ///   - end: Tokens that end a text.
  init(
    _ written: [GeneratedToken], end: Set<Int>, vocabularySize: Int, temperature: Double, silence: Double
  ) {
    let all = written.map(\.token)
    tokens = all.last.map { end.contains($0) } ?? false ? all.dropLast() : all
    (self.temperature, self.silence) = (temperature, silence)
    logProbability = written.reduce(0) { $0 + Double($1.logProbability) } / Double(max(written.count, 1))
    compression = Self.compression(all, vocabularySize)
  }

  /// As transformers counts it: as few bytes for each token as tell it from all others, compressed by zlib.
  private static func compression(_ tokens: [Int], _ vocabularySize: Int) -> Double {
    let width = (Int.bitWidth - 1 - max(vocabularySize, 1).leadingZeroBitCount) / 8 + 1
    let bytes = tokens.flatMap { token in (0..<width).map { UInt8(truncatingIfNeeded: token >> (8 * $0)) } }
    // gzip's frame has 12 bytes more than zlib's.
    return Double(bytes.count) / Double(Gzip.deflated(bytes).count - 12)
  }
}
