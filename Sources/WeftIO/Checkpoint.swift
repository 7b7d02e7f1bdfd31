import WeftData
import WeftNN
import WeftTensor

// Saving and loading what a module has learned.

extension Module {
  /// Every parameter's and buffer's value by its full name, as they stand in files.
  public func state() -> [(name: String, tensor: Tensor)] {
    namedParameters().map { ($0.name, $0.parameter.value) } + namedBuffers().map { ($0.name, $0.buffer.value) }
  }

  /// Writes all parameters and buffers to a safetensors file, whole or not at all.
  public func save(to path: String, metadata: [String: String] = [:]) throws(FileWriteError) {
    try SafeTensors(state(), metadata: metadata).write(to: path)
  }

  /// Loads parameters and buffers from a safetensors file. Nothing is changed unless all of it fits.
  ///
  /// - Parameters:
  ///   - partial: Load what fits by name and shape, and leave the rest as it is.
  ///   - renaming: The module's name for a name in the file; nil leaves that tensor out.
  /// - Throws: `DataFileError` for an unreadable file, `CheckpointError` for one that does not fit.
  public func load(
    from path: String, partial: Bool = false, renaming: (String) -> String? = { $0 }
  ) throws {
    let file = try SafeTensors(contentsOf: path)
    let renamed = file.tensors.compactMap { entry in renaming(entry.name).map { ($0, entry.tensor) } }
    try load(Dictionary(renamed, uniquingKeysWith: { first, _ in first }), from: path, partial: partial)
  }

  /// Loads parameters and buffers from named tensors.
  public func load(_ tensors: [String: Tensor], from source: String, partial: Bool = false) throws(CheckpointError) {
    let problems = CheckpointError(module: state(), file: tensors, source: source)
    if !partial, problems.isAny { throw problems }
    for (name, parameter) in namedParameters() {
      if let tensor = tensors[name], tensor.shape == parameter.shape { parameter.value = tensor }
    }
    for (name, buffer) in namedBuffers() {
      if let tensor = tensors[name], tensor.shape == buffer.value.shape {
        buffer.value = tensor.converted(to: buffer.value.dtype)
      }
    }
  }
}

/// A file that does not fit a module: everything that is wrong, in one report.
public struct CheckpointError: Error, Sendable {
  public let source: String
  /// Names of the module that the file lacks.
  public let missing: [String]
  /// Names of the file that the module lacks.
  public let unexpected: [String]
  /// Names in both with different shapes.
  public let shapes: [(name: String, file: Shape, module: Shape)]
  /// Names in both where converting would lose the kind of number.
  public let dtypes: [(name: String, file: DType, module: DType)]

  init(module: [(name: String, tensor: Tensor)], file: [String: Tensor], source: String) {
    self.source = source
    missing = module.map(\.name).filter { file[$0] == nil }
    let known = Set(module.map(\.name))
    unexpected = file.keys.filter { !known.contains($0) }.sorted()
    let common = module.compactMap { entry in file[entry.name].map { (entry.name, $0, entry.tensor) } }
    shapes = common.filter { $0.1.shape != $0.2.shape }.map { ($0.0, $0.1.shape, $0.2.shape) }
    dtypes = common.filter { $0.1.dtype.isFloatingPoint != $0.2.dtype.isFloatingPoint }
      .map { ($0.0, $0.1.dtype, $0.2.dtype) }
  }

  var isAny: Bool { !(missing.isEmpty && unexpected.isEmpty && shapes.isEmpty && dtypes.isEmpty) }

  /// A prefix that, removed from every unexpected name, makes it one that is missing (`module.` of parallel training).
  var systematicPrefix: String? {
    guard let name = unexpected.first, !missing.isEmpty else { return nil }
    let candidates = missing.filter { name.hasSuffix("." + $0) }.map { String(name.dropLast($0.count)) }
    let wanted = Set(missing)
    return candidates.first { prefix in
      unexpected.allSatisfy { $0.hasPrefix(prefix) && wanted.contains(String($0.dropFirst(prefix.count))) }
    }
  }
}

extension CheckpointError: CustomStringConvertible {
  public var description: String {
    var lines = ["\(source) does not fit the module:"]
    lines += list("missing", missing.map { $0 + (nearest(to: $0).map { " (the file has \($0))" } ?? "") })
    lines += list("unexpected", unexpected)
    lines += list("shape", shapes.map { "\($0.name): file \($0.file), module \($0.module)" })
    lines += list("dtype", dtypes.map { "\($0.name): file \($0.file), module \($0.module)" })
    if let prefix = systematicPrefix {
      lines.append("  every name in the file begins with \"\(prefix)\": `renaming: { String($0.dropFirst(\(prefix.count))) }`")
    }
    lines.append("  `partial: true` loads what fits; `renaming:` maps the file's names to the module's")
    return lines.joined(separator: "\n")
  }

  private func list(_ title: String, _ entries: [String]) -> [String] {
    guard !entries.isEmpty else { return [] }
    let shown = entries.prefix(20).map { "    \($0)" }
    let rest = entries.count > 20 ? ["    and \(entries.count - 20) more"] : []
    return ["  \(title) (\(entries.count)):"] + shown + rest
  }

  /// The unexpected name that differs least from a missing one, if it differs little.
  private func nearest(to name: String) -> String? {
    if systematicPrefix != nil { return nil }
    let distances = unexpected.prefix(500).map { ($0, editDistance(name, $0)) }
    guard let best = distances.min(by: { $0.1 < $1.1 }), best.1 <= max(2, name.count / 4) else { return nil }
    return best.0
  }
}

/// The least number of insertions, deletions and replacements that turn one text into the other (Levenshtein).
func editDistance(_ a: String, _ b: String) -> Int {
  let (a, b) = (Array(a), Array(b))
  var row = Array(0...b.count)
  for i in a.indices {
    var diagonal = row[0]
    row[0] = i + 1
    for j in b.indices {
      let replaced = diagonal + (a[i] == b[j] ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
    }
  }
  return row[b.count]
}
