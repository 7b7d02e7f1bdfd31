import Foundation

/// The thread on which a generator computes: it takes what is asked, continues all texts together, and sleeps where
/// there are none.
final class GenerationLoop: Sendable {
  typealias Continuation = AsyncThrowingStream<GeneratedToken, any Error>.Continuation

  private struct Request {
    let number: Int
    let prompt: GenerationPrompt
    let settings: GenerationSettings
    let continuation: Continuation
  }

  private let shared: Shared

  init(_ core: GeneratorCore, limit: Int) { shared = Shared(core, limit: max(limit, 1)) }

  /// Has a prompt continued; tokens go to the continuation, which may be told that nobody listens any more.
  func submit(_ prompt: GenerationPrompt, _ settings: GenerationSettings, _ continuation: Continuation) {
    let (shared, number) = (shared, shared.nextNumber())
    continuation.onTermination = { _ in shared.cancel(number) }
    shared.add(Request(number: number, prompt: prompt, settings: settings, continuation: continuation))
  }

  /// Ends the thread once all that was asked for is written: who holds a stream may have let go of the generator.
  func end() { shared.end() }

  /// What the thread and those who ask share.
  private final class Shared: @unchecked Sendable {
    // Unchecked: what changes does so under `condition`, but for the batch, which is the thread's.
    private let condition = NSCondition()
    private let core: GeneratorCore
    private let limit: Int
    private var waiting: [Request] = []
    private var cancelled: Set<Int> = []
    private var counter = 0
    private var hasThread = false
    private var isEnded = false

    init(_ core: GeneratorCore, limit: Int) { (self.core, self.limit) = (core, limit) }

    func nextNumber() -> Int {
      condition.lock()
      defer { condition.unlock() }
      counter += 1
      return counter
    }

    func add(_ request: Request) {
      condition.lock()
      defer { condition.unlock() }
      waiting.append(request)
      if !hasThread {
        hasThread = true
        let thread = Thread { [self] in run() }
        thread.name = "weft-generate"
        thread.stackSize = 8 << 20
        thread.start()
      }
      condition.signal()
    }

    func cancel(_ number: Int) {
      condition.lock()
      defer { condition.unlock() }
      cancelled.insert(number)
      condition.signal()
    }

    func end() {
      condition.lock()
      defer { condition.unlock() }
      isEnded = true
      condition.signal()
    }

    /// What is to be done next: new texts, as many as there is room for, and those that nobody wants; nil at the end.
    private func work(_ batch: GenerationBatch) -> (new: [Request], cancelled: Set<Int>)? {
      condition.lock()
      defer { condition.unlock() }
      while waiting.isEmpty, batch.isEmpty, !isEnded { condition.wait() }
      if isEnded, waiting.isEmpty, batch.isEmpty {
        hasThread = false
        return nil
      }
      let unwanted = cancelled
      cancelled = []
      waiting.removeAll { unwanted.contains($0.number) }
      let new = Array(waiting.prefix(limit - batch.count))
      waiting.removeFirst(new.count)
      return (new, unwanted)
    }

    private func run() {
      let batch = GenerationBatch(core, limit: limit, promptCacheBytes: 1 << 28)
      var requests: [Int: Request] = [:]
      while let (new, unwanted) = work(batch) {
        for (sequence, request) in requests where unwanted.contains(request.number) {
          batch.remove(sequence)
          requests[sequence] = nil
        }
        for request in new {
          do { requests[try batch.add(request.prompt, settings: request.settings)] = request } catch {
            request.continuation.finish(throwing: error)
          }
        }
        step(batch, &requests)
      }
    }

    private func step(_ batch: GenerationBatch, _ requests: inout [Int: Request]) {
      do {
        for token in try batch.step() {
          guard let request = requests[token.sequence] else { continue }
          let outcome = request.continuation.yield(token)
          if token.finish != nil {
            request.continuation.finish()
          } else if case .terminated = outcome {
            batch.remove(token.sequence)
          } else {
            continue
          }
          requests[token.sequence] = nil
        }
      } catch {
        // What failed for one of them would fail again.
        for (sequence, request) in requests {
          batch.remove(sequence)
          request.continuation.finish(throwing: error)
        }
        requests = [:]
      }
    }
  }
}
