/// Puts texts and special tokens in the order of a template.
struct TemplateProcessor: Sendable {
  private enum Part: Sendable {
    case sequence(Int, typeID: Int)
    case special(String, typeID: Int)
  }

  private let single: [Part]
  private let pair: [Part]
  private let special: [String: [(id: Int, text: String)]]

  init(_ field: ConfigField) throws(TokenizerError) {
    var special: [String: [(id: Int, text: String)]] = [:]
    let table = try field.required("special_tokens")
    for entry in try table.entries() {
      let token = ConfigField(value: entry.value, path: "\(table.path)[\"\(entry.key)\"]", file: field.file)
      special[entry.key] = try Self.tokens(token)
    }
    self.special = special
    single = try Self.parts(try field.required("single"), special)
    pair = try Self.parts(try field.required("pair"), special)
  }

  private static func tokens(_ field: ConfigField) throws(TokenizerError) -> [(id: Int, text: String)] {
    let ids = try field.required("ids").elements()
    let texts = try field.required("tokens").elements()
    guard ids.count == texts.count else {
      throw field.failure(expected: "as many numbers as texts", found: "\(ids.count) and \(texts.count)")
    }
    var result: [(id: Int, text: String)] = []
    for (id, text) in zip(ids, texts) { result.append((try id.id(), try text.string())) }
    return result
  }

  private static func parts(
    _ field: ConfigField, _ special: [String: [(id: Int, text: String)]]
  ) throws(TokenizerError) -> [Part] {
    var parts: [Part] = []
    for part in try field.elements() {
      if let sequence = part["Sequence"] {
        let index = try sequence.required("id").choice([("A", 0), ("B", 1)])
        parts.append(.sequence(index, typeID: try sequence.required("type_id").count()))
      } else if let token = part["SpecialToken"] {
        let name = try token.required("id")
        guard special[try name.string()] != nil else {
          throw name.failure(expected: "one of the template's special_tokens")
        }
        parts.append(.special(try name.string(), typeID: try token.required("type_id").count()))
      } else {
        throw part.failure(.unsupported, expected: "{\"Sequence\": ...} or {\"SpecialToken\": ...}")
      }
    }
    return parts
  }

  /// A template that puts tokens before and behind each text.
  init(before: [(id: Int, text: String)], behind: [(id: Int, text: String)]) {
    special = ["before": before, "behind": behind]
    let first = [Part.special("before", typeID: 0), .sequence(0, typeID: 0), .special("behind", typeID: 0)]
    single = first
    pair = first + [.special("before", typeID: 1), .sequence(1, typeID: 1), .special("behind", typeID: 1)]
  }

  func addedCount(isPair: Bool) -> Int {
    (isPair ? pair : single).reduce(0) { sum, part in
      guard case .special(let name, _) = part else { return sum }
      return sum + (special[name]?.count ?? 0)
    }
  }

  func process(_ encodings: [Encoding], addsSpecial: Bool) throws(TokenizerError) -> [Encoding] {
    var encodings = encodings
    var result: [Encoding] = []
    for part in encodings.count > 1 ? pair : single {
      switch part {
      case .sequence(let index, let typeID):
        guard index < encodings.count else {
          throw TokenizerError(
            .badValue, path: "post_processor.single", expected: "only the text A", found: "the text B of a pair")
        }
        if !encodings[index].typeIDs.allSatisfy({ $0 == typeID }) {
          encodings[index].typeIDs = [Int](repeating: typeID, count: encodings[index].count)
        }
        encodings[index].markSequence(index)
        result.append(encodings[index])
      case .special(let name, let typeID):
        if addsSpecial { result.append(.special(special[name] ?? [], typeID: typeID)) }
      }
    }
    return result
  }
}
