import Testing
import WeftModels

/// What is kept of texts that have ended.
@Suite struct PromptCacheTests {
  /// Each prompt is compared with all texts: there are no more of them than a number, however small they are.
  @Test func theTextsUsedLastAreKeptUpToANumber() {
    var options = DecoderOptions(
      vocabularySize: 400, width: 8, hiddenWidth: 8, layerCount: 1, headCount: 1, keyValueHeadCount: 1, headDim: 8,
      maxPositions: 32)
    options.rotary = RotaryOptions(dim: 8, base: 10_000)
    var cache = PromptCache(limit: 1 << 30)
    for token in 0..<300 {
      cache.keep(Array(repeating: token, count: 20), SequenceCache(options).copy(of: 20))
      // Asked for again and again, the first one stays.
      if token > 0 { #expect(cache.beginning(of: Array(repeating: 0, count: 30))?.count == 20) }
    }
    #expect(cache.count == 256)
    #expect(cache.beginning(of: Array(repeating: 1, count: 30)) == nil)
    #expect(cache.beginning(of: Array(repeating: 299, count: 30))?.count == 20)
  }
}
