import ArgumentParser
import Weft

/// What a step computes in.
enum Precision: String, ExpressibleByArgument, CaseIterable {
  case float32
  case bfloat16

  /// What `autocast` takes.
  var autocast: DType? { self == .bfloat16 ? .bfloat16 : nil }
}
