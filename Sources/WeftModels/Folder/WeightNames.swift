import WeftIO

/// How the names of a family's weights in files become those of our modules. A family states it once; nobody who opens a
/// folder has to.
public struct WeightNames: Sendable {
  /// What stands before the names of a model with a head and may be absent where there is the body alone, or the other
  /// way round, as `bert.`.
  public var prefix: String
  /// Texts in names and what stands for them, one after the other.
  public var replacements: [(old: String, new: String)]
  /// What begins (before or after the prefix) the names of weights that a module may go without, as another head's.
  public var optional: [String]
  /// What ends the names of values that older files hold and nobody needs, as `position_ids`.
  public var ignored: [String]
  /// Names under which files hold the same weight: where a file has both, the second is left out, else it stands for the
  /// first, which is the module's.
  public var synonyms: [(name: String, other: String)]
  /// Whether the file's matrix for a name of the module is to be transposed; nil where none is.
  public var transposing: (@Sendable (String) -> Bool)?

  /// - Parameters:
  ///   - prefix: What stands before the names of a body where it is part of a model with a head.
  ///   - replacements: Texts in names and what stands for them.
  ///   - optional: What begins the names of weights that a module may go without.
  ///   - ignored: What ends the names of values that nobody needs.
  ///   - synonyms: Names under which files hold the same weight.
  ///   - transposing: Whether the file's matrix for a name of the module is to be transposed.
  public init(
    prefix: String = "", replacements: [(old: String, new: String)] = [], optional: [String] = [],
    ignored: [String] = [], synonyms: [(name: String, other: String)] = [],
    transposing: (@Sendable (String) -> Bool)? = nil
  ) {
    (self.prefix, self.replacements, self.optional) = (prefix, replacements, optional)
    (self.ignored, self.synonyms, self.transposing) = (ignored, synonyms, transposing)
  }

  /// The module's name for a name of a file; nil where its tensor is left out.
  ///
  /// - Parameters:
  ///   - known: The names that the module has.
  ///   - all: The names that the file has.
  func name(of stored: String, among known: Set<String>, in all: Set<String>) -> String? {
    if let synonym = synonyms.first(where: { $0.other == stored }) {
      return all.contains(synonym.name) ? nil : name(of: synonym.name, among: known, in: all)
    }
    let name = replacements.reduce(stored) { name, rule in
      name.contains(rule.old)
        ? name.split(separator: rule.old, omittingEmptySubsequences: false)
          .joined(separator: rule.new) : name
    }
    if known.contains(name) { return name }
    if ignored.contains(where: name.hasSuffix) { return nil }
    let bare = !prefix.isEmpty && name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
    if known.contains(bare) { return bare }
    if known.contains(prefix + name) { return prefix + name }
    let isOptional = optional.contains { name.hasPrefix($0) || bare.hasPrefix($0) }
    return isOptional ? nil : name
  }
}
