import HTTPTypes
import Hummingbird
import NIOCore

/// The two parts of a request with binary data: JSON, and the tensors' bytes behind it.
struct InferenceBody {
  let fields: Field
  private let bytes: ByteBufferView
  private var place: Int

  init(_ call: Call) throws {
    try self.init(call.body.readableBytesView, header: call.head.headerFields[.inferenceHeaderLength])
  }

  init(_ body: [UInt8], headerLength: Int?) throws {
    try self.init(ByteBuffer(bytes: body).readableBytesView, header: headerLength.map { "\($0)" })
  }

  /// - Parameter header: How many bytes the JSON has, as the request says it; nil where all are JSON.
  private init(_ view: ByteBufferView, header: String?) throws {
    guard let header else {
      fields = try Field(body: view)
      (bytes, place) = (view.suffix(0), 0)
      return
    }
    guard let length = Int(header), (0...view.count).contains(length) else {
      throw RequestRefusal(
        .malformed,
        "Inference-Header-Content-Length: expected a number of at most the body's \(view.count) bytes, got \"\(header)\"."
      )
    }
    fields = try Field(body: view.prefix(length))
    (bytes, place) = (view.dropFirst(length), 0)
  }

  /// The next bytes behind the JSON.
  mutating func take(_ count: Int, for field: Field) throws -> [UInt8] {
    guard count <= bytes.count - place else {
      throw RequestRefusal(
        .malformed, "`\(field.path)`: expected \(count) bytes behind the JSON, got \(bytes.count - place).",
        field: field.path)
    }
    defer { place += count }
    return Array(bytes.dropFirst(place).prefix(count))
  }

  /// - Throws: A `RequestRefusal` where bytes are left that belong to no input.
  func checkEnd() throws {
    guard place == bytes.count else {
      throw RequestRefusal(
        .malformed,
        "Expected \(place) bytes behind the JSON, as the inputs' `binary_data_size` say, got \(bytes.count).")
    }
  }
}
