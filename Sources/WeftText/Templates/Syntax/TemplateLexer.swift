/// Cuts a template into pieces, as jinja2 does with `trim_blocks` and `lstrip_blocks`: the line's end after a block tag
/// goes, and so does white space between a line's beginning and a block tag.
struct TemplateLexer {
  let source: [UInt8]
  private var place = 0
  private var tokens: [TemplateToken] = []
  /// Brackets that are open within a tag, by what closes them.
  private var closers: [UInt8] = []
  /// Whether the last piece ended with a line's end.
  private var isLineStart = true
  private let lineStarts: [Int]

  init(_ text: String) {
    source = Self.normalized(Array(text.utf8))
    var starts = [0]
    for (offset, byte) in source.enumerated() where byte == 10 { starts.append(offset + 1) }
    lineStarts = starts
  }

  /// The text with `\n` for each kind of line end, and without the last one.
  private static func normalized(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for (offset, byte) in bytes.enumerated() {
      if byte == 10, offset > 0, bytes[offset - 1] == 13 { continue }
      result.append(byte == 13 ? 10 : byte)
    }
    if result.last == 10 { result.removeLast() }
    return result
  }

  func position(of offset: Int) -> TemplatePosition {
    var (low, high) = (0, lineStarts.count)
    while low + 1 < high {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return TemplatePosition(line: low + 1, column: offset - lineStarts[low] + 1)
  }

  mutating func tokenize() throws(TemplateError) -> [TemplateToken] {
    while place < source.count { try readRoot() }
    add(.end, "", at: source.count)
    return tokens
  }

  // MARK: Pieces

  private mutating func add(_ kind: TemplateToken.Kind, _ text: String, at offset: Int) {
    tokens.append(TemplateToken(kind: kind, text: text, offset: offset))
  }

  private func byte(_ offset: Int) -> UInt8? { offset >= 0 && offset < source.count ? source[offset] : nil }

  private func holds(_ text: StaticString, at offset: Int) -> Bool {
    text.withUTF8Buffer { wanted in
      offset + wanted.count <= source.count && source[offset..<(offset + wanted.count)].elementsEqual(wanted)
    }
  }

  private func find(_ text: StaticString, from offset: Int) -> Int? {
    var offset = offset
    while offset + text.utf8CodeUnitCount <= source.count {
      if holds(text, at: offset) { return offset }
      offset += 1
    }
    return nil
  }

  private func string(_ range: Range<Int>) -> String { String(decoding: source[range], as: UTF8.self) }

  private func failure(_ expected: String, found: String, at offset: Int) -> TemplateError {
    .syntax(expected: expected, found: found, at: position(of: offset))
  }

  /// The length of the white space at a place, 0 if there is none.
  private func spaceLength(at offset: Int) -> Int {
    guard let first = byte(offset) else { return 0 }
    if first < 0x80 { return isPythonSpace(Unicode.Scalar(first)) ? 1 : 0 }
    let end = min(source.count, offset + 4)
    guard let scalar = string(offset..<end).unicodeScalars.first, isPythonSpace(scalar) else { return 0 }
    return String(scalar).utf8.count
  }

  private func skippingSpace(from offset: Int) -> Int {
    var offset = offset
    while true {
      let length = spaceLength(at: offset)
      if length == 0 { return offset }
      offset += length
    }
  }

  // MARK: Text and tags

  private mutating func readRoot() throws(TemplateError) {
    var begin = place
    while begin < source.count {
      if source[begin] == 0x7B, let next = byte(begin + 1), next == 0x7B || next == 0x25 || next == 0x23 { break }
      begin += 1
    }
    guard begin < source.count, let kind = byte(begin + 1) else {
      add(.data, string(place..<source.count), at: place)
      place = source.count
      return
    }
    let sign = byte(begin + 2).flatMap { $0 == 0x2D || $0 == 0x2B ? $0 : nil }
    addData(place..<begin, sign: sign, isVariable: kind == 0x7B)
    place = begin + (sign == nil ? 2 : 3)
    switch kind {
    case 0x7B:
      add(.variableBegin, "", at: begin)
      try readTag(from: begin, isVariable: true)
    case 0x23: try readComment(from: begin)
    default: if try !readRaw(from: begin) { try readBlock(from: begin) }
    }
  }

  private mutating func readBlock(from begin: Int) throws(TemplateError) {
    add(.blockBegin, "", at: begin)
    try readTag(from: begin, isVariable: false)
  }

  /// Text before a tag, without the white space that the tag takes away.
  private mutating func addData(_ range: Range<Int>, sign: UInt8?, isVariable: Bool) {
    let text = string(range)
    var kept = text[...]
    if sign == 0x2D {
      while let last = kept.unicodeScalars.last, isPythonSpace(last) { kept.unicodeScalars.removeLast() }
    } else if sign == nil, !isVariable {
      let scalars = text.unicodeScalars
      let lineStart = scalars.lastIndex(of: "\n").map { scalars.index(after: $0) } ?? scalars.startIndex
      if lineStart > scalars.startIndex || isLineStart, scalars[lineStart...].allSatisfy(isPythonSpace) {
        kept = text[..<lineStart]
      }
    }
    if !kept.isEmpty { add(.data, String(kept), at: range.lowerBound) }
    isLineStart = false
  }

  /// What follows `%}` or `#}` at a place: the place after it, and after what it takes away.
  private func afterEnd(_ end: Int, sign: UInt8?) -> Int {
    if sign == 0x2D { return skippingSpace(from: end + 2) }
    return sign == nil && byte(end + 2) == 10 ? end + 3 : end + 2
  }

  private mutating func move(to offset: Int) {
    place = offset
    isLineStart = byte(offset - 1) == 10
  }

  private mutating func readComment(from begin: Int) throws(TemplateError) {
    guard let end = find("#}", from: place) else {
      throw failure("'#}' after the comment", found: "the end of the template", at: begin)
    }
    let sign = end > place ? byte(end - 1).flatMap { $0 == 0x2D || $0 == 0x2B ? $0 : nil } : nil
    move(to: afterEnd(end, sign: sign))
  }

  /// Reads `{% raw %}...{% endraw %}`; false if the tag is another one.
  private mutating func readRaw(from begin: Int) throws(TemplateError) -> Bool {
    var offset = skippingSpace(from: place)
    guard holds("raw", at: offset) else { return false }
    offset = skippingSpace(from: offset + 3)
    if holds("-%}", at: offset) {
      move(to: skippingSpace(from: offset + 3))
    } else if holds("%}", at: offset) {
      move(to: offset + 2)
    } else {
      return false
    }
    var open = place
    while let found = find("{%", from: open) {
      if try readRawEnd(found) { return true }
      open = found + 1
    }
    throw failure("'{% endraw %}'", found: "the end of the template", at: begin)
  }

  private mutating func readRawEnd(_ open: Int) throws(TemplateError) -> Bool {
    let sign = byte(open + 2).flatMap { $0 == 0x2D || $0 == 0x2B ? $0 : nil }
    var offset = skippingSpace(from: open + (sign == nil ? 2 : 3))
    guard holds("endraw", at: offset) else { return false }
    offset = skippingSpace(from: offset + 6)
    let endSign = byte(offset).flatMap { $0 == 0x2D || $0 == 0x2B ? $0 : nil }
    let end = endSign == nil ? offset : offset + 1
    guard holds("%}", at: end) else { return false }
    addData(place..<open, sign: sign, isVariable: false)
    move(to: afterEnd(end, sign: endSign))
    return true
  }

  // MARK: Inside tags

  private mutating func readTag(from begin: Int, isVariable: Bool) throws(TemplateError) {
    closers = []
    while place < source.count {
      if closers.isEmpty, let end = tagEnd(isVariable: isVariable) {
        add(isVariable ? .variableEnd : .blockEnd, "", at: place)
        return move(to: end)
      }
      let space = spaceLength(at: place)
      if space > 0 { place += space } else { try readWord() }
    }
  }

  private func tagEnd(isVariable: Bool) -> Int? {
    let sign = byte(place).flatMap { $0 == 0x2D || ($0 == 0x2B && !isVariable) ? $0 : nil }
    let end = sign == nil ? place : place + 1
    if isVariable {
      guard holds("}}", at: end) else { return nil }
      return sign == nil ? end + 2 : skippingSpace(from: end + 2)
    }
    return holds("%}", at: end) ? afterEnd(end, sign: sign) : nil
  }

  private mutating func readWord() throws(TemplateError) {
    let begin = place
    let first = source[place]
    if isASCIIDigit(first) {
      let (kind, end) = TemplateNumber.scan(source, from: begin)
      add(kind, string(begin..<end).filter { $0 != "_" }, at: begin)
      place = end
    } else if isNamePart(first) {
      while let next = byte(place), isNamePart(next) || isASCIIDigit(next), spaceLength(at: place) == 0 { place += 1 }
      add(.name, string(begin..<place), at: begin)
    } else if first == 0x22 || first == 0x27 {
      try readString(quote: first)
    } else {
      try readSymbol()
    }
  }

  private func isNamePart(_ byte: UInt8) -> Bool {
    byte == 0x5F || byte >= 0x80 || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
  }

  private mutating func readString(quote: UInt8) throws(TemplateError) {
    let begin = place
    place += 1
    while let next = byte(place), next != quote { place += next == 0x5C ? 2 : 1 }
    guard place < source.count else {
      throw failure("the string's end", found: "the end of the template", at: begin)
    }
    let content = string((begin + 1)..<place)
    do { add(.string, try unescaped(content), at: begin) } catch { throw error.located(at: position(of: begin)) }
    place += 1
  }

  private mutating func readSymbol() throws(TemplateError) {
    let pairs: [StaticString] = ["//", "**", "==", "!=", ">=", "<="]
    if pairs.contains(where: { holds($0, at: place) }) {
      add(.symbol, string(place..<(place + 2)), at: place)
      place += 2
      return
    }
    let symbol = source[place]
    guard "+-/*%~[](){}><=.:|,;".utf8.contains(symbol) else {
      throw failure(
        "an operator or a value", found: "'\(string(place..<min(place + 4, source.count)).prefix(1))'", at: place)
    }
    switch symbol {
    case 0x7B: closers.append(0x7D)
    case 0x28: closers.append(0x29)
    case 0x5B: closers.append(0x5D)
    case 0x7D, 0x29, 0x5D:
      let closer = closers.popLast()
      guard closer == symbol else {
        let wanted = closer.map { "'\(Unicode.Scalar($0))'" } ?? "no closing bracket"
        throw failure(wanted, found: "'\(Unicode.Scalar(symbol))'", at: place)
      }
    default: break
    }
    add(.symbol, string(place..<(place + 1)), at: place)
    place += 1
  }
}
