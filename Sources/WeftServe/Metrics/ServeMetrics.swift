import Metrics
@_spi(Locks) import WeftTensor

/// What a server counts, for `/metrics` and for the metrics system that the program has, where it has one.
package final class ServeMetrics: Sendable {
  /// What `/metrics` shows.
  package let prometheus: PrometheusMetrics
  private struct State {
    var requests: [String: Counter] = [:]
    var times: [String: Metrics.Timer] = [:]
    var models: [String: ModelMetrics] = [:]
  }
  private let state = Guarded(State())

  package init(_ prometheus: PrometheusMetrics) { self.prometheus = prometheus }

  /// Both, or the one that is both.
  private var factory: any MetricsFactory {
    let system = MetricsSystem.factory
    if let same = system as? PrometheusMetrics, same === prometheus { return same }
    return MultiplexMetricsHandler(factories: [prometheus, system])
  }

  /// Counts a request that was answered.
  func note(route: String, status: Int, duration: Duration) {
    let (counter, timer) = state.withLock { state in
      let key = "\(status) \(route)"
      let counter =
        state.requests[key]
        ?? Counter(
          label: "weft_requests_total", dimensions: [("route", route), ("status", "\(status)")], factory: factory)
      let timer =
        state.times[route]
        ?? Metrics.Timer(label: "weft_request_seconds", dimensions: [("route", route)], factory: factory)
      (state.requests[key], state.times[route]) = (counter, timer)
      return (counter, timer)
    }
    counter.increment()
    timer.recordNanoseconds(duration.nanoseconds)
  }

  func model(_ name: String) -> ModelMetrics {
    state.withLock { state in
      let found = state.models[name] ?? ModelMetrics(name, factory)
      state.models[name] = found
      return found
    }
  }
}

extension Duration {
  /// In nanoseconds; as many as fit for what is longer than centuries.
  var nanoseconds: Int64 {
    let (whole, overflow) = components.seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? .max : whole.addingReportingOverflow(components.attoseconds / 1_000_000_000).partialValue
  }
}

/// What is counted of one model.
final class ModelMetrics: Sendable {
  private let batches: Counter
  private let sequences: Counter
  private let inputTokens: Counter
  private let generatedTokens: Counter
  private let running: Meter
  private let computing: Metrics.Timer

  init(_ name: String, _ factory: any MetricsFactory) {
    func counter(_ label: String) -> Counter { Counter(label: label, dimensions: [("model", name)], factory: factory) }
    batches = counter("weft_batches_total")
    sequences = counter("weft_sequences_total")
    inputTokens = counter("weft_input_tokens_total")
    generatedTokens = counter("weft_generated_tokens_total")
    running = Meter(label: "weft_running_generations", dimensions: [("model", name)], factory: factory)
    computing = Metrics.Timer(label: "weft_compute_seconds", dimensions: [("model", name)], factory: factory)
  }

  func note(_ batch: BatchReport) {
    batches.increment()
    sequences.increment(by: batch.sequences)
    inputTokens.increment(by: batch.tokens)
    computing.recordNanoseconds(batch.duration.nanoseconds)
  }

  func noteStep(running count: Int, tokens: Int, duration: Duration) {
    generatedTokens.increment(by: tokens)
    running.set(count)
    computing.recordNanoseconds(duration.nanoseconds)
  }

  func notePrompt(tokens: Int) { inputTokens.increment(by: tokens) }
}
