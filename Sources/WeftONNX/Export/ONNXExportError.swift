/// Why a model cannot be exported: everything that stands in the way, at once, before anything is written.
public struct ONNXExportError: Error, Hashable, Sendable {
  /// One thing that stands in the way.
  public struct Obstacle: Hashable, Sendable {
    /// The operation's name, as in `svd`; `export` for what concerns the call.
    public let operation: String
    /// The module whose forward pass called it, as in `encoder.layers.3`; empty outside any.
    public let modulePath: String
    /// What is wrong, and the cure.
    public let reason: String
  }

  /// What stands in the way, in the order of the forward pass; what happens several times in one module stands once.
  public let obstacles: [Obstacle]

  init(_ obstacles: [Obstacle]) {
    var seen: Set<Obstacle> = []
    self.obstacles = obstacles.filter { seen.insert($0).inserted }
  }

  /// What is wrong with the call.
  init(call reason: String) { self.init([Obstacle(operation: "export", modulePath: "", reason: reason)]) }
}

extension ONNXExportError: CustomStringConvertible {
  public var description: String {
    let lines = obstacles.map { obstacle in
      "  \(obstacle.operation)\(obstacle.modulePath.isEmpty ? "" : " in \(obstacle.modulePath)"): \(obstacle.reason)"
    }
    return (["[exportONNX] nothing was written:"] + lines).joined(separator: "\n")
  }
}

/// Why one operation cannot be exported.
struct ExportObstacle: Error {
  let reason: String

  init(_ reason: String) { self.reason = reason }

  /// A size that no rule finds.
  static let movingSize = ExportObstacle(
    "a size that depends on the free axes in a way that is neither a line nor a product of two of them")
}
