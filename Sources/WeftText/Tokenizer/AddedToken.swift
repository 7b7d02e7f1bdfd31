/// A token that a tokenizer looks for in a text before anything else: a marker, or a word that a model was given later.
public struct AddedToken: Hashable, Sendable {
  /// Its text.
  public var content: String
  /// Whether it must stand on its own, and not inside a word.
  public var isSingleWord: Bool
  /// Whether it takes the white space before it.
  public var stripsLeft: Bool
  /// Whether it takes the white space behind it.
  public var stripsRight: Bool
  /// Whether it is looked for in the normalized text, and normalized itself.
  public var isNormalized: Bool
  /// Whether it is a marker that `decode` may leave out.
  public var isSpecial: Bool

  /// A token with a text.
  public init(
    _ content: String, isSingleWord: Bool = false, stripsLeft: Bool = false, stripsRight: Bool = false,
    isNormalized: Bool? = nil, isSpecial: Bool = false
  ) {
    self.content = content
    self.isSingleWord = isSingleWord
    self.stripsLeft = stripsLeft
    self.stripsRight = stripsRight
    self.isNormalized = isNormalized ?? !isSpecial
    self.isSpecial = isSpecial
  }

  init(_ field: ConfigField) throws(TokenizerError) {
    self.init(
      try field.required("content").string(), isSingleWord: try field.required("single_word").boolean(),
      stripsLeft: try field.required("lstrip").boolean(), stripsRight: try field.required("rstrip").boolean(),
      isNormalized: try field.required("normalized").boolean(), isSpecial: try field.required("special").boolean())
  }
}
