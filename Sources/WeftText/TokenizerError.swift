/// A tokenizer's file that cannot be read or asks for something that is not known, or a text that its tokenizer cannot
/// encode.
///
/// It names the file, the place in it, what was expected there and what was found.
public struct TokenizerError: Error, Hashable, Sendable {
  /// What went wrong, as a code that stays the same between versions.
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// The file could not be opened or read.
    case unreadable = "tokenizer.unreadable"
    /// The file is not JSON, or not of its format.
    case syntax = "tokenizer.syntax"
    /// A part that must be there is not.
    case missing = "tokenizer.missing"
    /// A value is not what its place asks for.
    case badValue = "tokenizer.bad-value"
    /// A component, or a construct of a regular expression, that is not known.
    case unsupported = "tokenizer.unsupported"
    /// A limit that keeps hostile files from taking all memory was broken.
    case limitExceeded = "tokenizer.limit-exceeded"
    /// The vocabulary lacks a token that encoding needs.
    case missingToken = "tokenizer.missing-token"
    /// Truncation cannot keep the length that was asked for.
    case truncation = "tokenizer.truncation"
    /// A regular expression took more steps than any reasonable text makes it take.
    case patternTooSlow = "tokenizer.pattern-too-slow"
  }

  /// What went wrong.
  public let code: Code
  /// The file's name, as the caller gave it; empty where no file is involved.
  public let file: String
  /// The place in the file: a path in its JSON as `pre_tokenizer.pretokenizers[1].type`, or a line or byte.
  public let path: String
  /// What should have been there.
  public let expected: String
  /// What was there.
  public let found: String

  package init(_ code: Code, file: String = "", path: String = "", expected: String, found: String) {
    self.code = code
    self.file = file
    self.path = path
    self.expected = expected
    self.found = found
  }

  /// The same error, of another file.
  func inFile(_ name: String) -> TokenizerError {
    file.isEmpty ? TokenizerError(code, file: name, path: path, expected: expected, found: found) : self
  }
}

extension TokenizerError: CustomStringConvertible {
  /// The whole message: code, file, place, what was expected and what was found.
  public var description: String {
    let place = [file, path].filter { !$0.isEmpty }.joined(separator: ": ")
    return "[\(code.rawValue)] " + (place.isEmpty ? "" : place + ": ") + "expected \(expected); found \(found)"
  }
}
