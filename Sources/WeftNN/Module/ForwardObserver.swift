import WeftTensor

/// Sees the input and output of every module called inside its scope: what `summary` is made from.
final class ForwardObserver: @unchecked Sendable {
  // Unchecked: used within one task.
  @TaskLocal static var current: ForwardObserver?

  struct Record {
    let module: ObjectIdentifier
    let input: Shape
    let output: Shape
  }
  private(set) var records: [Record] = []

  func observe(_ module: Module, _ input: Tensor, _ output: Tensor) {
    records.append(Record(module: ObjectIdentifier(module), input: input.shape, output: output.shape))
  }
}
