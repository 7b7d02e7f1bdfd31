import WeftTensor

/// A mean loss and what the metrics came to, in an epoch or over a dataset.
public struct Measures: Sendable, Hashable, Codable {
  /// A measure with its name.
  public struct Value: Sendable, Hashable, Codable {
    /// What it is called, as `accuracy`.
    public var name: String
    /// What it came to.
    public var value: Double
  }

  /// The mean of the loss over all samples; NaN for none.
  public var loss: Double
  /// What the metrics came to, in their order.
  public var metrics: [Value]
  /// How many samples there were.
  public var sampleCount: Int

  /// The measure of this name, `loss` among them.
  public subscript(name: String) -> Double? {
    name == "loss" ? loss : metrics.first { $0.name == name }?.value
  }

  /// All of it by name, the loss first.
  public var all: [(name: String, value: Double)] {
    [(name: "loss", value: loss)] + metrics.map { (name: $0.name, value: $0.value) }
  }
}

/// Adds up losses and metrics over batches.
struct Meter {
  private(set) var lossSum = 0.0
  private(set) var sampleCount = 0
  private(set) var metrics: [(name: String, metric: any TensorMetric)]

  init(_ metrics: [(name: String, metric: any TensorMetric)]) {
    self.metrics = metrics
    reset()
  }

  mutating func reset() {
    (lossSum, sampleCount) = (0, 0)
    for place in metrics.indices { metrics[place].metric.reset() }
  }

  mutating func add(_ output: StepOutput, loss: Double, samples: Int) throws {
    lossSum += loss * Double(samples)
    sampleCount += samples
    guard !metrics.isEmpty else { return }
    guard let predictions = output.predictions, let targets = output.targets else {
      throw TensorError(
        .value, operation: "Trainer", expected: "a step that gives predictions and targets, for the metrics",
        got: "one that gives a loss", hint: "return StepOutput(loss: loss, predictions: p, targets: t)")
    }
    for place in metrics.indices {
      try metrics[place].metric.update(predictions, targets, weights: output.weights)
    }
  }

  var measures: Measures {
    Measures(
      loss: share(lossSum, of: Double(sampleCount)),
      metrics: metrics.map { Measures.Value(name: $0.name, value: $0.metric.value) }, sampleCount: sampleCount)
  }
}

extension Meter {
  /// What it has counted, as texts.
  struct Saved: Codable {
    var lossSum: Double
    var sampleCount: Int
    var metrics: [String: String]
  }

  func saved() throws -> Saved {
    var texts: [String: String] = [:]
    for (name, metric) in metrics { texts[name] = try StateText.encode(metric) }
    return Saved(lossSum: lossSum, sampleCount: sampleCount, metrics: texts)
  }

  /// Takes up what was counted; a metric that was not there begins anew.
  mutating func restore(_ saved: Saved) throws {
    (lossSum, sampleCount) = (saved.lossSum, saved.sampleCount)
    for place in metrics.indices {
      guard let text = saved.metrics[metrics[place].name] else { continue }
      metrics[place].metric = try metrics[place].metric.decoded(from: text)
    }
  }
}

extension Meter {
  /// Adds what another has counted, with the same metrics.
  mutating func merge(_ saved: Saved) throws {
    lossSum += saved.lossSum
    sampleCount += saved.sampleCount
    for place in metrics.indices {
      guard let text = saved.metrics[metrics[place].name] else { continue }
      metrics[place].metric = try metrics[place].metric.merged(with: text)
    }
  }
}

extension TensorMetric {
  fileprivate func merged(with text: String) throws -> any TensorMetric {
    var sum = self
    sum.merge(try StateText.decode(Self.self, from: text))
    return sum
  }

  fileprivate func decoded(from text: String) throws -> any TensorMetric { try StateText.decode(Self.self, from: text) }
}

extension Measures: CustomStringConvertible {
  /// As in `loss 0.31, accuracy 0.9`.
  public var description: String {
    all.map { "\($0.name) \(NumberText.significant($0.value))" }.joined(separator: ", ")
  }
}
