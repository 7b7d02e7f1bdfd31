import Testing
import Weft

/// In processes of their own: the counters are the whole process's.
@Suite struct RecordingMemoryTests {
  /// How much more memory is in use during the second of some runs than before it.
  static func peak(of run: () throws -> Void) rethrows -> Int {
    try run()
    let before = Memory.stats.live
    Memory.resetPeak()
    try run()
    return Memory.stats.peak - before
  }

  @Test func aRecordedRunHoldsACopyOfTheParametersMore() async {
    await #expect(processExitsWith: .success) {
      let step: @Sendable (Sequential, AdamW, Tensor) -> Tensor = { model, optimizer, x in
        optimizer.zeroGrad()
        let loss = model(x).squared().mean()
        loss.backward()
        optimizer.step()
        return loss
      }
      func parts() -> (Sequential, AdamW) {
        let model = Sequential((0..<12).flatMap { _ in [Linear(64, 64), GELU()] as [Module] })
        return (model, AdamW(model.parameters(), learningRate: 1e-3))
      }
      let x = Tensor(normal: [512, 64])
      let (model, optimizer) = parts()
      let plain = RecordingMemoryTests.peak { _ = step(model, optimizer, x) }
      let (other, itsOptimizer) = parts()
      let recorded = Recorded(other, itsOptimizer, step: step)
      let written = try RecordingMemoryTests.peak { _ = try recorded(x) }
      let weights = other.parameters().reduce(0) { $0 + $1.value.elementCount * 4 }
      precondition(recorded.replayCount == 0, "the second run is recorded")
      precondition(
        written < plain + weights + x.elementCount * 4 + plain / 3,
        "\(written) bytes, \(plain) where nothing is recorded, weights of \(weights)")
      for _ in 0..<2 { _ = try recorded(x) }  // the first run made the optimizer's state: the third is compared
      precondition(recorded.replayCount == 1, "\(recorded)")
    }
  }

  /// What a frozen model keeps of a run is not what the run held.
  @Test func freezingHoldsNoMoreThanARun() async {
    await #expect(processExitsWith: .success) {
      let x = Tensor(normal: [512, 64])
      let model = Sequential((0..<64).flatMap { _ in [Tanh(), GELU()] as [Module] })
      let plain = RecordingMemoryTests.peak { _ = noGrad { model(x) } }
      let frozen = try RecordingMemoryTests.peak { _ = try model.frozen(for: x) }
      let size = x.elementCount * 4
      precondition(frozen < plain + 24 * size, "\(frozen / size) tensors, \(plain / size) where nothing is recorded")
    }
  }
}
