import WeftTensor

/// The progress of a training: one line that is redrawn on a terminal, plain lines now and then elsewhere.
///
/// ```
/// epoch  3/10 ━━━━━━━━━━━━╸─────────  56%  loss 0.2134  accuracy 0.934  12,345 samples/s  0:42 left
/// ```
///
/// A terminal's line is redrawn at most ten times a second, fits its width, and stays when its epoch ends. A file or a
/// pipe gets one line for each epoch, and one every `interval` seconds in between.
///
/// ```swift
/// var progress = ProgressBar(epochs: 10, stepsPerEpoch: 469)
/// for epoch in 1...10 {
///   progress.beginEpoch(epoch)
///   for batch in loader { progress.step(samples: 128, metrics: [("loss", loss)]) }
///   progress.endEpoch(metrics: [("loss", meanLoss), ("accuracy", accuracy)])
/// }
/// ```
public struct ProgressBar: Sendable {
  /// A number to show, with its name.
  public typealias Metric = (name: String, value: Double)

  private static let redrawInterval = 0.1

  private let epochs: Int
  private let stepsPerEpoch: Int?
  private let interval: Double
  private let output: ProgressOutput
  private let start: Double

  private var epoch = 0
  private var epochStart: Double
  private var step = 0
  private var samples = 0
  /// Of the epoch's steps, those of an earlier process.
  private var resumed = 0
  private var stepsBefore = 0
  private var lastShown: Double
  private var isLineOpen = false

  /// The progress of a training that begins now.
  ///
  /// - Parameters:
  ///   - epochs: how many epochs there will be.
  ///   - stepsPerEpoch: how many steps each has; with nil, as long as that is unknown, no bar and no time is shown.
  ///   - interval: where nothing can be redrawn, the seconds between lines within an epoch.
  ///   - output: where to show it.
  public init(
    epochs: Int, stepsPerEpoch: Int?, interval: Double = 30, output: ProgressOutput = .standardError
  ) {
    self.epochs = epochs
    self.stepsPerEpoch = stepsPerEpoch.flatMap { $0 > 0 ? $0 : nil }
    self.interval = interval
    self.output = output
    start = output.clock()
    epochStart = start
    lastShown = output.isTerminal ? -.infinity : start
  }

  /// Begins an epoch; the first is 1.
  ///
  /// - Parameter stepsDone: How many of its steps were taken before, where a training goes on.
  public mutating func beginEpoch(_ epoch: Int, stepsDone: Int = 0) {
    self.epoch = epoch
    epochStart = output.clock()
    (step, samples, resumed) = (stepsDone, 0, stepsDone)
    if output.isTerminal { show([], at: epochStart) }
  }

  /// Counts a step, and shows it if it is time to.
  ///
  /// - Parameter notes: What else a terminal's line says, where it has room.
  public mutating func step(
    samples: Int, metrics: @autoclosure () -> [Metric], notes: @autoclosure () -> [String] = []
  ) {
    step += 1
    self.samples += samples
    let now = output.clock()
    guard now - lastShown >= (output.isTerminal ? Self.redrawInterval : interval) else { return }
    show(metrics(), notes(), at: now)
  }

  /// Ends the epoch: its line is drawn a last time and stays.
  public mutating func endEpoch(metrics: [Metric]) {
    stepsBefore += step - resumed
    resumed = 0
    let now = output.clock()
    emit(line(metrics, at: now, isFinal: true), isFinal: true)
    lastShown = now
  }

  /// Leaves an unfinished line as it is and goes to the next, so that other text (an error, a log) can follow.
  public mutating func interrupt() {
    if isLineOpen { output.write("\n") }
    isLineOpen = false
  }
}

extension ProgressBar {
  private mutating func show(_ metrics: [Metric], _ notes: [String] = [], at now: Double) {
    emit(line(metrics, notes, at: now, isFinal: false), isFinal: false)
    lastShown = now
  }

  /// "\r" returns to the line's beginning, and "ESC [K" clears what a longer line left behind.
  private mutating func emit(_ line: String, isFinal: Bool) {
    if output.isTerminal {
      output.write("\r\(line)\u{1B}[K" + (isFinal ? "\n" : ""))
      isLineOpen = !isFinal
    } else {
      output.write(line + "\n")
    }
  }

  private func line(_ metrics: [Metric], _ notes: [String] = [], at now: Double, isFinal: Bool) -> String {
    let total = isFinal ? max(step, 1) : stepsPerEpoch
    let layout = ProgressLine(
      epoch: epoch, epochs: epochs, done: total.map { min(1, Double(isFinal ? $0 : step) / Double($0)) },
      step: step, metrics: metrics, notes: notes, samplesPerSecond: rate(at: now), time: time(at: now, isFinal: isFinal)
    )
    return output.isTerminal
      ? layout.drawn(width: output.width(), isUnicode: output.isUnicode) : layout.plain
  }

  private func rate(at now: Double) -> Double? {
    now > epochStart && samples > 0 ? Double(samples) / (now - epochStart) : nil
  }

  /// What an epoch took, or while it runs what is left of the whole training, as the steps so far let expect.
  private func time(at now: Double, isFinal: Bool) -> String? {
    if isFinal { return "\(NumberText.duration(now - epochStart))" }
    let done = stepsBefore + step - resumed
    guard let stepsPerEpoch, done > 0, epochs > 0 else { return nil }
    let left = max(0, stepsPerEpoch * max(0, epochs - epoch + 1) - step)
    return "\(NumberText.duration((now - start) / Double(done) * Double(left))) left"
  }
}
