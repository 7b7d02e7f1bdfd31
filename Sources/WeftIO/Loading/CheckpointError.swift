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
  /// Names of the module that the file lacks, and may.
  let dispensable: Set<String>

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
    dispensable = Set(module.map(\.name).filter { found[$0] == nil && mayLack.contains($0) })
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
  /// More than models have tensors: a file made to do harm makes no text without end.
  private static let mostShown = 1000
  /// How many missing names are compared with those of the file.
  private static let mostCompared = 200

  public var description: String {
    ([report] + cures.map { "  hint: \($0)" }).joined(separator: "\n")
  }

  /// What does not fit, without what to do about it.
  package var report: String {
    var lines = ["\(source) does not fit the module:"]
    let compared = isSystematic ? [] : Set(missing.prefix(Self.mostCompared))
    lines += list("missing", missing) { name in
      let near = compared.contains(name) ? nearest(to: name) : nil
      return name + (near.map { " (the file has \($0))" } ?? "")
    }
    lines += list("unexpected", unexpected) { $0 }
    lines += list("given twice", ambiguous) { $0 }
    lines += list("shape", shapes) { "\($0.name): file \($0.file), module \($0.module)" }
    lines += list("square, of the file's layout or the module's", undecided) { $0 }
    lines += list("dtype", dtypes) { "\($0.name): file \($0.file), module \($0.module)" }
    return lines.joined(separator: "\n")
  }

  private func list<Entry>(_ title: String, _ entries: [Entry], _ text: (Entry) -> String) -> [String] {
    guard !entries.isEmpty else { return [] }
    let shown = entries.prefix(Self.mostShown).map { "    \(text($0))" }
    let rest = entries.count > Self.mostShown ? ["    and \(entries.count - Self.mostShown) more"] : []
    return ["  \(title) (\(entries.count)):"] + shown + rest
  }
}
