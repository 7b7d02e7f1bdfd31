/// How a name in a file becomes the module's. Rules apply one after the other, each to what the one before made.
///
/// ```swift
/// try model.load(from: path, renaming: [.dropPrefix("module."), .replace(".gamma", with: ".weight")])
/// ```
public enum NameRule: Hashable, Sendable {
  /// Takes a prefix off the names that have it.
  case dropPrefix(String)
  /// Puts a prefix before every name.
  case addPrefix(String)
  /// Puts another text for each occurrence of one.
  case replace(String, with: String)
  /// Leaves out the tensors whose names begin so.
  case leaveOut(prefix: String)
  /// Leaves out the tensors whose names do not begin so.
  case keepOnly(prefix: String)

  /// What becomes of a name; nil where its tensor is left out.
  public func applied(to name: String) -> String? {
    switch self {
    case .dropPrefix(let prefix): name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
    case .addPrefix(let prefix): prefix + name
    case .replace(let old, let new):
      old.isEmpty ? name : name.split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    case .leaveOut(let prefix): name.hasPrefix(prefix) ? nil : name
    case .keepOnly(let prefix): name.hasPrefix(prefix) ? name : nil
    }
  }
}
