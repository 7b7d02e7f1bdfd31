extension AttributeTree {
  /// The attributes of `value`.
  package init(_ value: some Encodable) throws {
    let branch = AttributeEncoder.Branch()
    try value.encode(to: AttributeEncoder(branch: branch, codingPath: []))
    self = branch.tree
  }
}

/// Takes a value apart to an `AttributeTree`, through `Codable`.
struct AttributeEncoder: Encoder {
  /// A branch that grows while containers are open on it.
  final class Branch {
    enum Content {
      case leaf(AttributeTree)
      case list([Branch])
      case members([String: Branch])
    }
    var content = Content.members([:])

    var tree: AttributeTree {
      switch content {
      case .leaf(let tree): tree
      case .list(let branches): .list(branches.map(\.tree))
      case .members(let branches): .members(branches.mapValues(\.tree))
      }
    }
  }

  let branch: Branch
  let codingPath: [any CodingKey]
  let userInfo: [CodingUserInfoKey: Any] = [:]

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(Members(encoder: self))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    if case .list = branch.content { return List(encoder: self) }
    branch.content = .list([])
    return List(encoder: self)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { Single(encoder: self) }

  /// The encoder of a part, which grows at this branch.
  private func member(_ key: any CodingKey) -> AttributeEncoder {
    let part = Branch()
    var members: [String: Branch] = [:]
    if case .members(let known) = branch.content { members = known }
    members[key.stringValue] = part
    branch.content = .members(members)
    return AttributeEncoder(branch: part, codingPath: codingPath + [key])
  }

  private func next() -> AttributeEncoder {
    let part = Branch()
    branch.content = .list(list + [part])
    return AttributeEncoder(branch: part, codingPath: codingPath + [AttributeKey(intValue: list.count)])
  }

  private var list: [Branch] { if case .list(let list) = branch.content { list } else { [] } }
}

// The containers hand on whatever is `Encodable`; numbers, texts and bools end in `Single`.
extension AttributeEncoder {
  private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let encoder: AttributeEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }

    func encodeNil(forKey key: Key) { encoder.member(key).branch.content = .leaf(.null) }
    func encode(_ value: some Encodable, forKey key: Key) throws { try value.encode(to: encoder.member(key)) }
    func nestedContainer<Inner: CodingKey>(
      keyedBy type: Inner.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Inner> {
      encoder.member(key).container(keyedBy: type)
    }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
      encoder.member(key).unkeyedContainer()
    }
    func superEncoder() -> any Encoder { encoder.member(AttributeKey(stringValue: "super")) }
    func superEncoder(forKey key: Key) -> any Encoder { encoder.member(key) }
  }

  private struct List: UnkeyedEncodingContainer {
    let encoder: AttributeEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }
    var count: Int { encoder.list.count }

    func encodeNil() { encoder.next().branch.content = .leaf(.null) }
    func encode(_ value: some Encodable) throws { try value.encode(to: encoder.next()) }
    func nestedContainer<Inner: CodingKey>(keyedBy type: Inner.Type) -> KeyedEncodingContainer<Inner> {
      encoder.next().container(keyedBy: type)
    }
    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { encoder.next().unkeyedContainer() }
    func superEncoder() -> any Encoder { encoder.next() }
  }

  private struct Single: SingleValueEncodingContainer {
    let encoder: AttributeEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }

    func encodeNil() { encoder.branch.content = .leaf(.null) }
    func encode(_ value: some Encodable) throws {
      switch value {
      case let value as Bool: encoder.branch.content = .leaf(.bool(value))
      case let value as String: encoder.branch.content = .leaf(.text(value))
      case let value as any BinaryFloatingPoint: encoder.branch.content = .leaf(.number(Double(value)))
      case let value as any BinaryInteger: encoder.branch.content = .leaf(.integer(Int64(truncatingIfNeeded: value)))
      default: try value.encode(to: encoder)
      }
    }
  }
}
