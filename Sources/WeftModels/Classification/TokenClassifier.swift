import WeftNN
import WeftTensor
import WeftText

/// A part of a text that is of a class: a name, a place.
public struct TextSpan: Hashable, Sendable {
  /// The class's name, without the marks of beginning and continuation.
  public let label: String
  /// The mean of its tokens' probabilities.
  public let score: Float
  /// The part itself.
  public let text: String
  /// Where it stands in the text, in Unicode scalars.
  public let range: Range<Int>
}

/// Finds the parts of a text that are of a class, as names and places, by a model of a Hugging Face folder.
///
/// ```swift
/// let classifier = try TokenClassifier(from: "models/bert-base-NER")
/// for span in try classifier.spans(in: "Ada lives in London.") { print(span.label, span.text) }    // PER Ada, LOC London
/// ```
/// A value that any number of tasks may ask at once, as long as nobody changes its `model` meanwhile.
public struct TokenClassifier: @unchecked Sendable {
  // Unchecked: the model is read alone, which any number of threads may do (see `Module`).

  /// The encoder with its head; a module that may be trained.
  public let model: EncoderModel
  private let tokens: ModelTokenizer

  /// Opens a folder.
  ///
  /// - Parameters:
  ///   - path: The folder, with `config.json`, weights and a tokenizer.
  ///   - dtype: The type of the weights; nil for the one that most of the file has.
  ///   - maxLength: Where texts are cut off, in tokens; nil for what the folder says.
  /// - Throws: `ModelError` for a folder that is incomplete, of a kind that is not known, or whose parts do not fit;
  ///   `DataFileError` and `TokenizerError` for files that are damaged.
  public init(from path: String, as dtype: DType? = .float32, maxLength: Int? = nil) throws {
    try self.init(from: ModelFolder(path), as: dtype, maxLength: maxLength)
  }

  /// The same of a folder that is open.
  public init(from folder: ModelFolder, as dtype: DType? = .float32, maxLength: Int? = nil) throws {
    model = try folder.encoderModel(for: .tokenClassification, as: dtype)
    tokens = try ModelTokenizer(folder, for: model.encoder, maxLength: maxLength)
  }

  /// The names of the classes, in the order of their numbers.
  public var labels: [String] { model.labels }

  /// The parts of texts that are of a class other than `O`: neighbouring tokens of one class are one part, unless the
  /// later one is marked as a beginning (`B-`).
  ///
  /// - Throws: `ModelError` for a text that the tokenizer cannot encode.
  public func spans(in texts: [String]) throws -> [[TextSpan]] {
    let encodings = try tokens.encodings(texts)
    let sequences = encodings.map { TokenSequence(ids: $0.ids, types: $0.typeIDs) }
    let batches = try SequenceBatches(sequences, for: model.encoder)
    var found = [[TextSpan]](repeating: [], count: texts.count)
    for batch in batches.batches {
      let input = batches.input(batch)
      let length = input.tokens.shape[1]
      let scores = try withTensorErrors {
        let result = noGrad { model(input).softmax(axis: -1) }
        try checkTensorErrors()
        return result.scalars(as: Float.self)
      }
      for (row, index) in batch.enumerated() {
        let start = row * length * labels.count
        let own = scores[start..<start + encodings[index].count * labels.count]
        found[index] = spans(in: texts[index], encodings[index], own)
      }
    }
    return found
  }

  /// The parts of a text that are of a class other than `O`.
  ///
  /// - Throws: As `spans(in:)` of several.
  public func spans(in text: String) throws -> [TextSpan] { try spans(in: [text]).first ?? [] }

  private func spans(in text: String, _ encoding: Encoding, _ scores: ArraySlice<Float>) -> [TextSpan] {
    var groups: [SpanGroup] = []
    var last: Int?
    for place in 0..<encoding.count where encoding.specialTokensMask[place] == 0 {
      let start = scores.startIndex + place * labels.count
      let own = scores[start..<start + labels.count]
      guard let best = own.indices.max(by: { own[$0] < own[$1] }) else { continue }
      let (tag, label) = Self.parts(of: labels[best - start])
      let offsets = encoding.offsets[place]
      if tag != "B", last == place - 1, let open = groups.last, open.label == label {
        groups[groups.count - 1].add(own[best], to: offsets.end)
      } else {
        groups.append(SpanGroup(label: label, scores: [own[best]], start: offsets.start, end: offsets.end))
      }
      last = place
    }
    let scalars = Array(text.unicodeScalars)
    return groups.filter { $0.label != "O" }.map { group in
      let range = (group.start..<max(group.end, group.start)).clamped(to: 0..<scalars.count)
      let part = String(String.UnicodeScalarView(scalars[range]))
      return TextSpan(
        label: group.label, score: group.scores.reduce(0, +) / Float(group.scores.count), text: part, range: range)
    }
  }

  /// The mark and the class of a label such as `B-PER`; a label without a mark goes on as one inside does.
  private static func parts(of label: String) -> (tag: Substring, label: String) {
    for tag in ["B", "I"] where label.hasPrefix(tag + "-") { return (Substring(tag), String(label.dropFirst(2))) }
    return ("I", label)
  }
}

/// Neighbouring tokens of one class.
private struct SpanGroup {
  let label: String
  var scores: [Float]
  let start: Int
  var end: Int

  mutating func add(_ score: Float, to end: Int) {
    scores.append(score)
    self.end = end
  }
}
