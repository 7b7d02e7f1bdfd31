import WeftData

/// What a reader of a file is told: what errors call it, and what it may ask for.
struct FileContext: Sendable {
  let name: String
  let limits: LoadLimits

  func wrong(
    _ code: DataFileError.Code, at offset: Int?, _ expected: String, _ found: String, hint: String? = nil
  ) -> DataFileError {
    DataFileError(code, file: name, at: offset, expected: expected, found: found, hint: hint)
  }

  func wrong(at offset: Int?, _ expected: String, _ found: String, hint: String? = nil) -> DataFileError {
    wrong(.wrongFormat, at: offset, expected, found, hint: hint)
  }

  func wrong(_ code: DataFileError.Code, _ expected: String, _ found: String) -> DataFileError {
    wrong(code, at: nil, expected, found)
  }

  func wrong(_ expected: String, _ found: String) -> DataFileError { wrong(.wrongFormat, at: nil, expected, found) }
}
