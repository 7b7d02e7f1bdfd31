import ArgumentParser
import Weft

/// What a workload computes in.
enum Precision: String, ExpressibleByArgument, CaseIterable {
  case float32, bfloat16

  /// Runs a forward pass in this precision.
  func run<Result>(_ forward: () -> Result) -> Result { autocast(self == .bfloat16 ? .bfloat16 : nil, forward) }
}
