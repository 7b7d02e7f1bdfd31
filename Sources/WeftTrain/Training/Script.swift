import Foundation
@_spi(Locks) import WeftTensor

/// Runs the body of a script, main.swift or a `@main` type: an error in it ends the process with one line on standard
/// error and an exit status, instead of a crash with a backtrace, which is what becomes of an error that nobody catches.
///
/// ```swift
/// import Weft
///
/// runScript {
///   Interrupt.install()
///   let data = try MNIST.load(.train, from: "mnist")
///   for batch in DataLoader(data, batchSize: 64) {
///     try Interrupt.check()
///     ...
///   }
/// }
/// ```
/// The status is 1, and after Ctrl-C the one by which shells know it (130). Misuse that elsewhere stops the program with a
/// backtrace (shapes that do not fit), on whatever thread, ends it in the same way, unless it stands in
/// `withTensorErrors`. The line tells the module and the operation; for the calls that led there, leave `runScript` out.
public func runScript<Result>(_ body: () throws -> Result) -> Result {
  let before = misuseEndsProcess()
  defer { scriptEnd.withLock { $0 = before } }
  do { return try body() } catch { endProcess(error) }
}

/// Runs the body of a script that waits for others; see `runScript(_:)`.
public func runScript<Result>(
  isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
) async -> Result {
  let before = misuseEndsProcess()
  defer { scriptEnd.withLock { $0 = before } }
  do { return try await body() } catch { endProcess(error) }
}

/// From here on misuse ends the process with a line; what it did before.
private func misuseEndsProcess() -> (@Sendable (TensorError) -> Never)? {
  scriptEnd.withLock { end in
    defer { end = { endProcess($0) } }
    return end
  }
}

/// Says the error in one line, after the program's name, and ends.
func endProcess(_ error: any Error) -> Never {
  let name = URL(fileURLWithPath: CommandLine.arguments.first ?? "weft").lastPathComponent
  // Of which nobody may be there to read: that is no reason for another way to end.
  ProgressOutput.standardError.write("\(name): \(oneLine("\(error)"))\n")
  exit((error as? Interrupt.Received)?.exitCode ?? 1)
}

/// A message of several lines as one.
package func oneLine(_ message: String) -> String {
  let lines = message.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
  return lines.dropFirst().reduce(lines.first ?? "") { $0 + ($0.hasSuffix(":") ? " " : "; ") + $1 }
}
