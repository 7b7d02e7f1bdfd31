extension AttributeTree {
  /// A value with these attributes.
  package func decoded<Value: Decodable>(as type: Value.Type) throws -> Value {
    try AttributeDecoder(tree: self, codingPath: []).decode(type)
  }
}

/// Puts a value together from an `AttributeTree`, through `Codable`.
struct AttributeDecoder: Decoder {
  let tree: AttributeTree
  let codingPath: [any CodingKey]
  let userInfo: [CodingUserInfoKey: Any] = [:]

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .members(let members) = tree else { throw mismatch([String: AttributeTree].self) }
    return KeyedDecodingContainer(Members(members: members, decoder: self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .list(let list) = tree else { throw mismatch([AttributeTree].self) }
    return List(list: list, decoder: self)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { Single(decoder: self) }

  /// Numbers, texts and bools are read here; whatever else is `Decodable` asks for containers.
  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    if let kind = type as? any FixedWidthInteger.Type, let value = try integer(kind) as? Value { return value }
    if type == Double.self || type == Float.self {
      let number = try number()
      if let value = (type == Float.self ? Float(number) as Any : number) as? Value { return value }
    }
    if type == Bool.self, case .bool(let value) = tree, let value = value as? Value { return value }
    if type == String.self, case .text(let value) = tree, let value = value as? Value { return value }
    guard type != Bool.self, type != String.self else { throw mismatch(type) }
    return try Value(from: self)
  }

  private func integer<Integer: FixedWidthInteger>(_ type: Integer.Type) throws -> Integer {
    guard case .integer(let value) = tree else { throw mismatch(type) }
    // What stands above the signed integers is kept as their bits.
    if type == UInt64.self || type == UInt.self { return Integer(truncatingIfNeeded: value) }
    guard let held = Integer(exactly: value) else { throw mismatch(type) }
    return held
  }

  private func number() throws -> Double {
    switch tree {
    case .number(let value): return value
    case .integer(let value): return Double(value)
    case .text(let text):
      // What is not finite is written as a text.
      guard let value = Double(text), !value.isFinite else { throw mismatch(Double.self) }
      return value
    default: throw mismatch(Double.self)
    }
  }

  private func mismatch(_ type: Any.Type) -> DecodingError {
    .typeMismatch(
      type, DecodingError.Context(codingPath: codingPath, debugDescription: "expected \(type), got \(tree)"))
  }
}

extension AttributeDecoder {
  private struct Members<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let members: [String: AttributeTree]
    let decoder: AttributeDecoder
    var codingPath: [any CodingKey] { decoder.codingPath }
    var allKeys: [Key] { members.keys.compactMap { Key(stringValue: $0) } }

    func contains(_ key: Key) -> Bool { members[key.stringValue] != nil }
    func decodeNil(forKey key: Key) throws -> Bool { members[key.stringValue] == .null }
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
      try member(key).decode(type)
    }
    func nestedContainer<Inner: CodingKey>(
      keyedBy type: Inner.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Inner> {
      try member(key).container(keyedBy: type)
    }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
      try member(key).unkeyedContainer()
    }
    func superDecoder() throws -> any Decoder { try member(AttributeKey(stringValue: "super")) }
    func superDecoder(forKey key: Key) throws -> any Decoder { try member(key) }

    private func member(_ key: any CodingKey) throws -> AttributeDecoder {
      guard let tree = members[key.stringValue] else {
        throw DecodingError.keyNotFound(
          key, DecodingError.Context(codingPath: codingPath, debugDescription: "no '\(key.stringValue)'"))
      }
      return AttributeDecoder(tree: tree, codingPath: codingPath + [key])
    }
  }

  private struct List: UnkeyedDecodingContainer {
    let list: [AttributeTree]
    let decoder: AttributeDecoder
    var currentIndex = 0
    var codingPath: [any CodingKey] { decoder.codingPath }
    var count: Int? { list.count }
    var isAtEnd: Bool { currentIndex >= list.count }

    mutating func decodeNil() throws -> Bool {
      guard !isAtEnd, list[currentIndex] == .null else { return false }
      currentIndex += 1
      return true
    }
    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
      let value = try element().decode(type)
      currentIndex += 1
      return value
    }
    mutating func nestedContainer<Inner: CodingKey>(keyedBy type: Inner.Type) throws -> KeyedDecodingContainer<Inner> {
      defer { currentIndex += 1 }
      return try element().container(keyedBy: type)
    }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
      defer { currentIndex += 1 }
      return try element().unkeyedContainer()
    }
    mutating func superDecoder() throws -> any Decoder {
      defer { currentIndex += 1 }
      return try element()
    }

    private func element() throws -> AttributeDecoder {
      let path = codingPath + [AttributeKey(intValue: currentIndex)]
      guard !isAtEnd else {
        throw DecodingError.valueNotFound(
          AttributeTree.self, DecodingError.Context(codingPath: path, debugDescription: "the list has ended"))
      }
      return AttributeDecoder(tree: list[currentIndex], codingPath: path)
    }
  }

  private struct Single: SingleValueDecodingContainer {
    let decoder: AttributeDecoder
    var codingPath: [any CodingKey] { decoder.codingPath }

    func decodeNil() -> Bool { decoder.tree == .null }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try decoder.decode(type) }
  }
}
