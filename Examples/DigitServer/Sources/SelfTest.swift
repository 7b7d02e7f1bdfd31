import Foundation
import Hummingbird
import ServiceLifecycle
import Weft

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Starts the server on a free port, asks it once rightly and once wrongly, and stops it.
func askItself(_ router: Router<BasicRequestContext>) async throws {
  let (ports, port) = AsyncStream.makeStream(of: Int.self)
  let app = Application(
    router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
    onServerRunning: { port.yield($0.localAddress?.port ?? 0) })
  let services = ServiceGroup(configuration: .init(services: [app], logger: app.logger))
  async let running: Void = services.run()
  guard let number = await ports.first(where: { $0 > 0 }) else { throw Unexpected(description: "no port") }

  let image = Digits.test.batch(at: [0]).images.scalars(as: Float.self)
  let right = try await post(image, port: number)
  let wrong = try await post([1, 2, 3], port: number)
  let again = try await post(image, port: number)
  for answer in [right, wrong] { print(answer.status, answer.text) }
  await services.triggerGracefulShutdown()
  try await running
  guard right.status == 200, wrong.status == 400, wrong.text.contains("expected 64 scalars"), again.text == right.text
  else { throw Unexpected(description: "expected 200, 400, and the first answer again") }
}

struct Unexpected: Error, CustomStringConvertible { let description: String }

private func post(_ pixels: [Float], port: Int) async throws -> (status: Int, text: String) {
  guard let url = URL(string: "http://127.0.0.1:\(port)/digit") else { throw Unexpected(description: "no URL") }
  var request = URLRequest(url: url, timeoutInterval: 30)
  request.httpMethod = "POST"
  request.setValue("application/json", forHTTPHeaderField: "Content-Type")
  request.setValue("close", forHTTPHeaderField: "Connection")
  request.httpBody = try JSONEncoder().encode(["pixels": pixels])
  let (data, response) = try await URLSession.shared.data(for: request)
  return ((response as? HTTPURLResponse)?.statusCode ?? 0, String(decoding: data, as: UTF8.self))
}
