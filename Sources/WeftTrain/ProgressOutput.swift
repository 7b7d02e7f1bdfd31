#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Where progress is shown, and what that place can do.
public struct ProgressOutput: Sendable {
  /// Whether a line can be drawn over: true for a terminal, false for a file or a pipe.
  public var isTerminal: Bool
  /// Whether characters beyond ASCII are shown as they are.
  public var isUnicode: Bool
  /// The width in characters; asked for at each redraw, since windows change.
  public var width: @Sendable () -> Int
  /// The time in seconds, from any beginning.
  public var clock: @Sendable () -> Double
  /// Takes the text.
  public var write: @Sendable (String) -> Void

  /// An output of one's own.
  public init(
    isTerminal: Bool, isUnicode: Bool = true, width: @escaping @Sendable () -> Int = { 80 },
    clock: (@Sendable () -> Double)? = nil, write: @escaping @Sendable (String) -> Void
  ) {
    self.isTerminal = isTerminal
    self.isUnicode = isUnicode
    self.width = width
    self.clock = clock ?? monotonicSeconds
    self.write = write
  }

  /// The program's standard error, so that what it prints on standard output stays clean.
  public static var standardError: ProgressOutput {
    let terminal = getenv("TERM").map { String(cString: $0) } ?? ""
    return ProgressOutput(
      isTerminal: isatty(STDERR_FILENO) == 1 && !terminal.isEmpty && terminal != "dumb", isUnicode: localeIsUnicode(),
      width: { terminalWidth(STDERR_FILENO) }, write: { writeAll($0, to: STDERR_FILENO) })
  }
}

/// Seconds on a clock that is never set back.
@Sendable func monotonicSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

private func terminalWidth(_ descriptor: Int32) -> Int {
  var size = winsize()
  let known = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
  return known ? Int(size.ws_col) : 80
}

/// Whether the user's locale is one of UTF-8: the first of these variables that is set decides.
private func localeIsUnicode() -> Bool {
  let names: [String] = ["LC_ALL", "LC_CTYPE", "LANG"]
  let settings: [String] = names.map { name in getenv(name).map { String(cString: $0) } ?? "" }
  let locale = settings.first { !$0.isEmpty }?.lowercased() ?? ""
  return locale.contains("utf-8") || locale.contains("utf8")
}

/// Writes what the descriptor takes. Progress that cannot be shown is no reason to stop a training.
private func writeAll(_ text: String, to descriptor: Int32) {
  var rest = Array(text.utf8)[...]
  while !rest.isEmpty {
    let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard written > 0 || errno == EINTR else { return }
    rest = rest.dropFirst(max(0, written))
  }
}
