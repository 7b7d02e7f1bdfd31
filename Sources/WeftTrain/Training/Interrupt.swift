import Foundation
import Synchronization

/// Ctrl-C, made into an error at a place of the program's choosing, so that files under way are finished or removed.
///
/// A function that may throw calls `check()`. The top level of a script calls `exitIfReceived()`, or stands in
/// `runScript { }`: an error that reaches the top level of a program stops it as a crash, with a backtrace.
///
/// ```swift
/// Interrupt.install()
/// for step in 0..<100_000 {
///   Interrupt.exitIfReceived()                   // between steps: nothing is half done
///   train(step)
/// }
/// ```
public enum Interrupt {
  /// Thrown by `check()` after Ctrl-C or a request to terminate.
  public struct Received: Error, Sendable, CustomStringConvertible {
    /// SIGINT or SIGTERM.
    public let signal: Int32
    public var description: String { signal == SIGINT ? "interrupted" : "terminated" }
    /// The exit status by which shells know the signal.
    public var exitCode: Int32 { 128 + signal }
  }

  private static let received = Atomic<Int32>(0)

  /// From now on the first Ctrl-C (or SIGTERM) is kept for `check()`; a second one ends the process at once.
  public static func install() {
    received.store(0, ordering: .relaxed)  // makes it now: a signal handler must not
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] {
      sigaddset(&signals, number)
      signal(number) { number in
        Interrupt.received.store(number, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
    }
    // A program may have started this one with them blocked.
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// For functions that may throw; at the top level of a script, see `exitIfReceived()`.
  ///
  /// - Throws: `Received` if the signal came.
  public static func check() throws(Received) {
    let number = received.load(ordering: .relaxed)
    if number != 0 { throw Received(signal: number) }
  }

  /// Ends the process if the signal came: one line on standard error, and the exit status by which shells know it.
  public static func exitIfReceived() {
    do { try check() } catch { endProcess(error) }
  }
}
