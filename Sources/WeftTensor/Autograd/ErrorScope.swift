import Synchronization

/// Collects what goes wrong inside `withTensorErrors`.
package final class ErrorScope: Sendable {
  private let first = Guarded<TensorError?>(nil)
  private let isSet = Atomic(false)

  package var error: TensorError? { first.withLock { $0 } }

  /// Whether there is an error: what is asked at each operation.
  var hasFailed: Bool { isSet.load(ordering: .acquiring) }

  /// Keeps the first error; those after it are its consequences.
  func record(_ error: TensorError) {
    first.withLock { if $0 == nil { $0 = error } }
    isSet.store(true, ordering: .releasing)
  }
}
