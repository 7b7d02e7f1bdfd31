/// A data file that cannot be read, is not what it should be, or breaks a limit.
///
/// It names the file, the byte where the problem is, what was expected there and what was found, and, where the file's
/// first bytes give it away, what the file really is: a web page, a Git LFS pointer, another format.
public struct DataFileError: Error, Hashable, Sendable {
  /// What went wrong, as a code that stays the same between versions.
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// The file could not be opened or read.
    case unreadable = "data.unreadable"
    /// The file is of another format.
    case wrongFormat = "data.wrong-format"
    /// The file ends too early.
    case truncated = "data.truncated"
    /// Bytes follow where the file should have ended.
    case trailingBytes = "data.trailing-bytes"
    /// A checksum or the compressed data is wrong: the file was damaged.
    case corrupt = "data.corrupt"
    /// The file is valid, but uses something this reader does not read.
    case unsupported = "data.unsupported"
    /// Reading on would take more memory than the caller allowed.
    case limitExceeded = "data.limit-exceeded"
    /// A row has another number of fields than the first.
    case raggedRow = "data.ragged-row"
    /// A value is not what its place asks for: text in a column of numbers.
    case badValue = "data.bad-value"
    /// The file asks for something that is never done, as running a function that is not on the list of harmless ones.
    case refused = "data.refused"
    /// A tensor was asked for that the file does not have.
    case missingTensor = "data.missing-tensor"
    /// A column was asked for that the file does not have.
    case missingColumn = "data.missing-column"
  }

  /// What went wrong.
  public let code: Code
  /// The file's name, as the caller gave it.
  public let file: String
  /// The byte at which the problem is, counted from 0, where it is known.
  public let offset: Int?
  /// What the file should have held there, or the limit that it should have kept.
  public let expected: String
  /// What it held.
  public let found: String
  /// What the file's first bytes look like, where that explains the problem.
  public let looksLike: FileKind?
  /// What to do: for a limit, the option that raises it.
  public let hint: String?

  package init(
    _ code: Code, file: String, at offset: Int? = nil, expected: String, found: String, looksLike: FileKind? = nil,
    hint: String? = nil
  ) {
    self.code = code
    self.file = file
    self.offset = offset
    self.expected = expected
    self.found = found
    self.looksLike = looksLike
    self.hint = hint
  }
}

extension DataFileError: CustomStringConvertible {
  /// The whole error on one line.
  public var description: String {
    let place = offset.map { " at byte \($0)" } ?? ""
    var text = "\(file)\(place): expected \(expected), found \(found)"
    if let looksLike { text += "; the file looks like \(looksLike)" }
    if let advice = hint ?? looksLike?.hint { text += "; \(advice)" }
    return "\(text) [\(code.rawValue)]".onOneLine
  }
}

extension String {
  /// The text with every control character escaped, so that a hostile name or value cannot forge a line of a log.
  package var onOneLine: String {
    var text = ""
    for scalar in unicodeScalars {
      let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      let breaksLines = scalar.value == 0x2028 || scalar.value == 0x2029
      text += isControl || breaksLines ? scalar.escaped(asASCII: true) : String(scalar)
    }
    return text
  }
}

/// The bytes in hexadecimal, two digits each.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
}
