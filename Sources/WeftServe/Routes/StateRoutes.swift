import Foundation
import Hummingbird
import Metrics

/// Health and numbers.
enum StateRoutes {
  static func mount(on mount: RouteMount<some RouterMethods>) {
    mount.get("/health/live", .inference, isOpen: true) { _ in .json(["status": "live"]) }
    for path in ["/health", "/health/ready"] {
      mount.get(path, .inference, isOpen: true) { call in
        let isReady = call.shelf.isReady
        return .json(["status": .text(status(call.shelf))], status: isReady ? 200 : 503)
      }
    }
    mount.get("/metrics", .inference) { call in
      let metrics = call.shelf.metrics.prometheus
      Meter(label: "weft_queue_requests", factory: metrics).set(call.shelf.admission.waiting)
      Meter(label: "weft_ready", factory: metrics).set(call.shelf.isReady ? 1 : 0)
      if let bytes = residentBytes { Meter(label: "process_resident_memory_bytes", factory: metrics).set(bytes) }
      return .text(metrics.text, type: "text/plain; version=0.0.4; charset=utf-8")
    }
  }

  private static func status(_ shelf: ModelShelf) -> String {
    shelf.isDraining ? "draining" : shelf.isReady ? "ready" : "loading"
  }

  /// How much memory the process holds.
  private static var residentBytes: Int? {
    guard let text = FileManager.default.contents(atPath: "/proc/self/statm") else { return nil }
    let fields = String(decoding: text, as: UTF8.self).split(separator: " ")
    guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
    return pages * sysconf(Int32(_SC_PAGESIZE))
  }
}
