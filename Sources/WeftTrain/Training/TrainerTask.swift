import Foundation
import Synchronization
import WeftData
import WeftNN
import WeftTensor

/// Whether the task that waits for a training was cancelled.
private enum Cancelling {
  final class Flag: Sendable { let isSet = Atomic(false) }
  @TaskLocal static var flag: Flag?
}

/// Something that one thread hands to another and does not touch until it has it back.
private struct HandedOver<Value>: @unchecked Sendable {
  // Unchecked: who hands it over waits.
  let value: Value
}

extension Trainer {
  /// `fit` for programs that wait: the training has a thread of its own, so that none of Swift's few cooperative threads
  /// is blocked, and ends between two steps, after `.interrupted`, when the task is cancelled.
  ///
  /// ```swift
  /// let task = Task { try await trainer.fitInBackground { try $0.fit(loader, epochs: 100) } }
  /// task.cancel()             // with a Checkpoints extension one is written, then CancellationError is thrown
  /// ```
  /// Nobody else may use the trainer or its model meanwhile; extensions run on that thread. A generator of random numbers
  /// or a mode of the caller's own (`Random.withSeed`, `autocast`) does not reach it.
  ///
  /// - Throws: What `body` throws, and `CancellationError`.
  public func fitInBackground<Result: Sendable>(
    isolation: isolated (any Actor)? = #isolation, _ body: @escaping @Sendable (Trainer) throws -> Result
  ) async throws -> Result {
    let (flag, trainer) = (Cancelling.Flag(), HandedOver(value: self))
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let thread = Thread {
          Cancelling.$flag.withValue(flag) {
            continuation.resume(with: Swift.Result { try body(trainer.value) })
          }
        }
        thread.stackSize = 8 << 20
        thread.start()
      }
    } onCancel: {
      flag.isSet.store(true, ordering: .relaxed)
    }
  }
}

/// Whether the task that waits for the training on this thread was cancelled.
func isCancelled() -> Bool { Cancelling.flag?.isSet.load(ordering: .relaxed) ?? false }
