/// What a SentencePiece model's file says (`sentencepiece_model.proto`).
struct SentencePieceModel {
  /// The kinds of pieces.
  enum Kind: UInt64 {
    case normal = 1, unknown, control, userDefined, unused, byte
  }

  struct Piece {
    var text = ""
    var score = 0.0
    var kind = Kind.normal
  }

  var pieces: [Piece] = []
  /// 1 is Unigram, 2 is BPE.
  var modelType: UInt64 = 1
  /// Whether the mark of a space ends words instead of beginning them.
  var marksEnds = false
  var characterMap: [UInt8] = []
  var addsDummyPrefix = true
  var removesExtraSpaces = true
  var escapesSpaces = true

  init(_ pieces: [Piece], isUnigram: Bool) {
    self.pieces = pieces
    modelType = isUnigram ? 1 : 2
  }

  init(_ bytes: [UInt8], file: String) throws(TokenizerError) {
    do throws(Protobuf.Damage) {
      try read(bytes[...])
    } catch {
      throw TokenizerError(
        .syntax, file: file, path: "byte \(error.offset)", expected: "a SentencePiece model", found: "other bytes")
    }
    guard !pieces.isEmpty else {
      throw TokenizerError(.syntax, file: file, expected: "a SentencePiece model with pieces", found: "none")
    }
  }

  private mutating func read(_ bytes: ArraySlice<UInt8>) throws(Protobuf.Damage) {
    var message = Protobuf(bytes)
    while let (field, value) = try message.next() {
      guard case .bytes(let inner) = value else { continue }
      switch field {
      case 1: pieces.append(try Self.piece(inner))
      case 2: try readTrainer(inner)
      case 3: try readNormalizer(inner)
      default: break
      }
    }
  }

  private static func piece(_ bytes: ArraySlice<UInt8>) throws(Protobuf.Damage) -> Piece {
    var message = Protobuf(bytes)
    var piece = Piece()
    while let (field, value) = try message.next() {
      switch (field, value) {
      case (1, .bytes(let text)):
        guard let text = String(validating: text, as: UTF8.self) else { throw .init(offset: text.startIndex) }
        piece.text = text
      case (2, .fixed(let bits)):
        let score = Float(bitPattern: bits)
        guard score.isFinite else { throw .init(offset: bytes.startIndex) }
        piece.score = Double(score)
      case (3, .number(let number)):
        guard let kind = Kind(rawValue: number) else { throw .init(offset: bytes.startIndex) }
        piece.kind = kind
      default: break
      }
    }
    return piece
  }

  private mutating func readTrainer(_ bytes: ArraySlice<UInt8>) throws(Protobuf.Damage) {
    var message = Protobuf(bytes)
    while let (field, value) = try message.next() {
      switch (field, value) {
      case (3, .number(let number)): modelType = number
      case (24, .number(let flag)): marksEnds = flag != 0
      default: break
      }
    }
  }

  private mutating func readNormalizer(_ bytes: ArraySlice<UInt8>) throws(Protobuf.Damage) {
    var message = Protobuf(bytes)
    while let (field, value) = try message.next() {
      switch (field, value) {
      case (2, .bytes(let map)): characterMap = Array(map)
      case (3, .number(let flag)): addsDummyPrefix = flag != 0
      case (4, .number(let flag)): removesExtraSpaces = flag != 0
      case (5, .number(let flag)): escapesSpaces = flag != 0
      default: break
      }
    }
  }
}

extension Tokenizer {
  /// Reads a SentencePiece `tokenizer.model`, Unigram or BPE, as Hugging Face's converters do.
  ///
  /// - Parameters:
  ///   - addsBeginning: Whether the model's `<s>` is put before each text.
  ///   - addsEnd: Whether its `</s>` is put behind.
  /// - Throws: A `TokenizerError` where the file is damaged or of a kind that is not known.
  public init(
    sentencePiece path: String, addsBeginning: Bool = false, addsEnd: Bool = false
  ) throws(TokenizerError) {
    try self.init(
      sentencePiece: try TextFile.read(path), file: path, addsBeginning: addsBeginning, addsEnd: addsEnd)
  }

  package init(
    sentencePiece bytes: [UInt8], file: String, addsBeginning: Bool, addsEnd: Bool
  ) throws(TokenizerError) {
    let source = try SentencePieceModel(bytes, file: file)
    func edge(_ text: String, _ wanted: Bool) throws(TokenizerError) -> [(id: Int, text: String)] {
      guard wanted else { return [] }
      guard let id = source.pieces.firstIndex(where: { $0.text == text }) else {
        throw TokenizerError(
          .missing, file: file, expected: "the piece \(text)", found: "\(source.pieces.count) others")
      }
      return [(id, text)]
    }
    let template = TemplateProcessor(before: try edge("<s>", addsBeginning), behind: try edge("</s>", addsEnd))
    try self.init(source, file, addsBeginning || addsEnd ? .template(template) : nil)
    try add(source.addedTokens)
  }

