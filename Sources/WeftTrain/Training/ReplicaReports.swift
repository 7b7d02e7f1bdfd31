import WeftNN
import WeftTensor

// What copies tell each other of their steps, and what they decide by it.

extension Training {
  /// Whether this process writes files and speaks to the user: of several copies only the first.
  public var isWriter: Bool { (replicas?.rank ?? 0) == 0 }

  /// Seconds of a clock that is the same for all copies.
  var clock: Double { replicas == nil ? monotonicSeconds() : agreedClock }

  /// What rank 0 decided.
  func agreed(_ decision: Bool) throws -> Bool {
    guard let replicas else { return decision }
    return try replicas.startSum([isWriter && decision ? 1 : 0])()[0] > 0
  }

  /// What a batch weighs of which this copy has a part: 1 where all parts are equal.
  var lossWeight: Double {
    guard let replicas, let samples, samples.all > 0 else { return 1 }
    return Double(samples.own * replicas.count) / Double(samples.all)
  }

  /// Begins to tell the others of a step, and to hear of theirs, while the backward pass runs.
  func startReport(loss: Tensor) throws {
    guard let replicas, let samples else { return }
    ownLoss = samples.own == 0 ? 0 : loss.item()
    let isEnding = (try? checkInterrupt()) == nil
    report = try replicas.startSum([
      ownLoss * Double(samples.own), Double(samples.own), isEnding ? 1 : 0, isWriter ? monotonicSeconds() : 0,
    ])
  }

  /// The mean loss and the samples of the step over all copies; nil where this is the only one.
  func hearReport() throws -> (loss: Double, samples: Int)? {
    if let waiting = report.take() { sums = try waiting() }
    return sums.map { ($0[0] / $0[1], Int(exactly: $0[1]) ?? 0) }
  }

  /// The same, when the step is over.
  func finishReport() throws -> (loss: Double, samples: Int)? {
    guard let all = try hearReport(), let sums = sums.take() else { return nil }
    isEndAgreed = isEndAgreed || sums[2] > 0
    agreedClock = sums[3]
    return all
  }

  /// What is left of a training that ended, or failed, before.
  func forgetReports() { (report, sums, isEndAgreed) = (nil, nil, false) }
}

extension Meter {
  /// What all copies counted, the same on each.
  func merged(over replicas: (any Replicas)?) throws -> Meter {
    guard let replicas else { return self }
    let texts = try replicas.gather(try StateText.encode(try saved()), for: "what was measured")
    return try sum(of: try texts.map { try StateText.decode(Saved.self, from: $0) })
  }

  /// What several have counted, with these metrics.
  func sum(of parts: [Saved]) throws -> Meter {
    var sum = self
    for (place, part) in parts.enumerated() { if place == 0 { try sum.restore(part) } else { try sum.merge(part) } }
    return sum
  }
}

/// What each of several copies has for itself.
struct CopyState: Codable {
  var generator: RandomGenerator
  var meter: Meter.Saved
}
