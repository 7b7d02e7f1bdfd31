import Foundation
import Synchronization
import TestSupport
import Testing
import Weft

/// What is shown and logged of a training while it runs.
@Suite struct ViewTests {
  /// Text that was written, and a clock that a second passes on with each look.
  private final class Screen: Sendable {
    let text = Mutex("")
    let time = Mutex(0.0)

    func output(isTerminal: Bool) -> ProgressOutput {
      ProgressOutput(
        isTerminal: isTerminal, width: { 160 },
        clock: {
          self.time.withLock {
            $0 += 1; return $0
          }
        },
        write: { part in self.text.withLock { $0 += part } })
    }
  }

  private func train(_ parts: [any TrainingExtension]) throws {
    let model = Random.withSeed(3) {
      Sequential {
        Flatten(); Linear(64, 10)
      }
    }
    let trainer = Trainer(classifier: model, SGD(model.parameters(), learningRate: 0.1), classCount: 10)
    trainer.extensions = parts
    let data = Digits.train.subset(Array(0..<64))
    try trainer.fit(
      DataLoader(data, batchSize: 4, shuffle: true), validation: DataLoader(data, batchSize: 64), epochs: 2)
  }

  @Test func aTerminalShowsTheCurveAndTheMemory() throws {
    let screen = Screen()
    try train([ProgressView(output: screen.output(isTerminal: true))])
    let text = screen.text.withLock { $0 }
    #expect(
      text.contains("\r") && text.contains("▁") && text.contains(#/ [0-9.]+ [KMG]B/#)
        && text.contains("validation accuracy"))
  }

  @Test(arguments: [(710_000, "710 KB"), (680_000_000, "680 MB"), (1_234_567_890, "1.2 GB"), (12, "12 B")])
  func memoryIsInItsUnit(bytes: Int, text: String) { #expect(ProgressView.memory(bytes) == text) }

  @Test func aFileGetsPlainLines() throws {
    let screen = Screen()
    try train([ProgressView(interval: 1e9, output: screen.output(isTerminal: false))])
    let lines = screen.text.withLock { $0 }.split(separator: "\n")
    #expect(lines.count == 2 && lines[0].hasPrefix("epoch 1/2  loss "))
    #expect(lines.allSatisfy { !$0.contains("\u{1B}") && !$0.contains("▁") && !$0.contains("GB") })
  }

  @Test func logsAreLinesAndATable() throws {
    let folder = try TemporaryFolder()
    var lines: [String] = []
    try train([LineLog(everySteps: 10) { lines.append($0) }, MetricsLog(to: folder("metrics.csv"))])
    #expect(lines.map { $0.prefix(7) } == ["step 10", "epoch 1", "step 20", "step 30", "epoch 2"], "\(lines)")
    #expect(lines[1].contains("validation_accuracy") && lines[1].contains("loading") && lines[1].contains("peak"))
    let table = try CSV().numbers(FileBytes(contentsOf: folder("metrics.csv")))
    #expect(table.rowCount == 2)
    let text = try String(contentsOfFile: folder("metrics.csv"), encoding: .utf8)
    #expect(
      text.hasPrefix(
        "epoch,learning_rate,train_loss,train_accuracy,validation_loss,validation_accuracy\n1,"))
  }

  @Test func aRateFollowsAMeasure() throws {
    let model = Random.withSeed(3) {
      Sequential {
        Flatten(); Linear(64, 10)
      }
    }
    let trainer = Trainer(classifier: model, SGD(model.parameters(), learningRate: 1), classCount: 10)
    // Nothing is ever better by a million: the rate falls with each epoch after the first.
    trainer.extensions = [RateOnPlateau(PlateauSchedule(from: 0.5, patience: 0, threshold: .absolute(1e6)))]
    let history = try trainer.fit(DataLoader(Digits.train.subset(Array(0..<8)), batchSize: 8), epochs: 3)
    #expect(history.map(\.learningRate) == [0.5, 0.5, 0.05])
    trainer.extensions = [EarlyStopping(watching: "f1")]
    #expect(throws: TensorError.self) {
      try trainer.fit(DataLoader(Digits.train.subset(Array(0..<8)), batchSize: 8), epochs: 4)
    }
  }
}
