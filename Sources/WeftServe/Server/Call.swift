import HTTPTypes
import Hummingbird

/// A request that a route answers.
struct Call: Sendable {
  let head: HTTPRequest
  let parameters: Parameters
  let body: ByteBuffer
  let flight: Flight
  let shelf: ModelShelf

  /// How long the body is.
  var byteCount: Int { body.readableBytes }

  /// The body as JSON.
  func fields() throws -> Field { try Field(body: body.readableBytesView) }
}

/// What a route answers.
enum Answer: Sendable {
  case json(JSON, status: Int = 200)
  /// Bytes of some type, with further headers.
  case bytes([UInt8], type: String, headers: HTTPFields = [:])
  /// Events, sent as they come; each becomes a line of its own.
  case events(@Sendable (_ send: @Sendable (JSON) async throws -> Void) async throws -> Void)

  static func text(_ text: String, type: String) -> Answer { .bytes(Array(text.utf8), type: type) }
}
