import HTTPTypes
import Hummingbird

/// The name of a request in the log.
enum RequestID {
  /// The client's own where it is one that a log can take, otherwise a new one.
  static func of(_ request: Request) -> String {
    if let given = request.headers[.requestID], given.utf8.count <= 128, !given.isEmpty,
      given.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    {
      return given
    }
    return make()
  }

  /// Sixteen letters that no other request has.
  static func make() -> String {
    let text = String(UInt64.random(in: .min ... .max), radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }
}
