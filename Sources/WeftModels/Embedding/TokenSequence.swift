import WeftTensor
import WeftText

/// The tokens of a text, or of a pair of texts.
package struct TokenSequence: Sendable {
  package var ids: [Int]
  /// Which part of a pair each token is of; empty for the first throughout.
  package var types: [Int]

  package init(ids: [Int], types: [Int] = []) { (self.ids, self.types) = (ids, types) }
}

/// Sequences in batches of like length, so that little is computed for padding.
struct SequenceBatches {
  /// How many sequences a batch has at most.
  static let mostSequences = 64
  /// How many tokens a batch has at most, padding among them; a longer sequence is a batch by itself.
  static let mostTokens = 8192

  let sequences: [TokenSequence]
  /// The numbers of the sequences of each batch, the longest first.
  let batches: [[Int]]
  private let paddingToken: Int
  private let hasTypes: Bool

  init(_ sequences: [TokenSequence], for encoder: TextEncoder) throws(ModelError) {
    for (index, sequence) in sequences.enumerated() { try Self.check(sequence, index, encoder) }
    self.sequences = sequences
    paddingToken = encoder.paddingToken
    hasTypes = encoder.typeCount > 1
    let order = sequences.indices.sorted { (sequences[$0].ids.count, $1) > (sequences[$1].ids.count, $0) }
    var batches: [[Int]] = []
    for index in order {
      if let last = batches.last, Self.fits(sequences[index], in: last, sequences) {
        batches[batches.count - 1].append(index)
      } else {
        batches.append([index])
      }
    }
    self.batches = batches
  }

  /// Whether a sequence may join a batch: one that is much shorter would be padding for the most part.
  private static func fits(_ sequence: TokenSequence, in batch: [Int], _ all: [TokenSequence]) -> Bool {
    guard batch.count < mostSequences, let first = batch.first else { return false }
    let (length, longest) = (sequence.ids.count, all[first].ids.count)
    return longest * (batch.count + 1) <= mostTokens && longest - length <= max(8, longest / 8)
  }

  private static func check(_ sequence: TokenSequence, _ index: Int, _ encoder: TextEncoder) throws(ModelError) {
    guard 1...encoder.maxPositions ~= sequence.ids.count else {
      throw ModelError(
        .input, path: "text \(index)", expected: "1 to \(encoder.maxPositions) tokens", found: "\(sequence.ids.count)")
    }
    if let wrong = sequence.ids.first(where: { !(0..<encoder.vocabularySize ~= $0) }) {
      throw ModelError(
        .input, path: "text \(index)", expected: "tokens from 0 to \(encoder.vocabularySize - 1)", found: "\(wrong)",
        hint: "the tokenizer may be another model's")
    }
    if let wrong = sequence.types.first(where: { !(0..<max(encoder.typeCount, 1) ~= $0) }), encoder.typeCount > 1 {
      throw ModelError(
        .input, path: "text \(index)", expected: "types of tokens below \(encoder.typeCount)", found: "\(wrong)")
    }
  }

  /// The input of a batch.
  func input(_ batch: [Int]) -> EncoderInput {
    let length = batch.map { sequences[$0].ids.count }.max() ?? 0
    let shape: Shape = [batch.count, length]
    let isPadded = batch.contains { sequences[$0].ids.count < length }
    let usesTypes = hasTypes && batch.contains { sequences[$0].types.contains { $0 != 0 } }
    var (ids, types, isToken) = ([Int](), [Int](), [Bool]())
    ids.reserveCapacity(batch.count * length)
    for index in batch {
      let sequence = sequences[index]
      let missing = length - sequence.ids.count
      ids += sequence.ids + Array(repeating: paddingToken, count: missing)
      if isPadded {
        isToken += Array(repeating: true, count: length - missing) + Array(repeating: false, count: missing)
      }
      if usesTypes { types += sequence.types + Array(repeating: 0, count: length - sequence.types.count) }
    }
    return EncoderInput(
      Tensor(ids, shape: shape), attentionMask: isPadded ? Tensor(isToken, shape: shape) : nil,
      types: usesTypes ? Tensor(types, shape: shape) : nil)
  }

