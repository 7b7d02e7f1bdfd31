import Synchronization

/// Collects what goes wrong inside `withTensorErrors`.
package final class ErrorScope: Sendable {
  private let first = Mutex<TensorError?>(nil)

  package var error: TensorError? { first.withLock { $0 } }

  /// Keeps the first error; those after it are its consequences.
  func record(_ error: TensorError) {
    first.withLock { if $0 == nil { $0 = error } }
  }
}

/// Runs `body` and throws the first misuse of an operation inside it (shapes, dtypes, axes, indices), which in plain
/// code stops the program.
///
/// After a failure the remaining operations of the scope do nothing, so the scope always reaches its end.
/// - Throws: `TensorError`, or what `body` throws.
public func withTensorErrors<Result>(_ body: () throws -> Result) throws -> Result {
  let scope = ErrorScope()
  let outcome = Swift.Result {
    try Modes.$current.withValue(Modes.current.with { $0.errorScope = scope }, operation: body)
  }
  if let error = scope.error { throw error }
  return try outcome.get()
}

/// Ends a misuse: recorded where an error scope is open, otherwise the program stops with the whole message.
package func report(_ error: TensorError) {
  guard let scope = Modes.current.errorScope else { fatalError(error.description) }
  scope.record(error)
}

extension Tensor {
  /// `report`, for places that must return a tensor.
  package static func failed(_ error: TensorError) -> Tensor {
    report(error)
    return .invalid
  }
}
