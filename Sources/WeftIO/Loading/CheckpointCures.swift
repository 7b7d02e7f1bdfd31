import WeftTensor

// What to do about a file that does not fit a module: only what was tried on the names, and helps.

extension CheckpointError {
  /// Only what would help here.
  var cures: [String] {
    guard ambiguous.isEmpty, let best = renamings.min(by: { $0.rest < $1.rest }),
      best.rest < Rest(missing: missing, unexpected: unexpected)
    else { return otherCures }
    return [best.text]
  }

  private var otherCures: [String] {
    var cures: [String] = []
    if let name = transposed.first {
      cures.append("the file has \(name) as [in, out]: `transposing:` names the matrices to be transposed")
    }
    if !fitting.isEmpty, ambiguous.isEmpty, undecided.isEmpty {
      cures.append("`partial: true` loads the \(fitting.count) that fit")
    }
    if !dtypes.isEmpty, ambiguous.isEmpty {
      cures.append("`converting: true` converts between whole and other numbers")
    }
    if !missing.isEmpty, !unexpected.isEmpty { cures.append("`renaming:` maps the file's names to the module's") }
    return cures
  }

  /// The rules that suggest themselves, each with what it leaves; none that does harm.
  private var renamings: [Renaming] {
    var found: [Renaming] = []
    for prefix in Self.prefixes(of: unexpected, over: missing) {
      let isOfAll = namesOfFile.allSatisfy { $0.hasPrefix(prefix) }
      let what = isOfAll ? "the file's names begin with" : "the file has names of the module behind"
      found.append(Renaming("\(what) \"\(prefix)\"", [.dropPrefix(prefix)]))
      if isOfAll { continue }
      found.append(
        Renaming(
          "the file has the module's names behind \"\(prefix)\", beside others",
          [.keepOnly(prefix: prefix), .dropPrefix(prefix)]))
    }
    for prefix in Self.prefixes(of: missing, over: unexpected) {
      found.append(Renaming("the module's names begin with \"\(prefix)\"", [.addPrefix(prefix)]))
    }
    return found.compactMap { renaming in
      rest(after: renaming.rules).map { Renaming(renaming.what, renaming.rules, $0) }
    }
  }

  private var namesInBoth: Set<String> { Set(fitting + shapes.map(\.name) + dtypes.map(\.name)) }

  private var namesOfFile: [String] { namesInBoth + unexpected }

  /// What is missing and unexpected once the file's names are changed; nil where two become one, or one that fits is lost.
  private func rest(after rules: [NameRule]) -> Rest? {
    let names = namesOfFile.compactMap { name in
      rules.reduce(String?.some(name)) { name, rule in name.flatMap(rule.applied) }
    }
    let (file, module) = (Set(names), namesInBoth.union(missing))
    if file.count < names.count || !namesInBoth.isSubset(of: file) { return nil }
    return Rest(
      missing: module.subtracting(file).sorted(),
      unexpected: file.subtracting(module).subtracting(dispensable).sorted())
  }

  /// What stands before names of `short` in names of `long` (`module.` of parallel training, `model.` beside an
  /// optimizer), for one of two at least; the most frequent first, and few.
  private static func prefixes(of long: [String], over short: [String]) -> [String] {
    let wanted = Set(short)
    var counts: [String: Int] = [:]
    for name in long {
      for (place, character) in zip(name.indices, name) where character == "." {
        let rest = name.index(after: place)
        if wanted.contains(String(name[rest...])) { counts[String(name[..<rest]), default: 0] += 1 }
      }
    }
    let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    return sorted.filter { $0.value == long.count || $0.value >= 2 }.prefix(4).map(\.key)
  }

  /// Whether a prefix explains names: then none is a slip.
  var isSystematic: Bool {
    !Self.prefixes(of: unexpected, over: missing).isEmpty || !Self.prefixes(of: missing, over: unexpected).isEmpty
  }

  /// The unexpected name that differs least from a missing one, if it differs little.
  func nearest(to name: String) -> String? {
    let distances = unexpected.prefix(200).map { ($0, editDistance(name, $0)) }
    guard let best = distances.min(by: { $0.1 < $1.1 }), best.1 <= max(2, name.count / 4) else { return nil }
    return best.0
  }
}

/// Names that do not fit yet.
private struct Rest {
  var missing: [String] = []
  var unexpected: [String] = []

  /// What is missing matters more: others may be left out.
  static func < (a: Rest, b: Rest) -> Bool {
    (a.missing.count, a.unexpected.count) < (b.missing.count, b.unexpected.count)
  }

  /// What it takes besides rules, in words.
  var text: String {
    if missing.isEmpty, unexpected.isEmpty { return "" }
    let parts = [("missing", missing), ("unexpected", unexpected)].compactMap { what, names in
      names.first.map { "\(what) \"\($0)\"" + (names.count > 1 ? " and \(names.count - 1) more" : "") }
    }
    return " and `partial: true`: there remain " + parts.joined(separator: ", ")
  }
}

private struct Renaming {
  let what: String
  let rules: [NameRule]
  let rest: Rest

  init(_ what: String, _ rules: [NameRule], _ rest: Rest = Rest()) {
    (self.what, self.rules, self.rest) = (what, rules, rest)
  }

  var text: String {
    "\(what): load with `renaming: [" + rules.map(\.swift).joined(separator: ", ") + "]`" + rest.text
  }
}

extension NameRule {
  /// As it is written in a program.
  fileprivate var swift: String {
    switch self {
    case .dropPrefix(let prefix): ".dropPrefix(\"\(prefix)\")"
    case .addPrefix(let prefix): ".addPrefix(\"\(prefix)\")"
    case .replace(let old, let new): ".replace(\"\(old)\", with: \"\(new)\")"
    case .leaveOut(let prefix): ".leaveOut(prefix: \"\(prefix)\")"
    case .keepOnly(let prefix): ".keepOnly(prefix: \"\(prefix)\")"
    }
  }
}
