@_spi(Locks) import WeftTensor

/// Tells the last of several that end.
final class Countdown: Sendable {
  private let left: Guarded<Int>

  init(_ count: Int) { left = Guarded(count) }

  /// Counts one; true for the last.
  func isLast() -> Bool {
    left.withLock { left in
      left -= 1
      return left == 0
    }
  }
}
