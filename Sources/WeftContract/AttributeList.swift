import struct Foundation.Data
import class Foundation.JSONDecoder
import class Foundation.JSONEncoder
import WeftTensor

/// The attributes of an operation, from outside: their names, types and defaults, written as JSON and read back.
package struct AttributeList {
  package struct Field: Sendable {
    package let name: String
    /// The Swift type, as it is written in programs.
    package let type: String
    /// The group it is written in (`windows`), where it is a part of one.
    let group: String?
    package let isOptional: Bool
  }

  let operation: any TensorOperation
  package let fields: [Field]
  /// Whether the operation can be read from a file: one that holds a formula cannot.
  package let isReadable: Bool

  /// The names of the operation's own attributes; empty where they cannot be read.
  package let names: [String]

  package init(of operation: any TensorOperation) {
    self.operation = operation
    let children = Mirror(reflecting: operation).children
    isReadable = !children.contains { $0.value is Formula }
    names = isReadable ? children.compactMap(\.label) : []
    fields = children.flatMap { Self.fields(named: $0.label ?? "", $0.value) }
  }

  private static func fields(named name: String, _ value: Any) -> [Field] {
    let type = type(of: value)
    guard let group = type as? any AttributeGroup.Type else {
      return [Field(name: name, type: shown("\(type)"), group: nil, isOptional: "\(type)".hasPrefix("Optional<"))]
    }
    return group.members.map { Field(name: $0.name, type: $0.type, group: name, isOptional: $0.type.hasSuffix("?")) }
  }

  /// `Optional<Array<Int>>` as `[Int]?`.
  private static func shown(_ type: String) -> String {
    for (prefix, open, close) in [("Optional<", "", "?"), ("Array<", "[", "]")] where type.hasPrefix(prefix) {
      return open + shown(String(type.dropFirst(prefix.count).dropLast())) + close
    }
    return type
  }
}

// JSON.
extension AttributeList {
  /// The operation's own attributes, groups and all.
  package func encoded() throws -> JSONValue {
    try Self.reading(JSONValue.self, Self.written(operation))
  }

  /// The attributes by name, the members of groups beside the others.
  package func flattened() throws -> [String: JSONValue] { flat(try encoded().members ?? [:]) }

  /// What calls may leave out, by name.
  package func defaults() throws -> [String: JSONValue] {
    var values: [String: JSONValue] = [:]
    for (name, value) in Swift.type(of: operation).defaults {
      values[name] = try Self.reading(JSONValue.self, Self.written(value))
    }
    return values
  }

  /// The defaults by name, the members of groups beside the others, null where an optional one may be left out.
  package func flatDefaults() throws -> [String: JSONValue] {
    var values = flat(try defaults())
    for case let group as any AttributeGroup in Mirror(reflecting: operation).children.map(\.value) {
      for member in type(of: group).members {
        guard let value = member.default else { continue }
        values[member.name] = try Self.reading(JSONValue.self, Self.written(value))
      }
    }
    for field in fields where field.isOptional && values[field.name] == nil { values[field.name] = .null }
    return values
  }

  private func flat(_ values: [String: JSONValue]) -> [String: JSONValue] {
    let groups = Set(fields.compactMap(\.group))
    return values.reduce(into: [:]) { flat, entry in
      guard groups.contains(entry.key), let members = entry.value.members else { return flat[entry.key] = entry.value }
      flat.merge(members) { $1 }
    }
  }

  /// An operation of this kind with these attributes, groups and all.
  package func decoded(_ value: JSONValue) throws -> any TensorOperation {
    let bytes = try Self.written(value)
    func read<Kind: TensorOperation>(_ kind: Kind) throws -> any TensorOperation { try Self.reading(Kind.self, bytes) }
    let found = try read(operation)
    do throws(TensorError) { try found.checkAttributes() } catch {
      throw AttributeError("expected \(error.expected), got \(error.got)")
    }
    return found
  }

  /// An operation of this kind with the attributes in a text of JSON; those left out have their defaults.
  ///
  /// - Throws: `AttributeError` that says which attribute is wrong, and which there are.
  package func decoded(text: String) throws(AttributeError) -> any TensorOperation {
    do {
      let given = try Self.reading(JSONValue.self, Data(text.utf8))
      guard let members = given.members else { throw AttributeError("the attributes are no JSON object: \(text)") }
      return try decoded(.object(try defaults().merging(grouped(members)) { $1 }))
    } catch let error as AttributeError {
      throw error.listing(self)
    } catch let error as DecodingError {
      throw AttributeError(error).listing(self)
    } catch {
      throw AttributeError("\(error)").listing(self)
    }
  }

  /// Members of groups in their group; an unknown name is an error.
  private func grouped(_ given: [String: JSONValue]) throws -> [String: JSONValue] {
    var (values, groups): ([String: JSONValue], [String: [String: JSONValue]]) = ([:], [:])
    for (name, value) in given.sorted(by: { $0.key < $1.key }) {
      if let field = fields.first(where: { $0.name == name }) {
        if let group = field.group { groups[group, default: [:]][name] = value } else { values[name] = value }
      } else if fields.contains(where: { $0.group == name }) {
        values[name] = value
      } else {
        throw AttributeError("there is no attribute '\(name)'" + suggestion(for: name, among: fields.map(\.name)))
      }
    }
    return values.merging(groups.mapValues { .object($0) }) { $0.merging($1.members ?? [:]) }
  }

  private static func written(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try encoder.encode(value)
  }

  private static func reading<Value: Decodable>(_ type: Value.Type, _ data: Data) throws -> Value {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try decoder.decode(type, from: data)
  }
}

/// Attributes that do not fit an operation.
package struct AttributeError: Error, CustomStringConvertible {
  package private(set) var description: String

  init(_ description: String) { self.description = description }

  init(_ error: DecodingError) {
    switch error {
    case .keyNotFound(let key, _): self.init("attribute '\(key.stringValue)' is missing")
    case .typeMismatch(let type, let context): self.init("\(Self.place(context)): no \(type)")
    case .valueNotFound(let type, let context): self.init("\(Self.place(context)): null, expected \(type)")
    case .dataCorrupted(let context): self.init("\(Self.place(context)): \(context.debugDescription)")
    @unknown default: self.init("\(error)")
    }
  }

  private static func place(_ context: DecodingError.Context) -> String {
    let path = context.codingPath.map { $0.intValue.map { "\($0)" } ?? $0.stringValue }
    return path.isEmpty ? "attributes" : "attribute '\(path.joined(separator: "."))'"
  }

  /// This error with the attributes there are.
  func listing(_ list: AttributeList) -> AttributeError {
    let defaults = (try? list.flatDefaults()) ?? [:]
    let names = list.fields.map { "\($0.name): \($0.type)" + (defaults[$0.name] == nil ? "" : " (may be left out)") }
    let known = names.isEmpty ? "it has none" : names.joined(separator: ", ")
    return AttributeError("\(Swift.type(of: list.operation).name): \(description); attributes: \(known)")
  }
}
