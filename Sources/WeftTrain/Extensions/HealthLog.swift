import WeftNN
import WeftTensor

/// How gradients and updates went over a training: a point for each look, thinned out where there are many.
public struct HealthHistory: Sendable, Hashable, Codable {
  /// What one look came to, over all layers.
  public struct Point: Sendable, Hashable, Codable {
    /// How many steps were taken.
    public var step: Int
    /// √Σg² over all layers.
    public var gradientNorm: Double
    /// The least, the middle and the largest update of a layer, as a share of its weights.
    public var updateRatios: [Double]
    /// The share of units that gave the same for every sample; nil where nothing has units.
    public var deadShare: Double?

    init(_ report: HealthReport) {
      (step, gradientNorm) = (report.step, report.gradientNorm)
      let ratios = report.layers.map(\.updateRatio).sorted()
      updateRatios = ratios.isEmpty ? [] : [ratios[0], ratios[ratios.count / 2], ratios[ratios.count - 1]]
      let count = report.units.reduce(0) { $0 + $1.count }
      deadShare = count == 0 ? nil : Double(report.units.reduce(0) { $0 + $1.dead }) / Double(count)
    }
  }

  /// The looks, by step.
  public private(set) var points: [Point] = []
  /// The last look, layer by layer.
  public private(set) var last: HealthReport?
  /// Of so many looks one is kept.
  private var stride = 1
  private var looks = 0
  private static let mostPoints = 400

  /// Nothing yet.
  public init() {}

  mutating func add(_ report: HealthReport) {
    last = report
    if looks % stride == 0 { points.append(Point(report)) }
    looks += 1
    guard points.count >= Self.mostPoints else { return }
    points = points.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    stride *= 2
  }

  private enum CodingKeys: String, CodingKey { case points, last, stride, looks }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    points = try values.decode([Point].self, forKey: .points)
    last = try values.decodeIfPresent(HealthReport.self, forKey: .last)
    stride = try values.decode(Int.self, forKey: .stride)
    looks = try values.decode(Int.self, forKey: .looks)
    guard StateText.counts.contains(stride), stride > 0, StateText.counts.contains(looks),
      points.count <= 2 * Self.mostPoints, points.allSatisfy({ [0, 3].contains($0.updateRatios.count) })
    else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "no history that a training kept"))
    }
  }
}

/// A `GradientHealth` that keeps what it saw, for a report: `RunFile.health(_:)` puts it into a run folder.
public final class HealthLog: TrainingExtension {
  /// All that was seen, that of before a stop included.
  public private(set) var history = HealthHistory()
  private let health: GradientHealth

  /// - Parameters:
  ///   - every: After how many steps it looks again.
  ///   - tell: Takes each report.
  public init(every: Int, tell: ((HealthReport) -> Void)? = nil) {
    health = GradientHealth(every: every, tell: tell)
  }

  public func looksInside(_ training: Training) -> Bool { health.looksInside(training) }

  public func handle(_ event: TrainingEvent, in training: Training) throws {
    let before = health.report?.step
    try health.handle(event, in: training)
    if let report = health.report, report.step != before { history.add(report) }
  }

  public func savedState() throws -> String? { try StateText.encode(history) }
  public func restore(_ state: String) throws { history = try StateText.decode(HealthHistory.self, from: state) }
}
