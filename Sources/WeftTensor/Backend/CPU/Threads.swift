import CWeft

/// The threads that kernels run on.
///
/// A kernel that is large enough is shared out over as many threads as the process may use. A program that runs many
/// small models at once, as a server does, is better off with one: `Threads.count = 1` at its start, or
/// `WEFT_NUM_THREADS=1` in its environment. Results may differ in the last bits between numbers of threads, unless
/// `isDeterministic`, and never between runs with one number.
///
/// ```swift
/// Threads.count = 4
/// ```
public enum Threads {
  /// The numbers that may be set.
  public static let allowed = 1...1024

  /// How many: what was set here, else `WEFT_NUM_THREADS`, else the smaller of the CPU affinity and the cgroup's quota.
  ///
  /// It may be set at any time, from any thread, and holds for the kernels that start after that, on all threads.
  /// Misuse: a number outside `allowed`.
  public static var count: Int {
    get { Int(weft_thread_count()) }
    set {
      guard allowed.contains(newValue) else { return report(outside(newValue)) }
      weft_set_thread_count(Int32(newValue))
    }
  }

  /// Whether results have the same bits on any number of threads, and so on all machines of one instruction set: what was
  /// set here, else whether `WEFT_DETERMINISTIC` is set, and not to 0; else not.
  ///
  /// Sums are then cut into parts that do not depend on the threads, which takes longer. Set it at the start of a program:
  /// it holds for the kernels that start after that, on all threads. The bits are others than those without it.
  public static var isDeterministic: Bool {
    get { weft_is_deterministic() }
    set { weft_set_deterministic(newValue) }
  }

  /// Where the number came from: "WEFT_NUM_THREADS", "affinity", "cgroup quota" or "set by the program".
  public static var reason: String { String(cString: weft_thread_count_reason()) }

  /// What `WEFT_NUM_THREADS` holds where that is no number of `allowed`, and so was ignored.
  public static var ignoredVariable: String? {
    guard let text = weft_thread_count_ignored() else { return nil }
    return String(cString: text)
  }

  private static func outside(_ count: Int) -> TensorError {
    TensorError(
      .value, operation: "Threads.count", expected: "a number from \(allowed.lowerBound) through \(allowed.upperBound)",
      got: "\(count)")
  }
}