  /// Runs the batches, and puts the rows of their results in the order of the sequences.
  ///
  /// - Parameters:
  ///   - width: How many numbers a row has.
  ///   - run: The rows of a batch, [N, width].
  func rows(width: Int, _ run: (EncoderInput) throws -> Tensor) throws -> [Float] {
    var rows = [Float](repeating: 0, count: sequences.count * width)
    for batch in batches {
      let values = try withTensorErrors {
        let result = try noGrad { try run(input(batch)) }
        try checkTensorErrors()
        return result.scalars(as: Float.self)
      }
      guard values.count == batch.count * width else {
        throw ModelError(
          .weights, expected: "\(width) numbers for each of \(batch.count) texts", found: "\(values.count)")
      }
      for (place, index) in batch.enumerated() {
        rows.replaceSubrange(index * width..<(index + 1) * width, with: values[place * width..<(place + 1) * width])
      }
    }
    return rows
  }
}

extension EncoderModel {
  /// The logits of sequences, row by row.
  ///
  /// - Throws: `ModelError` for tokens that the model does not have, and for too many.
  package func logits(of sequences: [TokenSequence]) throws -> [[Float]] {
    let width = labels.count
    let rows = try SequenceBatches(sequences, for: encoder).rows(width: width) { self($0) }
    return sequences.indices.map { Array(rows[$0 * width..<($0 + 1) * width]) }
  }
}

/// A tokenizer as a model wants it: cut off at the model's length, without padding.
struct ModelTokenizer: Sendable {
  var tokenizer: Tokenizer
  /// The most tokens of a sequence.
  let maxLength: Int
  /// Whether texts are written in small letters before anything else.
  let lowercases: Bool
  /// Whether the model is to be told which part of a pair a token is of.
  private let givesTypes: Bool

  /// - Parameter maxLength: What the folder says; nil for what the tokenizer's settings do.
  init(_ folder: ModelFolder, for encoder: TextEncoder, maxLength: Int?, lowercases: Bool = false) throws {
    var tokenizer = try folder.tokenizer()
    let settings = try folder.configuration("tokenizer_config.json")
    var most = min(maxLength ?? encoder.maxPositions, encoder.maxPositions)
    // Transformers writes 10³⁰ where there is no limit.
    if maxLength == nil, let stated = try settings?.number(optional: "model_max_length"), stated >= 1 {
      most = Int(min(stated, Double(most)))
    }
    let added = tokenizer.addedTokenCount()
    guard most > added else {
      throw ModelError(
        .badValue, file: folder.path, expected: "room for more than the \(added) tokens that are added to a text",
        found: "a length of \(most)")
    }
    let direction = try settings?.choice(
      "truncation_side", of: [("right", TokenTruncation.Direction.right), ("left", .left)], default: "right")
    tokenizer.truncation = TokenTruncation(maxLength: most, direction: direction ?? .right)
    tokenizer.padding = nil
    (self.tokenizer, self.maxLength, self.lowercases) = (tokenizer, most, lowercases)
    givesTypes = try Self.givesTypes(settings)
  }

  /// Whether a model was trained with the types of tokens: as the settings list its inputs, or else as the class that
  /// wrote them does it. The one without a model of its own gives none since transformers 5, by which it has another
  /// name.
  private static func givesTypes(_ settings: ModelConfiguration?) throws(ModelError) -> Bool {
    if let inputs = try settings?.texts("model_input_names") { return inputs.contains("token_type_ids") }
    return try settings?.text(optional: "tokenizer_class") != "TokenizersBackend"
  }

  /// The tokens of texts, or of pairs of texts.
  func sequences(_ texts: [String], pairs: [String]? = nil) throws(ModelError) -> [TokenSequence] {
    try encodings(texts, pairs: pairs).map(sequence)
  }

  /// What a model reads of an encoding.
  func sequence(of encoding: Encoding) -> TokenSequence {
    TokenSequence(ids: encoding.ids, types: givesTypes ? encoding.typeIDs : [])
  }

  /// What the tokenizer makes of texts, or of pairs of texts.
  func encodings(
    _ texts: [String], pairs: [String]? = nil, addsSpecialTokens: Bool = true
  ) throws(ModelError) -> [Encoding] {
    func written(_ texts: [String]) -> [String] { lowercases ? texts.map { $0.lowercased() } : texts }
    do {
      return try tokenizer.encode(
        batch: written(texts), pairs: pairs.map(written), addsSpecialTokens: addsSpecialTokens)
    } catch {
      throw ModelError(.input, path: error.path, expected: error.expected, found: error.found)
    }
  }
}
