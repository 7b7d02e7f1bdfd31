import Synchronization
import Testing
import Weft

@Suite("The progress of a training")
struct ProgressBarTests {
  /// A screen that keeps what is written, with a clock that the test moves.
  private final class Screen: Sendable {
    let text = Mutex("")
    let time = Mutex(0.0)

    func output(isTerminal: Bool, isUnicode: Bool = true, width: Int = 120) -> ProgressOutput {
      ProgressOutput(
        isTerminal: isTerminal, isUnicode: isUnicode, width: { width }, clock: { self.time.withLock { $0 } },
        write: { piece in self.text.withLock { $0 += piece } })
    }

    func wait(_ seconds: Double) { time.withLock { $0 += seconds } }

    /// What was drawn one over the other, without the codes that do so.
    var drawn: [String] {
      let written = text.withLock { $0 }.replacing("\u{1B}[K", with: "").replacing("\n", with: "")
      return written.split(separator: "\r").map(String.init)
    }

    var lines: [String] { text.withLock { $0 }.split(separator: "\n").map(String.init) }
  }

  /// A training of two epochs of 100 steps, each of 32 samples and a sixteenth of a second.
  private func train(on output: ProgressOutput, _ screen: Screen, interval: Double = 30) {
    var progress = ProgressBar(epochs: 2, stepsPerEpoch: 100, interval: interval, output: output)
    for epoch in 1...2 {
      progress.beginEpoch(epoch)
      for _ in 1...100 {
        screen.wait(0.0625)
        progress.step(samples: 32, metrics: [("loss", 0.25)])
      }
      progress.endEpoch(metrics: [("loss", 0.125), ("accuracy", 0.9375)])
    }
  }

  @Test("A terminal shows epoch, bar, metrics, rate and the time that is left, and keeps each epoch's last line")
  func terminal() {
    let screen = Screen()
    train(on: screen.output(isTerminal: true), screen)
    let bar = String(repeating: "━", count: 12)
    #expect(
      screen.drawn.contains(
        "epoch 1/2 \(bar)────────────  50%  loss 0.2500  512 samples/s  0:09 left"))
    #expect(screen.lines.count == 2)
    #expect(screen.lines[1].contains("100%  loss 0.1250  accuracy 0.9375  512 samples/s  0:06"))
  }

  @Test("A line is redrawn at most ten times a second")
  func redraws() {
    let screen = Screen()
    train(on: screen.output(isTerminal: true), screen)
    // Every second step, and each epoch's first and last line.
    #expect(screen.drawn.count == 104)
  }

  @Test("No line is wider than the terminal, whatever its width", arguments: 2...130)
  func widths(width: Int) {
    let screen = Screen()
    train(on: screen.output(isTerminal: true, width: width), screen)
    #expect(screen.drawn.allSatisfy { $0.count < max(1, width) })
  }

  @Test("A narrow terminal shows what matters most")
  func narrow() {
    let screen = Screen()
    train(on: screen.output(isTerminal: true, isUnicode: false, width: 50), screen)
    #expect(screen.drawn.contains("epoch 1/2 #####-----  50%  loss 0.2500  0:09 left"))
    #expect(screen.drawn.allSatisfy { $0.allSatisfy(\.isASCII) })
  }

  @Test(
    "The last measures of an epoch stay where there is little room, those of other data first",
    arguments: [
      (100, "epoch 1/1 ━━━━━━━━ 100%  loss 0.2500  accuracy 0.7500  test loss 0.5000  test accuracy 0.8750  0:01"),
      (90, "epoch 1/1 100%  loss 0.2500  accuracy 0.7500  test loss 0.5000  test accuracy 0.8750"),
      (60, "epoch 1/1 100%  test loss 0.5000  test accuracy 0.8750"),
      (35, "epoch 1/1 100%  test loss 0.5000"), (30, "epoch 1/1 100%  loss 0.2500"), (20, "epoch 1/1 100%"),
    ])
  func lastMeasures(width: Int, line: String) {
    let screen = Screen()
    var progress = ProgressBar(
      epochs: 1, stepsPerEpoch: 1, output: screen.output(isTerminal: true, width: width))
    progress.beginEpoch(1)
    screen.wait(1)
    progress.step(samples: 8, metrics: [("loss", 0.25), ("accuracy", 0.75)])
    let during = screen.drawn.last ?? ""
    #expect(width < 30 || during.contains("loss 0.2500"), "\(during)")
    progress.endEpoch(
      metrics: [("loss", 0.25), ("accuracy", 0.75), ("test loss", 0.5), ("test accuracy", 0.875)])
    #expect(screen.drawn.last == line)
  }

  @Test("A file gets a plain line for each epoch")
  func plain() {
    let screen = Screen()
    train(on: screen.output(isTerminal: false), screen)
    #expect(
      screen.lines == [
        "epoch 1/2  loss 0.1250  accuracy 0.9375  512 samples/s  0:06",
        "epoch 2/2  loss 0.1250  accuracy 0.9375  512 samples/s  0:06",
      ])
    #expect(!screen.lines.joined().contains("\r"))
  }

  @Test("A long epoch tells a file of itself now and then")
  func plainInterval() {
    let screen = Screen()
    train(on: screen.output(isTerminal: false), screen, interval: 3.5)
    #expect(screen.lines.count == 4)
    #expect(screen.lines[0] == "epoch 1/2   56%  loss 0.2500  512 samples/s  0:09 left")
  }

  @Test("Without a number of steps, steps are counted; an interrupted line is closed")
  func unknownLength() {
    let screen = Screen()
    var progress = ProgressBar(epochs: 1, stepsPerEpoch: nil, output: screen.output(isTerminal: true))
    progress.beginEpoch(1)
    screen.wait(1)
    progress.step(samples: 8, metrics: [("loss", .nan)])
    progress.interrupt()
    progress.interrupt()
    #expect(screen.drawn.last == "epoch 1/1 step 1  loss nan  8 samples/s")
    #expect(screen.text.withLock { $0.hasSuffix("\u{1B}[K\n") })
  }

  @Test("An epoch without steps, and more steps than announced, trap nowhere")
  func oddCounts() {
    let screen = Screen()
    var progress = ProgressBar(epochs: 0, stepsPerEpoch: 0, output: screen.output(isTerminal: true))
    progress.beginEpoch(7)
    progress.endEpoch(metrics: [])
    var short = ProgressBar(epochs: 1, stepsPerEpoch: 1, output: screen.output(isTerminal: true))
    short.beginEpoch(1)
    for _ in 1...3 {
      screen.wait(1)
      short.step(samples: 1, metrics: [])
    }
    short.endEpoch(metrics: [])
    #expect(screen.drawn.last?.contains("100%") == true)
  }

  @Test("Numbers are written as people read them")
  func numbers() {
    let texts = [0, 0.5, -0.012345, 99.996, 123_456, 1_234_567, 12_345_678, 9.9999e-7, -1e300].map {
      NumberText.significant($0)
    }
    #expect(
      texts == ["0", "0.5000", "-0.01235", "100.00", "123456", "1234567", "1.235e+07", "1.000e-06", "-1.000e+300"])
    #expect([0, 999, 1000, -1_234_567].map(NumberText.grouped) == ["0", "999", "1,000", "-1,234,567"])
    #expect([0, 59.6, 3723, .infinity].map(NumberText.duration) == ["0:00", "1:00", "1:02:03", "?"])
    #expect(NumberText.fixed(-0.001, 2) == "0.00" && NumberText.fixed(2.5, 0) == "3")
  }
}
