/// How far a template may go, since templates come with files that anybody may have written.
///
/// Each is named in the error that it causes. The defaults are far beyond what the templates of published models need.
public struct TemplateLimits: Hashable, Sendable {
  /// The longest template, in bytes of UTF-8.
  public var templateBytes = 4 << 20
  /// How deep expressions and blocks may nest in a template's text.
  public var nesting = 100
  /// How deep expressions, blocks and calls of macros may nest while rendering.
  public var depth = 300
  /// How deep lists and dictionaries may nest in a value.
  public var valueDepth = 200
  /// How many statements, operations and items a rendering may take; 64 bytes of new text count as one.
  public var steps = 20_000_000
  /// How long the result, and each text on the way to it, may be, in bytes of UTF-8.
  public var textBytes = 64 << 20
  /// How many items a range, or a list that an operation makes, may have. jinja2's sandbox has the same for ranges.
  public var items = 100_000

  /// The defaults.
  public init() {}
}
