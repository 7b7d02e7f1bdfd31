/// The attributes of an operation taken apart to numbers and texts, as `Codable` sees them: so that they can be
/// compared, and put together with other numbers.
package indirect enum AttributeTree: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case text(String)
  case list([AttributeTree])
  case members([String: AttributeTree])
}

/// One step of the way to an attribute.
struct AttributeKey: CodingKey {
  let stringValue: String
  let intValue: Int?

  init(stringValue: String) { (self.stringValue, intValue) = (stringValue, nil) }
  init(intValue: Int) { (stringValue, self.intValue) = ("\(intValue)", intValue) }
}
