/// What the server makes of a request's body before any model is asked.
package enum RequestReading {
  /// Reads the messages and tools of a conversation.
  /// - Throws: A `RequestRefusal`.
  package static func conversation(_ body: [UInt8]) throws { _ = try ChatMessages(try Field(body: body)) }

  /// Reads an input of each type that a model may have, and whatever is stated of its shape.
  /// - Throws: A `RequestRefusal`.
  package static func tensors(_ body: [UInt8], headerLength: Int?) throws {
    var read = try InferenceBody(body, headerLength: headerLength)
    for field in try read.fields["inputs"].elements(atMost: 16) {
      let dtype = try InferenceType.dtype(field["datatype"])
      let sizes = try field["shape"].elements(atMost: 16).map { _ in Int?.none }
      _ = try InferenceTensor.read(field, as: TensorDescription("x", dtype, sizes), from: &read)
    }
    try read.checkEnd()
  }
}
