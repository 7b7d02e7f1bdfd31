/// Where a tensor's memory lies and its operations run.
public enum Device: Hashable, Sendable {
  /// The machine's memory and its processor.
  case cpu
}
