import Foundation
import Testing
import Weft

/// What other threads compute while a step is recorded, and the step uses.
@Suite struct OtherThreadTests {
  private final class Result: @unchecked Sendable {
    // Unchecked: used by one thread after the other.
    var tensor: Tensor?
  }

  /// The result of `body` in a thread that knows nothing of this one.
  static func elsewhere(_ body: @escaping @Sendable () -> Tensor) -> Tensor {
    let (result, done) = (Result(), DispatchSemaphore(value: 0))
    Thread {
      result.tensor = body()
      done.signal()
    }.start()
    done.wait()
    return result.tensor ?? Tensor(zeros: [])
  }

  /// Equal for the first batches, so that two recordings are.
  private static let batches = (0..<8).map { Tensor(full: [2, 3], $0 < 4 ? 1 : Double($0)) }

  private func check(
    _ change: @escaping @Sendable (Tensor) -> Tensor, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let step = Recorded(Linear(3, 1)) { model, x in (model(x) * 0 + Self.elsewhere { change(x) }.sum()).sum() }
    for batch in Self.batches {
      let expected = 2 * change(batch).sum().item()
      #expect(try step(batch).item() == expected, sourceLocation: sourceLocation)
    }
    #expect(step.replayCount == 0, sourceLocation: sourceLocation)
    let why = step.whyNotReplayed?.description ?? ""
    #expect(why.contains("another thread"), "\(why)", sourceLocation: sourceLocation)
  }

  @Test func operations() throws { try check { $0 * 2 } }

  /// Numbers that are read there, and a tensor that is made of them.
  @Test func numbers() throws { try check { x in Tensor(x.scalars(as: Float.self).map { $0 * 3 }, shape: x.shape) } }

  /// A number alone, from which the step's own thread goes on.
  @Test func aNumber() throws {
    let step = Recorded(Linear(3, 1)) { model, x in
      let read = Self.elsewhere { Tensor(x.sum().item()) }.item()
      return (model(x) * 0 + read).sum()
    }
    for batch in Self.batches { #expect(try step(batch).item() == 2 * batch.sum().item()) }
    #expect(step.replayCount == 0)
  }

  /// A step whose value goes through a plan elsewhere, from which its own thread goes on by a sign alone.
  private func checkSign(_ asked: @escaping @Sendable (Tensor) -> Tensor) throws {
    let step = Recorded(Linear(3, 1)) { model, x in
      let y = x * 1
      let isAbove = Self.elsewhere { Tensor(asked(y).item() > 0 ? 1.0 : -1.0) }.item() > 0
      return (model(x) * 0).sum() + (isAbove ? 1.0 : -1.0)
    }
    for place in 0..<8 {
      let sign = place < 4 ? 1.0 : -1.0
      #expect(try step(Tensor(full: [2, 3], sign)).item() == sign)
    }
    #expect(step.replayCount == 0)
  }

  @Test func aFrozenNetwork() throws {
    let frozen = try Sequential([ReLU()]).frozen(for: Tensor(zeros: [2, 3]))
    try checkSign { x in (try? frozen(x))?.sum() ?? Tensor(0.0) }
  }

  @Test func aStepThatIsReplayed() throws {
    let other = Recorded(Linear(3, 1)) { model, x in (model(x) * 0).sum() + x.sum() }
    for number in 1...4 { _ = try other(Tensor(full: [2, 3], Double(number))) }
    #expect(other.replayCount > 0)
    let held = Held(other)
    try checkSign { x in (try? held.step(x)) ?? Tensor(0.0) }
  }

  private final class Held: @unchecked Sendable {
    // Unchecked: used by one thread after the other.
    let step: Recorded
    init(_ step: Recorded) { self.step = step }
  }

  @Test func withoutGradients() throws { try check { x in noGrad { x.squared() } } }

  /// What was made before the run is a constant, whoever made it and whatever was recorded meanwhile.
  @Test func madeBefore() throws {
    let factor = Self.elsewhere { Tensor(2.0) }
    let made = Result()
    let other = Recorded(Linear(3, 1)) { model, x in
      made.tensor = Self.elsewhere { Tensor(3.0) }
      return model(x).sum()
    }
    try other(Self.batches[0])
    let summand = try #require(made.tensor)
    let step = Recorded(Linear(3, 1)) { model, x in (model(x) * 0 + x * factor + summand).sum() }
    for batch in Self.batches { #expect(try step(batch).item() == (batch * 2 + 3).sum().item()) }
    #expect(step.replayCount == 6, "\(step.whyNotReplayed?.description ?? "")")
  }
}
