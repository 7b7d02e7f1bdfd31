/// The attributes of an operation taken apart to numbers and texts, as `Codable` sees them: so that they can be compared,
/// and put together with other numbers.
package indirect enum AttributeTree: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case text(String)
  case list([AttributeTree])
  case members([String: AttributeTree])

  /// The attributes of `value`.
  package init(_ value: some Encodable) throws {
    let branch = AttributeEncoder.Branch()
    try value.encode(to: AttributeEncoder(branch: branch, codingPath: []))
    self = branch.tree
  }

  /// A value with these attributes.
  package func decoded<Value: Decodable>(as type: Value.Type) throws -> Value {
    try AttributeDecoder(tree: self, codingPath: []).decode(type)
  }
}

/// One step of the way to an attribute.
struct AttributeKey: CodingKey {
  let stringValue: String
  let intValue: Int?

  init(stringValue: String) { (self.stringValue, intValue) = (stringValue, nil) }
  init(intValue: Int) { (stringValue, self.intValue) = ("\(intValue)", intValue) }
}
