/// The pre-tokenizer of byte-level models: GPT-2's pattern, then each byte as a printable character.
struct ByteLevelSplit: Sendable {
  let addsPrefixSpace: Bool
  let trimsOffsets: Bool
  private let pattern: PatternSplit?

  init(addsPrefixSpace: Bool, trimsOffsets: Bool, usesPattern: Bool) throws(TokenizerError) {
    self.addsPrefixSpace = addsPrefixSpace
    self.trimsOffsets = trimsOffsets
    pattern = usesPattern ? PatternSplit(try PatternProgram(KnownPatterns.gpt2), .isolated) : nil
  }

  init(_ field: ConfigField) throws(TokenizerError) {
    try self.init(
      addsPrefixSpace: try field.required("add_prefix_space").boolean(),
      trimsOffsets: try field.required("trim_offsets").boolean(),
      usesPattern: try field.boolean("use_regex", default: true))
  }

  func apply(to text: inout PieceText, keepsBytes: Bool) throws(TokenizerError) {
    if addsPrefixSpace, text.pieces.contains(where: { $0.token < 0 && text.text.bytes[$0.start] != 0x20 }) {
      try text.rewrite { part in if part.bytes.first != 0x20 { part.prepend([0x20]) } }
    }
    try pattern?.apply(to: &text)
    if !keepsBytes { try text.rewrite { $0.mapToByteCharacters() } }
  }
}
