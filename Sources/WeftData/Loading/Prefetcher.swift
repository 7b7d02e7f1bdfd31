import Foundation
import WeftTensor

/// Computes `make(0)`, `make(1)`, ... on threads, at most `ahead` of what was taken; results are taken in order.
///
/// The threads end with the last result, or soon after the prefetcher is let go of.
final class Prefetcher<Value: Sendable>: Sendable {
  private let shared: Shared

  init(count: Int, workers: Int, ahead: Int, make: @escaping @Sendable (Int) -> Value) {
    shared = Shared(count: count, ahead: max(ahead, workers))
    for _ in 0..<min(workers, count) {
      let shared = shared
      Thread.detachNewThread {
        withoutKernelThreads { while let place = shared.claim() { shared.put(make(place), at: place) } }
      }
    }
  }

  deinit { shared.stop() }

  /// The result at `place`, once it is there.
  func take(_ place: Int) -> Value { shared.take(place) }

  /// What the threads and the consumer share; the threads hold this, not the prefetcher.
  private final class Shared: @unchecked Sendable {
    // Unchecked: everything that changes does so under `condition`.
    private let condition = NSCondition()
    private let count: Int
    private let ahead: Int
    private var claimed = 0
    private var taken = 0
    private var ready: [Int: Value] = [:]
    private var isStopped = false

    init(count: Int, ahead: Int) {
      self.count = count
      self.ahead = ahead
    }

    /// The next place to compute, once it is near enough to what was taken; nil at the end.
    func claim() -> Int? {
      condition.lock()
      defer { condition.unlock() }
      while claimed >= taken + ahead, claimed < count, !isStopped { condition.wait() }
      guard claimed < count, !isStopped else { return nil }
      claimed += 1
      return claimed - 1
    }

    func put(_ value: Value, at place: Int) {
      condition.lock()
      ready[place] = value
      condition.broadcast()
      condition.unlock()
    }

    func take(_ place: Int) -> Value {
      condition.lock()
      defer { condition.unlock() }
      taken = place + 1
      condition.broadcast()
      while true {
        if let value = ready.removeValue(forKey: place) { return value }
        condition.wait()
      }
    }

    func stop() {
      condition.lock()
      isStopped = true
      condition.broadcast()
      condition.unlock()
    }
  }
}
