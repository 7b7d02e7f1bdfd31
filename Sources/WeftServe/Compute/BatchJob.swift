@_spi(Locks) import WeftTensor

/// A request's sequences on their way through batches, and who waits for all of them.
final class BatchJob<Input: Sendable, Output: Sendable>: Sendable {
  let inputs: [Input]
  private struct State {
    var outputs: [Output?]
    var missing: Int
    var continuation: CheckedContinuation<[Output], any Error>?
    var isOver = false
  }
  private let state: Guarded<State>

  init(_ inputs: [Input], _ continuation: CheckedContinuation<[Output], any Error>) {
    self.inputs = inputs
    state = Guarded(
      State(outputs: Array(repeating: nil, count: inputs.count), missing: inputs.count, continuation: continuation))
  }

  /// Whether nobody waits any more.
  var isOver: Bool { state.withLock { $0.isOver } }

  /// Takes the result of one sequence; the last one ends the wait.
  func finish(_ place: Int, _ output: Output) {
    let ready = state.withLock { state -> (CheckedContinuation<[Output], any Error>, [Output])? in
      guard !state.isOver else { return nil }
      state.outputs[place] = output
      state.missing -= 1
      guard state.missing == 0, let continuation = state.continuation else { return nil }
      state.isOver = true
      state.continuation = nil
      return (continuation, state.outputs.compactMap { $0 })
    }
    if let ready { ready.0.resume(returning: ready.1) }
  }

  func fail(_ error: any Error) {
    let continuation = state.withLock { state in
      defer { (state.isOver, state.continuation) = (true, nil) }
      return state.continuation
    }
    continuation?.resume(throwing: error)
  }
}
