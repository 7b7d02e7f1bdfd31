import WeftIO

/// Writes what each epoch came to into a CSV file, whole or not at all, after each epoch.
public final class MetricsLog: TrainingExtension {
  /// The file.
  public let path: String

  /// - Parameter path: The file; one that is there is replaced.
  public init(to path: String) { self.path = path }

  public func handle(_ event: TrainingEvent, in training: Training) throws {
    guard case .epochEnded = event, training.isWriter else { return }
    try AtomicFile.write(MetricsCSV(training.history).text, to: path)
  }
}

extension MetricsCSV {
  /// A row for each epoch: its number, the learning rate, and the measures of training and validation data.
  ///
  /// - Parameter validation: What the columns of the validation data begin with.
  public init(_ history: [EpochSummary], validation: String = "validation") {
    self.init()
    for row in history {
      var fields: [(name: String, value: Double)] = [
        (name: "epoch", value: Double(row.epoch)), (name: "learning_rate", value: row.learningRate),
      ]
      fields += row.train.all.map { (name: "train_" + $0.name, value: $0.value) }
      fields += (row.validation?.all ?? []).map { (name: "\(validation)_" + $0.name, value: $0.value) }
      append(fields)
    }
  }
}

extension Chart {
  /// The curves of a training: a panel for the loss and for each metric, of both datasets.
  ///
  /// - Parameter validation: What the lines of the validation data are called.
  public init(_ title: String, _ history: [EpochSummary], validation: String = "validation") {
    let names = history.first?.train.all.map(\.name) ?? ["loss"]
    let panels = names.map { name in
      let own = Line("train", points: history.compactMap { Self.point($0.epoch, $0.train[name]) })
      let other = Line(validation, points: history.compactMap { Self.point($0.epoch, $0.validation?[name]) })
      return Panel(
        name, unit: name.hasSuffix("accuracy") ? .percent : .number, lines: other.points.isEmpty ? [own] : [own, other])
    }
    self.init(title, panels: panels)
  }

  private static func point(_ epoch: Int, _ value: Double?) -> Point? { value.map { Point(Double(epoch), $0) } }
}
