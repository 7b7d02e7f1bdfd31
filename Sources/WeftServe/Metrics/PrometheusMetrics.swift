import CoreMetrics
@_spi(Locks) import WeftTensor

/// A backend of swift-metrics that shows its numbers in Prometheus' text format.
///
/// ```swift
/// let metrics = PrometheusMetrics()
/// MetricsSystem.bootstrap(metrics)      // for metrics of the whole program; a server needs none of it for its own
/// print(metrics.text)
/// ```
public final class PrometheusMetrics: MetricsFactory {
  private struct State {
    /// By name, then by labels as they are written.
    var families: [String: PrometheusFamily] = [:]
  }
  private let state = Guarded(State())
  private let bounds: [Double]

  /// - Parameter bounds: The upper bounds of the buckets of histograms; timers are told in seconds.
  public init(
    bounds: [Double] = [
      0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300,
    ]
  ) {
    self.bounds = bounds
  }

  /// All that was counted, in Prometheus' text format.
  public var text: String {
    let families = state.withLock { $0.families }
    return families.sorted { $0.key < $1.key }.map { $0.value.text(name: $0.key) }.joined()
  }

  private func value(_ kind: PrometheusFamily.Kind, _ label: String, _ dimensions: [(String, String)])
    -> PrometheusValue
  {
    let name = PrometheusFamily.name(label)
    let key = PrometheusFamily.labels(dimensions)
    return state.withLock { state in
      var family = state.families[name] ?? PrometheusFamily(kind: kind)
      if let known = family.values[key] { return known }
      let made = PrometheusValue(bounds: kind == .histogram ? bounds : [])
      family.values[key] = made
      state.families[name] = family
      return made
    }
  }

  public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    value(.counter, label, dimensions)
  }

  public func makeFloatingPointCounter(
    label: String, dimensions: [(String, String)]
  ) -> any FloatingPointCounterHandler { value(.counter, label, dimensions) }

  public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    value(.gauge, label, dimensions)
  }

  public func makeRecorder(
    label: String, dimensions: [(String, String)], aggregate: Bool
  ) -> any RecorderHandler { value(aggregate ? .histogram : .gauge, label, dimensions) }

  public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    value(.histogram, label, dimensions)
  }

  // What was counted stays: Prometheus wants counters that only grow.
  public func destroyCounter(_ handler: any CounterHandler) {}
  public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
  public func destroyMeter(_ handler: any MeterHandler) {}
  public func destroyRecorder(_ handler: any RecorderHandler) {}
  public func destroyTimer(_ handler: any TimerHandler) {}
}
