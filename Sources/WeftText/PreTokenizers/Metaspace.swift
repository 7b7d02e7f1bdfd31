/// Makes spaces visible, as SentencePiece does: a pre-tokenizer and a decoder.
struct Metaspace: Sendable {
  /// When a space is put before a text: before each stretch, the first only, or never.
  enum Prepending: Sendable { case always, first, never }

  let replacement: UInt32
  let prepending: Prepending
  let splits: Bool
  private let visible: [UInt8]

  init(replacement: UInt32 = 0x2581, prepending: Prepending, splits: Bool = true) {
    self.replacement = replacement
    self.prepending = prepending
    self.splits = splits
    var bytes: [UInt8] = []
    appendScalar(replacement, to: &bytes)
    visible = bytes
  }

  init(_ field: ConfigField) throws(TokenizerError) {
    let choices: [(String, Prepending)] = [("first", .first), ("never", .never), ("always", .always)]
    let given = try field["prepend_scheme"]?.choice(choices)
    let adds = try field["add_prefix_space"]?.boolean()
    if adds == false, given ?? .always != .never {
      throw field.failure(
        expected: "a prepend_scheme of never beside an add_prefix_space of false", found: "another prepend_scheme")
    }
    self.init(
      replacement: try field.required("replacement").scalar(), prepending: given ?? .always,
      splits: try field.boolean("split", default: true))
  }

  func apply(to text: inout PieceText) throws(TokenizerError) {
    try text.rewrite { part in
      part.replace(0x20, by: visible)
      guard prepending == .always || prepending == .first && part.shift == 0 else { return }
      if !part.bytes.starts(with: visible) { part.prepend(visible) }
    }
    guard splits else { return }
    text.split { bytes, emit in
      guard let base = bytes.baseAddress else { return }
      var place = 0
      var start = 0
      while place < bytes.count {
        let scalar = ScalarAt(base, place)
        // What is before a mark ends there; a mark goes with what follows it.
        if scalar.value == replacement {
          emit(start, place)
          start = place
        }
        place += scalar.length
      }
      emit(start, bytes.count)
    }
  }

  /// The text of tokens, in which marks are spaces again.
  func decode(_ tokens: [String]) -> [String] {
    tokens.enumerated().map { index, token in
      var result = String.UnicodeScalarView()
      for scalar in token.unicodeScalars {
        if scalar.value != replacement {
          result.append(scalar)
        } else if index > 0 || prepending == .never {
          result.append(" ")
        }
      }
      return String(result)
    }
  }
}
