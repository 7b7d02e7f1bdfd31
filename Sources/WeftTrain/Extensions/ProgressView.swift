import WeftTensor

/// Shows a training as it runs: a line that is redrawn on a terminal, with the curve of its loss, plain lines elsewhere.
///
/// ```
/// epoch  3/10 ━━━━━━━━━━━━╸─────────  56%  loss 0.2134 █▆▄▃▂▂▁  accuracy 0.934  12,345 samples/s  1.2 GB  0:42 left
/// ```
/// It is a `ProgressBar`, which a loop of one's own can have too.
public final class ProgressView: TrainingExtension {
  private let output: ProgressOutput
  private let interval: Double
  private let validation: String
  private var bar: ProgressBar?
  private var curve = LossCurve()

  /// - Parameters:
  ///   - interval: Where nothing can be redrawn, the seconds between lines within an epoch.
  ///   - output: Where to show it.
  ///   - validation: What measures of the validation data begin with.
  public init(interval: Double = 30, output: ProgressOutput = .standardError, validation: String = "validation") {
    (self.interval, self.output, self.validation) = (interval, output, validation)
  }

  public func handle(_ event: TrainingEvent, in training: Training) {
    switch event {
    case .began:
      bar = ProgressBar(
        epochs: training.epochs ?? 0, stepsPerEpoch: training.batchesPerEpoch, interval: interval, output: output)
    case .epochBegan: bar?.beginEpoch(training.epoch, stepsDone: training.cursor.batch)
    case .stepEnded(let samples, let loss):
      if output.isTerminal { curve.add(loss) }
      bar?.step(samples: samples, metrics: training.measures.all, notes: notes)
    case .epochEnded(let summary):
      let checked = summary.validation?.all.map { (name: "\(validation) \($0.name)", value: $0.value) } ?? []
      bar?.endEpoch(metrics: summary.train.all + checked)
    case .interrupted: bar?.interrupt()
    default: break
    }
  }

  private var notes: [String] {
    guard output.isTerminal else { return [] }
    return [curve.picture(isUnicode: output.isUnicode), Self.memory(Memory.stats.live)].filter { !$0.isEmpty }
  }

  package static func memory(_ bytes: Int) -> String {
    let units = [(1e9, "GB"), (1e6, "MB"), (1e3, "KB")]
    let (size, unit) = units.first { Double(bytes) >= $0.0 } ?? (1, "B")
    return "\(NumberText.significant(Double(bytes) / size, 2)) \(unit)"
  }
}

/// The losses of a training as a few characters: each the mean of an equal share of the steps so far.
struct LossCurve {
  private static let width = 12
  private var means: [Double] = []
  private var share = 1
  private var (sum, count) = (0.0, 0)

  mutating func add(_ loss: Double) {
    guard loss.isFinite else { return }
    (sum, count) = (sum + loss, count + 1)
    guard count == share else { return }
    means.append(sum / Double(count))
    (sum, count) = (0, 0)
    guard means.count == 2 * Self.width else { return }
    means = (0..<Self.width).map { (place: Int) -> Double in
      let pair = means[2 * place] + means[2 * place + 1]
      return pair / 2
    }
    share *= 2
  }

  func picture(isUnicode: Bool) -> String {
    guard isUnicode, means.count > 1, let low = means.min(), let high = means.max(), high > low else { return "" }
    let shades = Array("▁▂▃▄▅▆▇█")
    let marks = means.map { (mean: Double) -> Character in
      let height = (mean - low) / (high - low)
      return shades[min(7, Int(height * 8))]
    }
    return String(marks)
  }
}
