import Hummingbird

/// Server-sent events, written as they come, and `[DONE]` after the last.
struct EventStream {
  private let produce: @Sendable (_ send: @Sendable (JSON) async throws -> Void) async throws -> Void
  private let style: ErrorStyle
  private let passage: Passage

  init(
    _ produce: @escaping @Sendable (_ send: @Sendable (JSON) async throws -> Void) async throws -> Void,
    _ style: ErrorStyle, _ passage: Passage
  ) {
    (self.produce, self.style, self.passage) = (produce, style, passage)
  }

  /// The body of the response. It ends in `[DONE]`, or in an event that says what went wrong: the status has long been
  /// sent by then.
  var body: ResponseBody {
    ResponseBody { [produce, style, passage] writer in
      let (events, outlet) = AsyncStream.makeStream(of: JSON.self)
      let producer = Task {
        defer { outlet.finish() }
        do {
          try await produce { outlet.yield($0) }
          return nil as RequestRefusal?
        } catch { return passage.refusal(for: error) }
      }
      do {
        try await withTaskCancellationHandler {
          for await event in events { try await writer.write(Self.line(event.bytes)) }
        } onCancel: {
          passage.flight.end(RequestRefusal(.clientGone, "The client went before its answer."))
        }
        let refusal = await producer.value
        try await writer.write(Self.line(refusal.map { style.body($0).bytes } ?? Array("[DONE]".utf8)))
        try await writer.finish(nil)
        passage.end(status: refusal?.reason.rawValue ?? 200)
      } catch {
        passage.flight.end(RequestRefusal(.clientGone, "The client went before its answer."))
        passage.end(status: RequestRefusal.Reason.clientGone.rawValue)
        throw error
      }
    }
  }

  private static func line(_ bytes: [UInt8]) -> ByteBuffer {
    var buffer = ByteBuffer()
    buffer.writeString("data: ")
    buffer.writeBytes(bytes)
    buffer.writeString("\n\n")
    return buffer
  }
}
