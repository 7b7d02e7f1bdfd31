import WeftTensor

/// A file that does not fit a module: everything that is wrong, in one report.
public struct CheckpointError: Error, Sendable {
  /// The file's name.
  public let source: String
  /// Names of the module that the file lacks.
  public let missing: [String]
  /// Names of the file that the module lacks.
  public let unexpected: [String]
  /// Names that two tensors of the file have, after renaming.
  public let ambiguous: [String]
  /// Names in both with different shapes.
  public let shapes: [(name: String, file: Shape, module: Shape)]
  /// Those of them that are matrices and would fit transposed.
  public let transposed: [String]
  /// Square matrices beside transposed ones: they fit either way, so that nobody can tell which is right.
  public let undecided: [String]
  /// Names in both of which one is of a floating-point type and one is not.
  public let dtypes: [(name: String, file: DType, module: DType)]
  /// Names in both that fit.
  public let fitting: [String]

  /// - Parameters:
  ///   - mayLack: Names that the file may lack.
  ///   - saysLayout: Whether the caller said which matrices are transposed.
  ///   - converting: Whether whole numbers may become floating-point numbers, and these whole ones.
  init(
    module: [(name: String, spec: TensorSpec)], file: [(name: String, spec: TensorSpec)], source: String,
    mayLack: Set<String> = [], saysLayout: Bool = false, converting: Bool = false
  ) {
    self.source = source
    let known = Set(module.map(\.name))
    var found: [String: TensorSpec] = [:]
    var twice: [String] = []
    for (name, spec) in file where found.updateValue(spec, forKey: name) != nil { twice.append(name) }
    ambiguous = twice
    missing = module.map(\.name).filter { found[$0] == nil && !mayLack.contains($0) }
    unexpected = file.map(\.name).filter { !known.contains($0) }
    let common = module.compactMap { entry in
      found[entry.name].map { (name: entry.name, file: $0, module: entry.spec) }
    }
    shapes = common.filter { $0.file.shape != $0.module.shape }.map { ($0.name, $0.file.shape, $0.module.shape) }
    transposed = common.filter { entry in
      entry.file.shape.rank == 2 && entry.file.shape != entry.module.shape
        && entry.file.shape.reversed().elementsEqual(entry.module.shape)
    }.map(\.name)
    undecided =
      transposed.isEmpty || saysLayout
      ? []
      : common.filter {
        $0.file.shape.rank == 2 && $0.file.shape == $0.module.shape && $0.file.shape[0] == $0.file.shape[1]
      }
      .map(\.name)
    dtypes = common.filter { $0.file.dtype.isFloatingPoint != $0.module.dtype.isFloatingPoint && !converting }
      .map { ($0.name, $0.file.dtype, $0.module.dtype) }
    let misfits = Set(shapes.map(\.name) + dtypes.map(\.name))
    fitting = common.map(\.name).filter { !misfits.contains($0) }
  }

  func preventsLoading(partial: Bool) -> Bool {
    if !ambiguous.isEmpty { return true }
    if partial { return fitting.isEmpty || !undecided.isEmpty }
    return !(missing.isEmpty && unexpected.isEmpty && shapes.isEmpty && dtypes.isEmpty)
  }
}

extension CheckpointError: CustomStringConvertible {
  public var description: String {
    ([report] + cures.map { "  hint: \($0)" }).joined(separator: "\n")
  }

  /// What does not fit, without what to do about it.
  package var report: String {
    var lines = ["\(source) does not fit the module:"]
    lines += list("missing", missing) { name in name + (nearest(to: name).map { " (the file has \($0))" } ?? "") }
    lines += list("unexpected", unexpected) { $0 }
    lines += list("given twice", ambiguous) { $0 }
    lines += list("shape", shapes) { "\($0.name): file \($0.file), module \($0.module)" }
    lines += list("square, of the file's layout or the module's", undecided) { $0 }
    lines += list("dtype", dtypes) { "\($0.name): file \($0.file), module \($0.module)" }
    return lines.joined(separator: "\n")
  }

  private func list<Entry>(_ title: String, _ entries: [Entry], _ text: (Entry) -> String) -> [String] {
    guard !entries.isEmpty else { return [] }
    let shown = entries.prefix(20).map { "    \(text($0))" }
    let rest = entries.count > 20 ? ["    and \(entries.count - 20) more"] : []
    return ["  \(title) (\(entries.count)):"] + shown + rest
  }

  /// Only what would help here.
  private var cures: [String] {
    if let prefix = Self.prefix(of: unexpected, over: missing) {
      return [
        "the file's names begin with \"\(prefix)\": load with `renaming: { String($0.dropFirst(\(prefix.count))) }`"
      ]
    }
    if let prefix = Self.prefix(of: missing, over: unexpected) {
      return ["the module's names begin with \"\(prefix)\": load with `renaming: { \"\(prefix)\" + $0 }`"]
    }
    if let prefix = Self.commonPrefix(of: unexpected, over: missing) {
      return [
        "the file has the module's names behind \"\(prefix)\", beside others: load with "
          + "`renaming: [.keepOnly(prefix: \"\(prefix)\"), .dropPrefix(\"\(prefix)\")]`"
      ]
    }
    return otherCures
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

  /// What, taken off the front of every one of `long`, leaves one of `short` (`module.` of parallel training).
  private static func prefix(of long: [String], over short: [String]) -> String? {
    guard let name = long.first else { return nil }
    let wanted = Set(short)
    return short.filter { name.hasSuffix("." + $0) }.map { String(name.dropLast($0.count)) }.first { prefix in
      long.allSatisfy { $0.hasPrefix(prefix) && wanted.contains(String($0.dropFirst(prefix.count))) }
    }
  }

  /// The prefix behind which at least half of what is missing stands, where a file holds more than the model: its
  /// optimizer, say.
  private static func commonPrefix(of long: [String], over short: [String]) -> String? {
    let wanted = Set(short)
    var counts: [String: Int] = [:]
    for name in long {
      for (place, character) in zip(name.indices, name) where character == "." {
        let rest = name.index(after: place)
        if wanted.contains(String(name[rest...])) { counts[String(name[..<rest]), default: 0] += 1 }
      }
    }
    guard let best = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) else { return nil }
    return best.value >= 2 && 2 * best.value >= short.count ? best.key : nil
  }

  /// The unexpected name that differs least from a missing one, if it differs little.
  private func nearest(to name: String) -> String? {
    let isSystematic =
      Self.prefix(of: unexpected, over: missing) != nil || Self.prefix(of: missing, over: unexpected) != nil
      || Self.commonPrefix(of: unexpected, over: missing) != nil
    if isSystematic { return nil }
    let distances = unexpected.prefix(200).map { ($0, editDistance(name, $0)) }
    guard let best = distances.min(by: { $0.1 < $1.1 }), best.1 <= max(2, name.count / 4) else { return nil }
    return best.0
  }
}
