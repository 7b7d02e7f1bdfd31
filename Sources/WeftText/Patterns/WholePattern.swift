/// A regular expression that texts match as a whole, or do not, with the meaning that RE2 gives it. What RE2 alone has,
/// as `\Q`, `\C` and `\pL` without braces, is refused.
package struct WholePattern: Sendable {
  private let program: PatternProgram

  /// - Throws: A `TokenizerError` for a pattern that is none, or uses what is not known.
  package init(_ pattern: String) throws(TokenizerError) {
    _ = try PatternProgram(pattern, .re2)
    program = try PatternProgram("\\A(?:\(pattern))\\z", .re2)
  }

  /// Whether all of a text matches.
  /// - Throws: A `TokenizerError` where that takes too many attempts.
  package func matches(_ text: String) throws(TokenizerError) -> Bool {
    let bytes = Array(text.utf8)
    let result: Result<Bool, TokenizerError> = bytes.withUnsafeBufferPointer { bytes in
      var isMatch = false
      do throws(TokenizerError) {
        try PatternMatcher.forEachMatch(of: program, in: bytes) { _ in isMatch = true }
        return .success(isMatch)
      } catch { return .failure(error) }
    }
    return try result.get()
  }
}
