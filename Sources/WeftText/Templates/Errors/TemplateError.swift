/// A template that cannot be read or rendered.
///
/// It says where in the template, what was expected there and what was found. What `raise_exception` was called with
/// stands in `raisedMessage`.
public struct TemplateError: Error, Hashable, Sendable {
  /// What went wrong, as a code that stays the same between versions.
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// The template's text is not a template.
    case syntax = "template.syntax"
    /// The template called `raise_exception`: the conversation is not one that it takes.
    case raised = "template.raised"
    /// Something that does not exist was used as if it did.
    case undefined = "template.undefined"
    /// The template wanted what templates must not do, such as to change a list.
    case unsafe = "template.unsafe"
    /// A value has a type that the operation does not take.
    case wrongType = "template.wrong-type"
    /// A value is of the right type, but not one that can be used.
    case badValue = "template.bad-value"
    /// A number became too large.
    case overflow = "template.overflow"
    /// A division by zero.
    case divisionByZero = "template.division-by-zero"
    /// Rendering would have gone beyond one of the `TemplateLimits`.
    case limitExceeded = "template.limit-exceeded"
    /// The template uses what is not supported here.
    case unsupported = "template.unsupported"
    /// A configuration or JSON text is not what it should be.
    case wrongFormat = "template.wrong-format"
  }

  /// What went wrong.
  public let code: Code
  /// What the template should have held or done, or the limit that it should have kept.
  public let expected: String
  /// What it held or did.
  public let found: String
  /// What the template said, where it called `raise_exception`.
  public let raisedMessage: String?
  /// The line in the template, counted from 1, where it is known.
  public internal(set) var line: Int?
  /// The column in the line, counted in bytes from 1, where it is known.
  public internal(set) var column: Int?

  init(
    _ code: Code, expected: String, found: String, raisedMessage: String? = nil, at position: TemplatePosition? = nil
  ) {
    self.code = code
    self.expected = expected
    self.found = found
    self.raisedMessage = raisedMessage
    line = position?.line
    column = position?.column
  }

  func located(at position: TemplatePosition) -> TemplateError {
    guard line == nil else { return self }
    var error = self
    error.line = position.line
    error.column = position.column
    return error
  }
}

extension TemplateError: CustomStringConvertible {
  /// The whole error on one line.
  public var description: String {
    let place = line.map { ", line \($0)" + (column.map { ", column \($0)" } ?? "") } ?? ""
    if let raisedMessage {
      return "chat template\(place): the template refuses the conversation: \(raisedMessage) [\(code.rawValue)]"
    }
    return "chat template\(place): expected \(expected), found \(found) [\(code.rawValue)]"
  }
}

extension TemplateError {
  static func wrongType(expected: String, found: String) -> TemplateError {
    TemplateError(.wrongType, expected: expected, found: found)
  }

  static func badValue(expected: String, found: String) -> TemplateError {
    TemplateError(.badValue, expected: expected, found: found)
  }

  static func limit(_ name: String, _ value: Int, found: String) -> TemplateError {
    TemplateError(
      .limitExceeded, expected: "at most \(value) (TemplateLimits.\(name))",
      found: "\(found); raise TemplateLimits.\(name)")
  }

  static func syntax(expected: String, found: String, at position: TemplatePosition) -> TemplateError {
    TemplateError(.syntax, expected: expected, found: found, at: position)
  }
}

/// A place in a template.
struct TemplatePosition: Hashable, Sendable {
  var line: Int
  var column: Int
}
