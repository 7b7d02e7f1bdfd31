import WeftIO

/// A model's folder that cannot be opened: a file that is absent, a setting that is not what it should be, a kind of model
/// that is not known, weights that do not fit.
///
/// It names the file, the place in it, what was expected there and what was found. Files of tensors and tokenizers that
/// are damaged in themselves have errors of their own (`DataFileError`, `TokenizerError`, `TemplateError`).
public struct ModelError: Error, Sendable {
  /// What went wrong, as a code that stays the same between versions.
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// The folder, or a file of it, is not there or cannot be read.
    case unreadable = "model.unreadable"
    /// A file is not JSON, or not of its format.
    case syntax = "model.syntax"
    /// A setting that must be there is not.
    case missing = "model.missing"
    /// A setting is not what its place asks for.
    case badValue = "model.bad-value"
    /// A kind of model, or a setting of it, that is not known.
    case unsupported = "model.unsupported"
    /// The weights are not those that the configuration describes.
    case weights = "model.weights"
    /// What the model was asked cannot be answered, as a text that its tokenizer cannot encode.
    case input = "model.input"
  }

  /// What went wrong.
  public let code: Code
  /// The file's path.
  public let file: String
  /// The place in the file, as `text_config.hidden_size`; empty where it is the whole.
  public let path: String
  /// What should have been there.
  public let expected: String
  /// What was there.
  public let found: String
  /// What to do; nil where that is plain.
  public let hint: String?
  /// For weights that do not fit: all that does not.
  public let weights: CheckpointError?

  package init(
    _ code: Code, file: String = "", path: String = "", expected: String, found: String, hint: String? = nil,
    weights: CheckpointError? = nil
  ) {
    (self.code, self.file, self.path) = (code, file, path)
    (self.expected, self.found, self.hint, self.weights) = (expected, found, hint, weights)
  }
}

extension ModelError: CustomStringConvertible {
  /// The whole message: code, file, place, what was expected and what was found; for weights one report of all of them.
  public var description: String {
    let place = [file, path].filter { !$0.isEmpty }.joined(separator: ": ")
    let start = "[\(code.rawValue)] " + (place.isEmpty ? "" : place + ": ")
    let text = start + "expected \(expected); found \(found)" + (hint.map { "; \($0)" } ?? "")
    return weights.map { "\(text)\n\($0.report)" } ?? text
  }
}
