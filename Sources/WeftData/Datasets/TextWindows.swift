import WeftTensor

/// Pieces of a long row of tokens, and the same one token later: what a language model is trained on.
///
/// ```swift
/// let text = try TextFile.read("shakespeare.txt")
/// let alphabet = Alphabet(of: text)
/// let data = try TextWindows(try alphabet.indices(of: text), length: 128)
/// for batch in DataLoader(data, batchSize: 32, shuffle: true) {
///   let loss = crossEntropy(model(batch.inputs).flattened(through: 1), classIndices: batch.targets.flattened())
/// }
/// ```
public struct TextWindows: Dataset {
  /// Tokens and those that follow them, [N, length] in int64.
  public typealias Batch = TensorDataset.Batch

  /// The tokens of a window.
  public let length: Int
  /// How many tokens one window begins after another.
  public let step: Int
  private let tokens: [Int64]

  /// Windows of a row of tokens.
  ///
  /// - Parameters:
  ///   - tokens: The ids of a text, as a tokenizer or an `Alphabet` gives them.
  ///   - length: The tokens of a window.
  ///   - step: How many tokens one window begins after another; left out, the length: no token is in two.
  /// - Throws: `TensorError` where there are too few tokens for a window and the token after it.
  public init(_ tokens: [Int], length: Int, step: Int? = nil) throws(TensorError) {
    guard length > 0, step ?? 1 > 0 else {
      throw TensorError(
        .value, operation: "TextWindows", expected: "a length and a step from 1",
        got: "\(length) and \(step ?? length)")
    }
    guard tokens.count > length else {
      throw TensorError(
        .shape, operation: "TextWindows", expected: "more tokens than the \(length) of a window", got: "\(tokens.count)"
      )
    }
    self.tokens = tokens.map { Int64($0) }
    (self.length, self.step) = (length, step ?? length)
  }

  public var count: Int { (tokens.count - length - 1) / step + 1 }

  public func batch(at indices: [Int], context: LoadingContext) -> TensorDataset.Batch {
    let indices = existing(indices, of: count, "windows", operation: "TextWindows")
    let shape: Shape = [indices.count, length]
    func windows(_ shift: Int) -> Tensor {
      Tensor(indices.flatMap { tokens[$0 * step + shift..<$0 * step + shift + length] }, shape: shape)
    }
    return TensorDataset.Batch(inputs: windows(0), targets: windows(1))
  }
}

/// The characters of a text, each with an index: the simplest tokenizer.
///
/// It can be saved beside the weights (`Codable`).
public struct Alphabet: Hashable, Sendable, Codable {
  private let categories: Categories

  /// The distinct characters of a text, sorted.
  public init(of text: String) { categories = Categories(Set(text).map(String.init)) }

  /// The number of characters.
  public var count: Int { categories.count }
  /// The characters in the order of their indices.
  public var characters: [String] { categories.names }

  /// The index of each character of a text.
  ///
  /// - Parameter unknown: The index of a character that is none of these; with nil, such a one is an error.
  /// - Throws: `TensorError` that names the character.
  public func indices(of text: String, unknown: Int? = nil) throws(TensorError) -> [Int] {
    var indices: [Int] = []
    indices.reserveCapacity(text.utf8.count)
    for character in text {
      guard let index = categories.index(of: String(character)) ?? unknown else {
        throw TensorError(
          .value, operation: "Alphabet", expected: "one of \(count) characters", got: "\"\(character)\"",
          hint: "`unknown` gives an index to other characters")
      }
      indices.append(index)
    }
    return indices
  }

  /// The text of these indices; what is no index is left out.
  public func text(of indices: some Sequence<Int>) -> String {
    indices.map { (0..<count).contains($0) ? categories[$0] : "" }.joined()
  }
}

/// Files of text.
public enum TextFile {
  /// A file's text, without a byte order mark; gzip compression is seen through.
  ///
  /// - Parameter limit: The most bytes that it may have, compressed or not.
  /// - Throws: `DataFileError`; for what is no UTF-8, with the byte.
  public static func read(_ path: String, limit: Int = FileBytes.defaultLimit) throws(DataFileError) -> String {
    let file = try Gzip.inflatedIfNeeded(FileBytes(contentsOf: path, limit: limit), limit: limit)
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let body = file.bytes.starts(with: mark) ? file.bytes.dropFirst(3) : file.bytes[...]
    guard let text = String(validating: body, as: UTF8.self) else {
      let kind = file.kind
      let isKnown = kind != .text && kind != .binary
      throw DataFileError(
        .badValue, file: file.name, expected: "text in UTF-8", found: "bytes that are not",
        looksLike: isKnown ? kind : nil, hint: isKnown ? nil : "convert it to UTF-8")
    }
    return text
  }
}
