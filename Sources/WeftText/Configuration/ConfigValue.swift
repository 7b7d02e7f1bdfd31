/// A value of JSON as tokenizers' files hold it.
///
/// Read by a reader of its own: a vocabulary has some 250,000 entries, for which Foundation takes seconds.
package enum ConfigValue: Sendable {
  case null
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case array([ConfigValue])
  case object([ConfigEntry])

  /// What kind of value it is, for messages.
  package var kind: String {
    switch self {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .integer(let value): "the number \(value)"
    case .number(let value): "the number \(value)"
    case .text(let text): text.utf8.count > 60 ? "a text of \(text.utf8.count) bytes" : "\"\(text)\""
    case .array(let values): "an array of \(values.count)"
    case .object(let entries): "an object of \(entries.count)"
    }
  }
}

/// A key of an object and its value.
package struct ConfigEntry: Sendable {
  package let key: String
  package let value: ConfigValue

  package init(key: String, value: ConfigValue) {
    self.key = key
    self.value = value
  }
}
