/// A value in a file together with where it stands, so that whoever asks it for what it is not says so with its place.
struct ConfigField {
  let value: ConfigValue
  let path: String
  let file: String

  func failure(_ code: TokenizerError.Code = .badValue, expected: String, found: String? = nil) -> TokenizerError {
    TokenizerError(code, file: file, path: path, expected: expected, found: found ?? value.kind)
  }

  /// The member of an object with this name, the last where it is given twice; nil where it is missing or null.
  subscript(_ key: String) -> ConfigField? {
    guard case .object(let entries) = value, let entry = entries.last(where: { $0.key == key }) else { return nil }
    if case .null = entry.value { return nil }
    return ConfigField(value: entry.value, path: path.isEmpty ? key : "\(path).\(key)", file: file)
  }

  /// The member of an object with this name, which must be there.
  func required(_ key: String) throws(TokenizerError) -> ConfigField {
    guard case .object = value else { throw failure(expected: "an object") }
    guard let field = self[key] else {
      let place = path.isEmpty ? key : "\(path).\(key)"
      throw TokenizerError(.missing, file: file, path: place, expected: "\"\(key)\"", found: "nothing")
    }
    return field
  }

  func string() throws(TokenizerError) -> String {
    guard case .text(let text) = value else { throw failure(expected: "a text") }
    return text
  }

  /// A text of one scalar.
  func scalar() throws(TokenizerError) -> UInt32 {
    let scalars = try string().unicodeScalars
    guard scalars.count == 1, let first = scalars.first else { throw failure(expected: "one character") }
    return first.value
  }

  func boolean() throws(TokenizerError) -> Bool {
    guard case .boolean(let flag) = value else { throw failure(expected: "true or false") }
    return flag
  }

  /// A count: a whole number from 0 to 2³¹ - 1.
  func count() throws(TokenizerError) -> Int {
    guard case .integer(let number) = value, 0...Int(Int32.max) ~= number else {
      throw failure(expected: "a whole number from 0 to \(Int32.max)")
    }
    return number
  }

  func elements() throws(TokenizerError) -> [ConfigField] {
    guard case .array(let values) = value else { throw failure(expected: "an array") }
    return values.enumerated().map { ConfigField(value: $1, path: "\(path)[\($0)]", file: file) }
  }

  func entries() throws(TokenizerError) -> [ConfigEntry] {
    guard case .object(let entries) = value else { throw failure(expected: "an object") }
    return entries
  }

  func boolean(_ key: String, default absent: Bool) throws(TokenizerError) -> Bool {
    try self[key]?.boolean() ?? absent
  }

  /// The value of a name that must be one of a list.
  func choice<Value>(_ choices: [(String, Value)]) throws(TokenizerError) -> Value {
    let name = try string()
    guard let choice = choices.first(where: { $0.0 == name }) else {
      let known = choices.map { $0.0 }.joined(separator: ", ")
      throw failure(.unsupported, expected: "one of \(known)")
    }
    return choice.1
  }
}
