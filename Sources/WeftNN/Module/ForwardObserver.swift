import WeftTensor

/// Sees the output of every module called inside its scope: what `summary` is made from.
final class ForwardObserver: @unchecked Sendable {
  // Unchecked: used within one task.
  @TaskLocal static var current: ForwardObserver?

  /// The outputs of each module's first call: the tensors in its result, in order.
  private(set) var outputs: [ObjectIdentifier: [TensorSpec]] = [:]
  /// How often each was called.
  private(set) var calls: [ObjectIdentifier: Int] = [:]

  func observe(_ module: AnyObject, _ result: @autoclosure () -> [Tensor]) {
    let key = ObjectIdentifier(module)
    calls[key, default: 0] += 1
    if outputs[key] == nil { outputs[key] = result().map(\.spec) }
  }
}
