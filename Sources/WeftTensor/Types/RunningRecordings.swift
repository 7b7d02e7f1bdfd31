import Synchronization

/// The recordings of programs that run now, in whatever thread: what another thread makes meanwhile is in none of their
/// books, and no constant either.
enum RunningRecordings {
  private static let count = Atomic<Int>(0)
  private static let newest = Atomic<UInt64>(0)
  /// Whether a recorded run calls this, be it past the recorder as kernels do for themselves.
  @TaskLocal private static var isPart = false

  /// Runs `body` as a recorded run, and gives it the recording's number; later ones have greater numbers.
  static func run<Result>(_ body: (UInt64) throws -> Result) rethrows -> Result {
    let number = newest.add(1, ordering: .relaxed).newValue
    count.add(1, ordering: .relaxed)
    defer { count.subtract(1, ordering: .relaxed) }
    return try $isPart.withValue(true) { try body(number) }
  }

  /// Makes what is the same for all runs, in whichever it is first used.
  static func sharing<Result>(_ body: () -> Result) -> Result { $isPart.withValue(true, operation: body) }

  /// What memory remembers that is made now: the newest recording's number, if one runs and this is no part of it; else 0.
  static var numberForStranger: UInt64 {
    guard count.load(ordering: .relaxed) > 0, !isPart else { return 0 }
    return newest.load(ordering: .relaxed)
  }
}
