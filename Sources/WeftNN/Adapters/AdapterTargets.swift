import WeftTensor

/// Which modules something is meant for, by their names, as PEFT's `target_modules` says it.
///
/// ```swift
/// let some: AdapterTargets = ["query", "value"]                  // names, or what ends them behind a dot
/// let pattern: AdapterTargets = #".*layer\.[0-3]\..*\.query"#    // a regular expression of the whole name
/// let all: AdapterTargets = "all-linear"
/// ```
public enum AdapterTargets: Hashable, Sendable {
  /// Modules of these names, or whose names end in them behind a dot.
  case names([String])
  /// Modules whose whole name a regular expression matches.
  case pattern(String)
  /// Every `Linear`, but for those that give a model's answers: the map to a vocabulary, a classifier.
  case allLinear
}

extension AdapterTargets: ExpressibleByArrayLiteral, ExpressibleByStringLiteral {
  /// Modules of these names, or whose names end in them behind a dot.
  public init(arrayLiteral names: String...) { self = .names(names) }

  /// A regular expression; `all-linear` stands for all linear maps.
  public init(stringLiteral text: String) { self.init(text: text) }

  /// What a text says where one stands in place of a list.
  package init(text: String) { self = text.lowercased() == "all-linear" ? .allLinear : .pattern(text) }
}

extension AdapterTargets {
  /// Whether a module is meant by its name.
  ///
  /// - Parameter isInnerLinear: Whether the module is a linear map that gives no answer.
  func matches(_ name: String, isInnerLinear: Bool) -> Bool {
    switch self {
    case .names(let names): names.contains { NamePattern.ends(name, with: $0) }
    case .pattern(let pattern): NamePattern.matches(name, pattern)
    case .allLinear: isInnerLinear
    }
  }

  /// - Throws: `TensorError` for an expression that is none.
  func check() throws(TensorError) {
    if case .pattern(let pattern) = self { try NamePattern.check(pattern, for: "targets") }
  }
}

/// Names of modules and what they are compared with.
enum NamePattern {
  /// Nobody writes a longer one, and what a file may ask for has limits.
  private static let longest = 4096

  /// Whether a name is another, or ends in it behind a dot.
  static func ends(_ name: String, with end: String) -> Bool { name == end || name.hasSuffix("." + end) }

  /// Whether a regular expression matches all of a name.
  static func matches(_ name: String, _ pattern: String) -> Bool {
    guard let expression = try? Regex(pattern) else { return false }
    return (try? expression.wholeMatch(in: name)) != nil
  }

  /// Whether a regular expression matches a name, or what stands in it behind a dot: PEFT's rule for the keys of
  /// `rank_pattern` and `alpha_pattern`.
  static func matchesEnd(_ name: String, _ pattern: String) -> Bool { matches(name, #"(?:.*\.)?(?:\#(pattern))"#) }

  /// - Throws: `TensorError` for an expression that is none.
  static func check(_ pattern: String, for setting: String) throws(TensorError) {
    guard pattern.utf8.count <= longest else {
      throw TensorError(
        .value, operation: "LoRA", expected: "\(setting) of at most \(longest) bytes", got: "\(pattern.utf8.count)")
    }
    do { _ = try Regex(pattern) } catch {
      throw TensorError(
        .value, operation: "LoRA", expected: "a regular expression in \(setting)", got: "\"\(pattern)\"",
        hint: "a list of names needs none: `targets: [\"query\", \"value\"]`")
    }
  }
}
