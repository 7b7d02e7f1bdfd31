import Foundation
import Testing

/// What a toy passes before each step: it lets some through at once, the others when it is opened. So a test decides
/// when what happens, on a busy machine as on an idle one.
final class Gate: Sendable {
  private let condition = NSCondition()
  nonisolated(unsafe) private var allowed: Int

  init(allowing allowed: Int = 0) { self.allowed = allowed }

  /// Waits, though not forever: a test that never opens its gate fails.
  func pass() {
    condition.withLock {
      let end = Date(timeIntervalSinceNow: 120)
      while allowed == 0, condition.wait(until: end) {}
      if allowed == 0 { Issue.record("a gate was never opened") }
      if allowed > 0, allowed < .max { allowed -= 1 }
    }
  }

  /// Lets so many more through, or all from now on.
  func open(for count: Int = .max) {
    condition.withLock {
      allowed = count == .max ? .max : allowed + count
      condition.broadcast()
    }
  }
}

/// Waits until something is so; a minute of it not being so is an issue of the test.
func eventually(
  _ isSo: () throws -> Bool, sourceLocation: SourceLocation = #_sourceLocation
) async throws {
  let end = ContinuousClock.now + .seconds(60)
  while try !isSo() {
    guard ContinuousClock.now < end else {
      Issue.record("it never came to be so", sourceLocation: sourceLocation)
      return
    }
    try await Task.sleep(for: .milliseconds(2))
  }
}