  /// The tokenizer of a model, without its special tokens.
  init(_ source: SentencePieceModel, _ file: String, _ postProcessor: PostProcessor?) throws(TokenizerError) {
    if source.marksEnds {
      throw TokenizerError(
        .unsupported, file: file, path: "trainer_spec.treat_whitespace_as_suffix",
        expected: "false: a space before its word", found: "true")
    }
    let model: any TokenModel
    switch source.modelType {
    case 1: model = try source.unigram()
    case 2:
      for (id, piece) in source.pieces.enumerated() {
        try RankedBPE.checkLength(piece.text.utf8.count, file, "piece \(id)")
      }
      model = source.bpe()
    default:
      throw TokenizerError(
        .unsupported, file: file, path: "trainer_spec.model_type", expected: "1 (Unigram) or 2 (BPE)",
        found: "\(source.modelType)")
    }
    let spaces = Metaspace(prepending: .never, splits: source.keepsSpacesAtStarts)
    self.init(model, try source.normalizer(file), .metaspace(spaces), postProcessor, try source.decoder())
  }
}

extension SentencePieceModel {
  private var unknown: Int? { pieces.firstIndex { $0.kind == .unknown } }
  /// Whether no piece of a Unigram model has a space anywhere but at its start, so that words can be looked at one by
  /// one.
  fileprivate var keepsSpacesAtStarts: Bool {
    modelType == 1 && pieces.allSatisfy { !$0.text.unicodeScalars.dropFirst().contains("\u{2581}") }
  }
  private var fallsBackToBytes: Bool { pieces.contains { $0.kind == .byte } }

  fileprivate func unigram() throws(TokenizerError) -> Unigram {
    try Unigram(pieces.map { ($0.text, $0.score) }, unknown: unknown, fallsBackToBytes: fallsBackToBytes)
  }

  /// BPE by scores: any two neighbours that make a piece are joined, those of the highest score first.
  fileprivate func bpe() -> BPE {
    let vocabulary = Vocabulary(capacity: pieces.count)
    for (id, piece) in pieces.enumerated() { vocabulary.insert(piece.text, id) }
    let joined = pieces.enumerated().filter { $0.element.kind == .normal || $0.element.kind == .userDefined }
    var merges = MergeTable(capacity: pieces.count * 2)
    for (rank, piece) in joined.sorted(by: { $0.element.score > $1.element.score }).enumerated() {
      let text = Array(piece.element.text.utf8)
      text.withUnsafeBufferPointer { bytes in
        for cut in bytes.indices.dropFirst() where bytes[cut] & 0xC0 != 0x80 {
          let first = vocabulary.find(UnsafeBufferPointer(rebasing: bytes[..<cut]))
          let second = vocabulary.find(UnsafeBufferPointer(rebasing: bytes[cut...]))
          guard first >= 0, second >= 0 else { continue }
          merges.note(piece.element.text)
          merges.insert(first, second, rank: rank, id: Int32(piece.offset))
        }
      }
    }
    var options = BPE.Options()
    options.unknown = unknown.map { pieces[$0].text }
    options.joinsUnknown = true
    options.fallsBackToBytes = fallsBackToBytes
    return BPE(vocabulary, merges, options, isByteLevel: false)
  }

  /// The model's own map of characters, then what SentencePiece does to spaces.
  fileprivate func normalizer(_ file: String) throws(TokenizerError) -> Normalizer? {
    var parts: [Normalizer] = []
    if !characterMap.isEmpty {
      guard let map = PrecompiledCharacters(characterMap) else {
        throw TokenizerError(
          .badValue, file: file, path: "normalizer_spec.precompiled_charsmap", expected: "a trie and its texts",
          found: "\(characterMap.count) other bytes")
      }
      parts.append(.precompiled(map))
    }
    if removesExtraSpaces { parts.append(.collapseSpaces) }
    if addsDummyPrefix { parts.append(.prepend(Array("\u{2581}".utf8))) }
    return parts.isEmpty ? nil : .sequence(parts)
  }

  fileprivate func decoder() throws(TokenizerError) -> TokenDecoder {
    let spaces = TokenDecoder.replace(try Replacement("\u{2581}", by: " "))
    let first: [TokenDecoder] = [spaces, .byteFallback, .fuse]
    return .sequence(addsDummyPrefix ? first + [.strip(content: 0x20, start: 1, stop: 0)] : first)
  }

  fileprivate var addedTokens: [AddedToken] {
    pieces.filter { [.control, .unknown, .userDefined].contains($0.kind) && !$0.text.isEmpty }
      .map { AddedToken($0.text, isNormalized: false, isSpecial: $0.kind != .userDefined) }
  }
}
