/// What a reader found in a file.
struct FileContents: Sendable {
  var tensors: [StoredTensor] = []
  /// In the order of the file.
  var metadata: [(key: String, value: FileValue)] = []
  /// What was left out, and why.
  var skipped: [SkippedPart] = []
}

/// Something in a file that is no tensor, text or number, and was left out.
public struct SkippedPart: Hashable, Sendable {
  /// Where it stood, as a tensor's name.
  public let name: String
  /// What it is.
  public let reason: String

  package init(name: String, reason: String) { (self.name, self.reason) = (name, reason) }
}
