import Foundation
import Glibc
import Testing

/// A connection to this machine, used from threads that may wait.
final class SocketClient: Sendable {
  private let socket: Int32

  init(port: Int) throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var patience = timeval(tv_sec: 60, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, size) }
    }
    guard status == 0 else { throw Unexpected() }
  }

  func post(_ path: String, _ body: String) {
    send("POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
  }

  func send(_ text: String) { _ = write(socket, text, text.utf8.count) }

  /// Reads until the text so far has something in it, or no more comes.
  func read(until mark: String) async -> String {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { [socket] in
        var (text, part) = ([UInt8](), [UInt8](repeating: 0, count: 65536))
        while true {
          let count = Glibc.read(socket, &part, part.count)
          if count > 0 { text += part.prefix(count) }
          if count < 0 { Issue.record("nothing came for a minute") }
          let found = String(decoding: text, as: UTF8.self)
          if count <= 0 || found.contains(mark) { return continuation.resume(returning: found) }
        }
      }
    }
  }

  func close() { _ = Glibc.close(socket) }
}
