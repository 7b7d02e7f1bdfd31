import Foundation

/// The tokens by which clients may ask, from a file with one on each line. Lines that begin with `#` are comments.
public struct BearerTokens: Sendable {
  private let tokens: [[UInt8]]

  /// Tokens as they are.
  public init(_ tokens: [String]) { self.tokens = tokens.map { Array($0.utf8) } }

  /// Tokens from a file.
  /// - Throws: A `RequestRefusal` for a file that cannot be read, is longer than a megabyte or has no token: a server is not to
  ///   stand open because a file is empty.
  public init(contentsOf path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw RequestRefusal(
        .failed, "\(path): expected a file of bearer tokens, one on each line, found none that can be read")
    }
    guard data.count <= 1 << 20, let text = String(data: data, encoding: .utf8) else {
      throw RequestRefusal(.failed, "\(path): expected a file of bearer tokens in UTF-8, of at most a megabyte")
    }
    let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
    let tokens = lines.filter { !$0.isEmpty && !$0.hasPrefix("#") }
    guard !tokens.isEmpty else {
      throw RequestRefusal(.failed, "\(path): expected a bearer token on each line, found none")
    }
    self.init(tokens)
  }

  /// Whether the value of an Authorization header holds one of the tokens.
  package func admit(_ header: String?) -> Bool {
    guard let header, header.utf8.count <= 4096 else { return false }
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return false }
    let given = Array(parts[1].utf8)
    // All are compared, to the end: how long it takes tells nothing of how much of a token was right.
    var found: UInt8 = 0
    for token in tokens { found |= Self.isEqual(token, given) }
    return found == 1
  }

  /// 1 where both are the same, 0 where not, in a time that depends on their lengths alone.
  private static func isEqual(_ token: [UInt8], _ given: [UInt8]) -> UInt8 {
    var difference: UInt8 = token.count == given.count ? 0 : 1
    for (place, byte) in given.enumerated() {
      difference |= byte ^ (token.isEmpty ? 1 : token[place % token.count])
    }
    return difference == 0 ? 1 : 0
  }
}
