/// Runs `body` without keeping what its operations would save for their gradients; the backward pass runs it again when it
/// needs them (Chen et al., 2016). Memory for time: one more forward pass of `body`, in exchange for its activations.
///
/// Gradients reach everything that `body` uses, captured parameters too. Random numbers drawn inside are the same the
/// second time, and buffers are written the first time only: running statistics take a batch in once. `body` must otherwise
/// do the same each time, and is kept until the graph is let go of.
public func checkpoint(_ body: @escaping () -> Tensor) -> Tensor {
  guard Modes.current.isRecording else { return body() }
  return CheckpointRegion { [body()] }.record()[0]
}

/// The same for a body that gives several tensors.
public func checkpoint(_ body: @escaping () -> [Tensor]) -> [Tensor] {
  guard Modes.current.isRecording else { return body() }
  return CheckpointRegion(body).record()
}

/// The same for a function of several tensors that gives several.
public func checkpoint(_ inputs: [Tensor], _ body: @escaping ([Tensor]) -> [Tensor]) -> [Tensor] {
  guard Modes.current.isRecording else { return body(inputs) }
  return CheckpointRegion { body(inputs) }.record()
}

/// The same for a function of several tensors that gives one.
public func checkpoint(_ inputs: [Tensor], _ body: @escaping ([Tensor]) -> Tensor) -> Tensor {
  guard Modes.current.isRecording else { return body(inputs) }
  return CheckpointRegion { [body(inputs)] }.record()[0]
}

/// Operations recorded without what they save, and how to get it back.
///
/// Running the body again records the same operations in the same order; the k-th gives the k-th node of the first run
/// what it did not keep.
final class CheckpointRegion: Recomputation, @unchecked Sendable {
  // Unchecked: the body runs on the thread of the forward or backward pass, and the rest is under the lock.
  private let body: () -> [Tensor]
  private let randomState = Random.presentState
  private let autocastType = Modes.current.autocast?.dtype
  private let substitutes = Modes.current.substitutes
  private let transform = Modes.current.transform
  /// Whether a checkpoint around this one runs its body again.
  private let isInRecomputation = Modes.current.isRecomputing
  private let progress = Guarded(Progress())
  /// Held while the body runs again: who goes back at the same time waits for what it saves.
  private let recomputation = Guarded(())

  private struct Progress {
    /// The number of nodes recorded in the first run.
    var count = 0
    /// Nil in the first run; what the second run has saved so far.
    var recomputed: [Node.Kept]?
  }

  init(_ body: @escaping () -> [Tensor]) { self.body = body }

  /// Whether the body runs for another time.
  var isRecomputing: Bool { isInRecomputation || progress.withLock { $0.recomputed != nil } }

  /// The first run.
  func record() -> [Tensor] { Modes.with({ $0.checkpoint = self }, body) }

  /// Takes note of a node's saves.
  /// - Returns: The node's place if this is the first run, where nothing is kept; nil if it is the second.
  func register(_ saves: Node.Kept) -> Int? {
    progress.withLock { progress in
      guard progress.recomputed == nil else {
        progress.recomputed?.append(saves)
        return nil
      }
      progress.count += 1
      return progress.count - 1
    }
  }

  /// What the node at `place` saves; runs the body again if it has not been.
  /// - Throws: an error if the body did something else the second time.
  func saves(at place: Int) throws(TensorError) -> Node.Kept {
    recomputation.withLock { _ in if progress.withLock({ $0.recomputed == nil }) { recompute() } }
    let (known, count) = progress.withLock { ($0.recomputed ?? [], $0.count) }
    guard known.count == count else {
      throw TensorError(
        .value, operation: "checkpoint", expected: "the same \(count) operations each time", got: "\(known.count)",
        hint: "the body must not depend on anything that changes between the forward and the backward pass")
    }
    return known[place]
  }

  /// Lets go of what the node at `place` saves.
  func free(_ place: Int) {
    let dropped = progress.withLock { progress -> Node.Kept? in
      guard let saves = progress.recomputed?[place] else { return nil }
      progress.recomputed?[place] = Node.Kept(inputs: [], outputs: [])
      return saves
    }
    _ = dropped  // freed outside the lock
  }

  private func recompute() {
    progress.withLock { $0.recomputed = [] }
    _ = Random.withGenerator(randomState) {
      Modes.with(
        {
          $0.isRecording = true
          $0.checkpoint = self
          $0.autocast = autocastType.map(AutocastScope.init)
          $0.substitutes = substitutes
          $0.transform = transform
        }, body)
    }
  }
}
