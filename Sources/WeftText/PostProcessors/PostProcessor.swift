/// What a tokenizer puts around the tokens of a text or of a pair.
indirect enum PostProcessor: Sendable {
  case bert(SpecialPair)
  case roberta(SpecialPair, trimsOffsets: Bool, addsPrefixSpace: Bool)
  case byteLevel(trimsOffsets: Bool, addsPrefixSpace: Bool)
  case template(TemplateProcessor)
  case sequence([PostProcessor])

  /// The tokens before and behind a text.
  struct SpecialPair: Sendable {
    let first: (id: Int, text: String)
    let last: (id: Int, text: String)
  }

  /// How many tokens are added.
  func addedCount(isPair: Bool) -> Int {
    switch self {
    case .bert: isPair ? 3 : 2
    case .roberta: isPair ? 4 : 2
    case .byteLevel: 0
    case .template(let template): template.addedCount(isPair: isPair)
    case .sequence(let parts): parts.reduce(0) { $0 + $1.addedCount(isPair: isPair) }
    }
  }

  func process(_ encodings: [Encoding], addsSpecial: Bool) throws(TokenizerError) -> [Encoding] {
    switch self {
    case .bert(let special):
      return addsSpecial ? encodings.enumerated().map { special.wrapBert($1, $0) } : encodings
    case .roberta(let special, let trimsOffsets, let addsPrefixSpace):
      var encodings = encodings
      for index in encodings.indices {
        if trimsOffsets { encodings[index].trimOffsets(addsPrefixSpace: addsPrefixSpace) }
        encodings[index].typeIDs = [Int](repeating: 0, count: encodings[index].count)
      }
      return addsSpecial ? encodings.enumerated().map { special.wrapRoberta($1, $0) } : encodings
    case .byteLevel(let trimsOffsets, let addsPrefixSpace):
      var encodings = encodings
      for index in encodings.indices {
        if trimsOffsets { encodings[index].trimOffsets(addsPrefixSpace: addsPrefixSpace) }
        encodings[index].markSequence(index)
      }
      return encodings
    case .template(let template): return try template.process(encodings, addsSpecial: addsSpecial)
    case .sequence(let parts):
      var encodings = encodings
      for part in parts { encodings = try part.process(encodings, addsSpecial: addsSpecial) }
      return encodings
    }
  }
}

extension PostProcessor {
  private enum Kind { case bert, roberta, byteLevel, template, sequence }

  private static let kinds: [(String, Kind)] = [
    ("BertProcessing", .bert), ("RobertaProcessing", .roberta), ("ByteLevel", .byteLevel),
    ("TemplateProcessing", .template), ("Sequence", .sequence),
  ]

  init(_ field: ConfigField) throws(TokenizerError) {
    switch try field.required("type").choice(Self.kinds) {
    case .bert: self = .bert(try SpecialPair(field))
    case .roberta:
      let trims = try field.required("trim_offsets").boolean()
      let adds = try field.required("add_prefix_space").boolean()
      self = .roberta(try SpecialPair(field), trimsOffsets: trims, addsPrefixSpace: adds)
    case .byteLevel:
      let trims = try field.required("trim_offsets").boolean()
      self = .byteLevel(trimsOffsets: trims, addsPrefixSpace: try field.required("add_prefix_space").boolean())
    case .template: self = .template(try TemplateProcessor(field))
    case .sequence:
      var parts: [PostProcessor] = []
      for part in try field.required("processors").elements() { parts.append(try PostProcessor(part)) }
      self = .sequence(parts)
    }
  }
}

extension PostProcessor.SpecialPair {
  init(_ field: ConfigField) throws(TokenizerError) {
    func token(_ key: String) throws(TokenizerError) -> (id: Int, text: String) {
      let pair = try field.required(key)
      let parts = try pair.elements()
      guard parts.count == 2 else { throw pair.failure(expected: "a text and its number") }
      return (try parts[1].id(), try parts[0].string())
    }
    first = try token("cls")
    last = try token("sep")
  }

  /// Puts tokens around an encoding and what overflowed from it.
  private func wrap(_ encoding: Encoding, _ sequence: Int, begins: Bool, _ begin: (id: Int, text: String)) -> Encoding {
    var result = Encoding.special(begins ? [begin] : [], typeID: sequence)
    var content = encoding
    content.overflowing = []
    content.sequences = []
    content.specialTokensMask = [Int](repeating: 0, count: content.count)
    content.attentionMask = [Int](repeating: 1, count: content.count)
    result.append(content)
    result.append(.special([last], typeID: sequence))
    result.sequences = [.init(sequence: sequence, range: (begins ? 1 : 0)..<result.count - 1)]
    return result
  }

  fileprivate func wrapBert(_ encoding: Encoding, _ index: Int) -> Encoding {
    var result = wrap(encoding, index == 0 ? 0 : 1, begins: index == 0, first)
    result.overflowing = encoding.overflowing.map {
      wrap($0, index == 0 ? 0 : 1, begins: index == 0, first)
    }
    return result
  }

  fileprivate func wrapRoberta(_ encoding: Encoding, _ index: Int) -> Encoding {
    func wrapped(_ part: Encoding) -> Encoding {
      var result = wrap(part, index == 0 ? 0 : 1, begins: true, index == 0 ? first : last)
      result.typeIDs = [Int](repeating: 0, count: result.count)
      return result
    }
    var result = wrapped(encoding)
    result.overflowing = encoding.overflowing.map(wrapped)
    return result
  }
}

extension Encoding {
  /// Takes the white space at the ends of tokens out of their offsets.
  mutating func trimOffsets(addsPrefixSpace: Bool) {
    for index in overflowing.indices { overflowing[index].trimOffsets(addsPrefixSpace: addsPrefixSpace) }
    for index in offsets.indices {
      let utf8 = tokens[index].utf8
      // Only a space, "Ġ" or what is not ASCII can be white space at an end.
      guard let head = utf8.first, let tail = utf8.last, Self.mayBeSpace(head) || Self.mayBeSpace(tail) else {
        continue
      }
      trim(index, addsPrefixSpace)
    }
  }

  private static func mayBeSpace(_ byte: UInt8) -> Bool { byte <= 0x20 || byte >= 0x80 }

  private mutating func trim(_ index: Int, _ addsPrefixSpace: Bool) {
    func isSpace(_ scalar: Unicode.Scalar) -> Bool {
      scalar.value == 0x120 || UnicodeTables.shared.has(scalar.value, .whitespace)
    }
    let scalars = tokens[index].unicodeScalars
    var leading = scalars.prefix(while: isSpace).count
    let trailing = scalars.reversed().prefix(while: isSpace).count
    if leading > 0 {
      let isFirst = index == 0 || offsets[index].start == 0
      if isFirst, addsPrefixSpace, leading == 1 { leading = 0 }
      offsets[index].start = min(offsets[index].start + leading, offsets[index].end)
    }
    if trailing > 0, offsets[index].end >= trailing {
      offsets[index].end = max(offsets[index].end - trailing, offsets[index].start)
    }
  }
}
