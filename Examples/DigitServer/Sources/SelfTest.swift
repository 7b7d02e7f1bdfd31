import Foundation
import Hummingbird
import ServiceLifecycle
import Weft

/// Starts the server on a free port, asks it once rightly and once wrongly, and stops it.
func askItself(_ classifier: Classifier) async throws {
  let (ports, port) = AsyncStream.makeStream(of: Int.self)
  let app = Application(
    router: makeRouter(classifier), configuration: .init(address: .hostname("127.0.0.1", port: 0)),
    onServerRunning: { port.yield($0.localAddress?.port ?? 0) })
  let services = ServiceGroup(configuration: .init(services: [app], logger: app.logger))
  async let running: Void = {
    defer { port.finish() }  // a server that cannot start gives no port
    try await services.run()
  }()
  guard let number = await ports.first(where: { $0 > 0 }) else {
    try await running
    throw Unexpected(description: "no port")
  }

  let image = Digits.test.batch(at: [0]).images.scalars(as: Float.self)
  let right = await post(image, port: UInt16(number))
  let wrong = await post([1, 2, 3], port: UInt16(number))
  print(right, wrong, separator: "\n\n")
  await services.triggerGracefulShutdown()
  try await running
  guard right.hasPrefix("HTTP/1.1 200"), right.contains("\"digit\":\(Digits.test.label(at: 0))"),
    wrong.hasPrefix("HTTP/1.1 400"), wrong.contains("expected 64 scalars for shape [1, 1, 8, 8], got 3")
  else { throw Unexpected(description: "expected the digit and status 200, then the reason and status 400") }
}

struct Unexpected: Error, CustomStringConvertible { let description: String }

/// What the server on this port answers, with its head; on a thread that may wait.
private func post(_ pixels: [Float], port: UInt16) async -> String {
  let body = "{\"pixels\": \(pixels)}"
  let request = """
    POST /digit HTTP/1.1\r
    Host: 127.0.0.1\r
    Content-Type: application/json\r
    Content-Length: \(body.utf8.count)\r
    Connection: close\r
    \r
    \(body)
    """
  return await withCheckedContinuation { continuation in
    Thread.detachNewThread { continuation.resume(returning: exchange(request, port: port)) }
  }
}

/// Sends a request to this machine and reads what comes until the other side closes.
private func exchange(_ request: String, port: UInt16) -> String {
  let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(connection) }
  var patience = timeval(tv_sec: 30, tv_usec: 0)
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = port.bigEndian
  address.sin_addr.s_addr = inet_addr("127.0.0.1")
  let size = socklen_t(MemoryLayout<sockaddr_in>.size)
  let status = withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(connection, $0, size) }
  }
  guard status == 0, write(connection, request, request.utf8.count) == request.utf8.count else {
    return "no connection"
  }
  var (answer, part) = ([UInt8](), [UInt8](repeating: 0, count: 4096))
  while true {
    let count = read(connection, &part, part.count)
    guard count > 0 else { return String(decoding: answer, as: UTF8.self) }
    answer += part.prefix(count)
  }
}
