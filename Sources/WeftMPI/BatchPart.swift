@_spi(Locks) import WeftTensor

/// What a rank has of a step's batch: the batch normalization layers ask for it too, wherever they run.
final class BatchPart: Sendable {
  private let state = Guarded((isEmpty: false, weight: 1.0, isAlone: false))

  /// Whether the rank has no sample, and computes with one that another has.
  var isEmpty: Bool { state.withLock { $0.isEmpty } }
  /// What its means weigh in those of all ranks, which are taken as of equal parts.
  var weight: Double { state.withLock { $0.weight } }

  /// Whether nothing is asked of other ranks.
  var isAlone: Bool { state.withLock { $0.isAlone } }

  func set(own: Int, all: Int, count: Int) {
    state.withLock { ($0.isEmpty, $0.weight) = (own == 0, all == 0 ? 1 : Double(own * count) / Double(all)) }
  }

  /// Runs `body` with `isAlone`.
  func alone(_ body: () throws -> Void) rethrows {
    state.withLock { $0.isAlone = true }
    defer { state.withLock { $0.isAlone = false } }
    try body()
  }
}
