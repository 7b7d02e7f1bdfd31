import Glibc

/// Reads whole files.
enum TextFile {
  /// No tokenizer's file is longer.
  static let longest = 1 << 30

  static func read(_ path: String) throws(TokenizerError) -> [UInt8] {
    guard let file = fopen(path, "rb") else { throw failure(path, String(cString: strerror(errno))) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      bytes += chunk[0..<count]
      guard bytes.count <= longest else {
        throw TokenizerError(.limitExceeded, file: path, expected: "at most \(longest) bytes", found: "more")
      }
      if count < chunk.count { break }
    }
    guard ferror(file) == 0 else { throw failure(path, String(cString: strerror(errno))) }
    return bytes
  }

  private static func failure(_ path: String, _ reason: String) -> TokenizerError {
    TokenizerError(.unreadable, file: path, expected: "a file that can be read", found: reason)
  }

  static func exists(_ path: String) -> Bool { access(path, R_OK) == 0 }
}

extension Tokenizer {
  /// Opens a `tokenizer.json`.
  ///
  /// - Throws: A `TokenizerError` that names the place in the file.
  public init(contentsOf path: String) throws(TokenizerError) {
    try self.init(json: try TextFile.read(path), file: path)
  }

  /// Reads the contents of a `tokenizer.json`.
  ///
  /// - Parameter file: The name that errors give.
  /// - Throws: A `TokenizerError` that names the place in the file.
  public init(json: [UInt8], file: String = "tokenizer.json") throws(TokenizerError) {
    let root = ConfigField(value: try ConfigReader.read(json, file: file), path: "", file: file)
    do throws(TokenizerError) {
      try self.init(root)
    } catch {
      throw error.inFile(file)
    }
  }

  private init(_ root: ConfigField) throws(TokenizerError) {
    if let version = root["version"], try version.string() != "1.0" {
      throw version.failure(.unsupported, expected: "version 1.0")
    }
    let preTokenizer = try root["pre_tokenizer"].map { field throws(TokenizerError) in try PreTokenizer(field) }
    let isByteLevel = preTokenizer?.endsInByteLevel ?? false
    self.init(
      try Self.model(try root.required("model"), isByteLevel),
      try root["normalizer"].map { field throws(TokenizerError) in try Normalizer(field) }, preTokenizer,
      try root["post_processor"].map { field throws(TokenizerError) in try PostProcessor(field) },
      try root["decoder"].map { field throws(TokenizerError) in try TokenDecoder(field) })
    truncation = try root["truncation"].map { field throws(TokenizerError) in try TokenTruncation(field) }
    padding = try root["padding"].map { field throws(TokenizerError) in try TokenPadding(field) }
    var tokens: [AddedToken] = []
    if let field = root["added_tokens"] {
      for token in try field.elements() {
        _ = try token.required("id").id()
        tokens.append(try AddedToken(token))
      }
    }
    try add(tokens)
  }

  private enum ModelKind { case wordPiece, bpe, unigram, wordLevel }

  private static func model(_ field: ConfigField, _ isByteLevel: Bool) throws(TokenizerError) -> any TokenModel {
    let kinds: [(String, ModelKind)] = [
      ("WordPiece", .wordPiece), ("BPE", .bpe), ("Unigram", .unigram), ("WordLevel", .wordLevel),
    ]
    switch try field["type"]?.choice(kinds) ?? kind(of: field) {
    case .wordPiece: return try WordPiece(field)
    case .bpe: return try BPE(field, isByteLevel: isByteLevel)
    case .unigram: return try Unigram(field)
    case .wordLevel: return try WordLevel(field)
    }
  }

  /// The kind of a model whose file is too old to say.
  private static func kind(of field: ConfigField) -> ModelKind {
    if field["merges"] != nil { return .bpe }
    if field["unk_id"] != nil { return .unigram }
    return field["continuing_subword_prefix"] != nil ? .wordPiece : .wordLevel
  }
}
