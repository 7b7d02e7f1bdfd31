import ArgumentParser
import Weft

/// What a workload computes in.
enum Precision: String, ExpressibleByArgument, CaseIterable {
  case float32, bfloat16

  /// Runs a step in this precision.
  func run<Result>(_ body: () -> Result) -> Result { body() }

  /// - Throws: `CommandFailure` where this build cannot compute so.
  func check() throws {
    if self == .bfloat16 { throw CommandFailure("--precision bfloat16 is not available: this build has no autocast") }
  }
}
