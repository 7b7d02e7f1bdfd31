/// A template in the Jinja language, read once and rendered as often as wanted, on any thread.
///
/// The language and its meaning are those of jinja2's `ImmutableSandboxedEnvironment` as the Python library transformers
/// sets it up for chat templates: the line's end after a block tag goes, and so does white space before one
/// (`trim_blocks`, `lstrip_blocks`); `break`, `continue` and `generation` are tags; `raise_exception` and `strftime_now`
/// are functions; `tojson` escapes no HTML.
///
/// ```swift
/// let template = try Template("Hello {{ name }}!")
/// let text = try template.render(["name": "Ada"])
/// ```
public struct Template: Sendable {
  let statements: [Statement]
  let names: [String]
  let places: [NamePlace]
  let entries: [ScopeEntry]
  /// The limits that reading kept, and rendering keeps.
  public let limits: TemplateLimits

  /// Reads a template.
  ///
  /// - Throws: `TemplateError` with the place where the text is not a template.
  public init(_ text: String, limits: TemplateLimits = TemplateLimits()) throws(TemplateError) {
    self.limits = limits
    var parser = try TemplateParser(text, limits: limits)
    statements = try parser.parse()
    names = parser.names
    var resolver = TemplateResolver(names: names, scopeCount: parser.scopeCount)
    try resolver.resolve(template: statements)
    places = resolver.places
    entries = resolver.entries
  }
}
