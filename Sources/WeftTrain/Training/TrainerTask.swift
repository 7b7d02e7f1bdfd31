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
  /// let task = Task { try await trainer.fitInBackground(loader, epochs: 100) }
  /// task.cancel()             // with a Checkpoints extension one is written, then CancellationError is thrown
  /// ```
  /// Nobody else may use the trainer, its model or the loaders meanwhile; extensions run on that thread. A generator of
  /// random numbers or a mode of the caller's own (`Random.withSeed`, `autocast`) does not reach it.
  ///
  /// - Throws: What `fit` throws, and `CancellationError`.
  @discardableResult
  public func fitInBackground<Data: Dataset, Check: Dataset>(
    isolation: isolated (any Actor)? = #isolation, _ loader: DataLoader<Data>, validation: DataLoader<Check>,
    epochs: Int
  ) async throws -> [EpochSummary] where Data.Batch == Batch, Check.Batch == Batch {
    let loaders = HandedOver(value: (loader, validation))
    return try await fitInBackground { try $0.fit(loaders.value.0, validation: loaders.value.1, epochs: epochs) }
  }

  /// The same without validation data.
  @discardableResult
  public func fitInBackground<Data: Dataset>(
    isolation: isolated (any Actor)? = #isolation, _ loader: DataLoader<Data>, epochs: Int
  ) async throws -> [EpochSummary] where Data.Batch == Batch {
    let loader = HandedOver(value: loader)
    return try await fitInBackground { try $0.fit(loader.value, epochs: epochs) }
  }

  /// The same until so many steps were taken in all.
  @discardableResult
  public func fitInBackground<Data: Dataset, Check: Dataset>(
    isolation: isolated (any Actor)? = #isolation, _ loader: DataLoader<Data>, validation: DataLoader<Check>,
    steps: Int
  ) async throws -> [EpochSummary] where Data.Batch == Batch, Check.Batch == Batch {
    let loaders = HandedOver(value: (loader, validation))
    return try await fitInBackground { try $0.fit(loaders.value.0, validation: loaders.value.1, steps: steps) }
  }

  /// The same without validation data.
  @discardableResult
  public func fitInBackground<Data: Dataset>(
    isolation: isolated (any Actor)? = #isolation, _ loader: DataLoader<Data>, steps: Int
  ) async throws -> [EpochSummary] where Data.Batch == Batch {
    let loader = HandedOver(value: loader)
    return try await fitInBackground { try $0.fit(loader.value, steps: steps) }
  }

  /// The same for anything else that a trainer does, as one training after another.
  ///
  /// - Parameter body: Runs on the thread. What it uses beside the trainer must be `Sendable`, or made in it.
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
