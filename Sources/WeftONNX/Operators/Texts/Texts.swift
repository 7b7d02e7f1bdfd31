import WeftTensor
import WeftText

extension Operator {
  /// What is done with texts alone.
  static let texts: [Operator] = [
    Operator(
      "StringConcat",
      body: .values { call in
        let (shape, joined) = try call.texts(0).paired(with: try call.texts(1), +)
        return [.texts(try .made(joined, shape))]
      }),
    Operator("StringNormalizer", body: .values { [.texts(try normalized($0))] }),
    Operator("StringSplit", body: .values { try split($0) }),
    Operator(
      "RegexFullMatch",
      refuses: { attributes in
        do {
          _ = try WholePattern(try attributes.text("pattern", ""))
          return nil
        } catch { return "a pattern that cannot be read: \(error)" }
      }
    ) { call in
      let (x, pattern) = (try call.texts(0), try WholePattern(try call.attributes.text("pattern", "")))
      return Tensor(try x.elements.map { try pattern.matches($0) }, shape: x.shape)
    },
  ]

  /// Words without some of them, in small or capital letters.
  private static func normalized(_ call: NodeCall) throws -> TextTensor {
    let x = try call.texts(0)
    guard x.shape.rank == 1 || x.shape.rank == 2 && x.shape[0] == 1 else {
      throw NodeFailure(expected: "texts [C] or [1, C]", got: "\(x.shape)")
    }
    let isExact = try call.attributes.flag("is_case_sensitive")
    func key(_ text: String) -> [UInt8] { Array((isExact ? text : text.lowercased()).utf8) }
    let unwanted = Set((try call.attributes.texts("stopwords") ?? []).map(key))
    var words = x.elements.filter { !unwanted.contains(key($0)) }
    switch try call.attributes.text("case_change_action", "NONE") {
    case "LOWER": words = words.map { $0.lowercased() }
    case "UPPER": words = words.map { $0.uppercased() }
    case "NONE": break
    case let action: throw NodeFailure(expected: "case_change_action to be LOWER, UPPER or NONE", got: action)
    }
    // Where no word is left an empty one is.
    if words.isEmpty { words = [""] }
    return try .made(words, x.shape.rank == 1 ? [words.count] : [1, words.count])
  }

  /// Parts of texts, as many for each as the one with most of them has, and how many those are.
  private static func split(_ call: NodeCall) throws -> [ONNXValue] {
    let x = try call.texts(0)
    let delimiter = Array(try call.attributes.text("delimiter", "").utf8)
    let most = try call.attributes.int("maxsplit").flatMap { $0 < 0 ? nil : $0 } ?? Int.max
    var room = TextTensor.most
    let parts = try x.elements.map { text in
      let (bytes, most) = (Array(text.utf8), min(most, room))
      let found = delimiter.isEmpty ? words(bytes, most) : pieces(bytes, delimiter, most)
      room -= found.count
      guard room >= 0 else { throw NodeFailure(expected: "at most \(TextTensor.most) parts", got: "more of them") }
      return found
    }
    let width = parts.map(\.count).max() ?? 0
    guard width == 0 || parts.count <= TextTensor.most / width else {
      throw NodeFailure(expected: "at most \(TextTensor.most) texts", got: "\(parts.count) times \(width)")
    }
    let all = parts.flatMap { part in
      part.map { String(decoding: $0, as: UTF8.self) } + Array(repeating: "", count: width - part.count)
    }
    return [
      .texts(try .made(all, Shape(x.shape.sizes + [width]))),
      .tensor(Tensor(parts.map(\.count), shape: x.shape)),
    ]
  }

  /// What stands between delimiters, empty parts as well. Each byte is looked at once, however much of a delimiter
  /// stands before it.
  private static func pieces(_ text: [UInt8], _ delimiter: [UInt8], _ most: Int) -> [ArraySlice<UInt8>] {
    let borders = borders(delimiter)
    var (parts, start, matched): ([ArraySlice<UInt8>], Int, Int) = ([], 0, 0)
    for (place, byte) in text.enumerated() where parts.count < most {
      while matched > 0, delimiter[matched] != byte { matched = borders[matched - 1] }
      if delimiter[matched] == byte { matched += 1 }
      guard matched == delimiter.count else { continue }
      parts.append(text[start...place].dropLast(delimiter.count))
      (start, matched) = (place + 1, 0)
    }
    return parts + [text[start...]]
  }

  /// How much of each beginning of a delimiter, but not all of it, stands at that beginning's end as well.
  private static func borders(_ delimiter: [UInt8]) -> [Int] {
    var borders = Array(repeating: 0, count: delimiter.count)
    for place in delimiter.indices.dropFirst() {
      var length = borders[place - 1]
      while length > 0, delimiter[length] != delimiter[place] { length = borders[length - 1] }
      borders[place] = delimiter[length] == delimiter[place] ? length + 1 : 0
    }
    return borders
  }

  /// What stands between white space, of which there may be any amount.
  private static func words(_ text: [UInt8], _ most: Int) -> [ArraySlice<UInt8>] {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0D ~= byte }
    var (parts, rest): ([ArraySlice<UInt8>], ArraySlice<UInt8>) = ([], text[...])
    while true {
      rest = rest.drop(while: isSpace)
      if rest.isEmpty { return parts }
      let word = parts.count < most ? rest.prefix { !isSpace($0) } : rest
      parts.append(word)
      rest = rest[word.endIndex...]
    }
  }
}
