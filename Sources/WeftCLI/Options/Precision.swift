import ArgumentParser
import Weft

/// What a step computes in.
enum Precision: String, ExpressibleByArgument, CaseIterable {
  case float32, bfloat16

  /// What `autocast` takes.
  var autocast: DType? { self == .bfloat16 ? .bfloat16 : nil }

  /// Runs a forward pass in this precision.
  func run<Result>(_ forward: () throws -> Result) rethrows -> Result {
    try Weft.autocast(autocast, forward)
  }
}
