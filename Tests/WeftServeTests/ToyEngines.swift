import Foundation
import WeftData
import WeftModels
import WeftServe
@_spi(Locks) import WeftTensor
import WeftText

/// Tokens are bytes; those above 255 are special.
protocol ByteTokens: TextEngine {}

extension ByteTokens {
  func tokens(of text: String, addsSpecialTokens: Bool) throws -> [TextToken] {
    let special = TextToken(id: 256, text: "[S]", start: 0, end: 0, isSpecial: true)
    let own = text.utf8.enumerated().map { place, byte in
      TextToken(
        id: Int(byte), text: String(Unicode.Scalar(byte)), start: place, end: place + 1, isSpecial: false)
    }
    return (addsSpecialTokens ? [special] : []) + own
  }
}

/// Vectors of how often each of the first tokens occurs, scaled by `factor`.
struct ToyEmbedding: EmbeddingEngine, ByteTokens {
  var dimension = 4
  var vocabularySize = 257
  var maximumTokens = 64
  var factor: Float = 1
  var seconds = 0.0
  var gate: Gate?
  var batches = Recorder<[Int]>()

  func embed(tokens: [[Int]]) throws -> [[Float]] {
    batches.append(tokens.map(\.count))
    if seconds > 0 { Thread.sleep(forTimeInterval: seconds) }
    gate?.pass()
    return tokens.map { sequence in
      (0..<dimension).map { place in factor * Float(sequence.count { $0 % dimension == place }) }
    }
  }
}

/// What was seen, in order, from any thread.
final class Recorder<Item: Sendable>: Sendable {
  private let seen = Guarded<[Item]>([])
  func append(_ item: Item) { seen.withLock { $0.append(item) } }
  var items: [Item] { seen.withLock { $0 } }
}

/// Scores are the number of letters that both texts have; classes are by the first letter.
struct ToyPairs: RerankingEngine, ClassificationEngine, ByteTokens {
  var maximumTokens = 64
  var labels = ["yes", "no"]
  var isMultiLabel = false

  func tokenize(_ text: String, pair: String?, truncates: Bool) throws -> TokenizedPair {
    let first = text.utf8.map { Int($0) }
    let second = (pair ?? "").utf8.map { Int($0) }
    let ids = first + second
    let types = first.map { _ in 0 } + second.map { _ in 1 }
    let limit = truncates ? maximumTokens : ids.count
    return TokenizedPair(ids: Array(ids.prefix(limit)), types: Array(types.prefix(limit)))
  }

  func scores(of pairs: [TokenizedPair]) throws -> [Float] {
    pairs.map { pair in
      let query = Set(zip(pair.ids, pair.types).filter { $0.1 == 0 }.map(\.0))
      return Float(zip(pair.ids, pair.types).count { $0.1 == 1 && query.contains($0.0) })
    }
  }

  func logits(of texts: [TokenizedPair]) throws -> [[Float]] {
    texts.map { $0.ids.first == Int(UInt8(ascii: "y")) ? [1, 0] : [0, 1] }
  }
}

/// Says `answer`, a letter with each step, and stops at its end or begins anew.
struct ToyGeneration: GenerationEngine, ByteTokens {
  var answer = "Hello, world"
  var isEndless = false
  var vocabularySize = 257
  var maximumTokens = 200
  var seconds = 0.0
  var gate: Gate?
  var prompts = Recorder<[Int]>()
  var requests = Recorder<GenerationRequest>()
  var removed = Recorder<Int>()
  var running = Recorder<Int>()

  func prompt(messages: [TemplateValue], tools: [TemplateValue]?, variables: TemplateDictionary) throws -> [Int] {
    let text = try TemplateValue.list(messages).json() + (try tools.map { try TemplateValue.list($0).json() } ?? "")
    return text.utf8.map { Int($0) }
  }

  func makeSession(limit: Int) throws -> any GenerationSession { ToySession(self) }
}

final class ToySession: GenerationSession {
  private struct Sequence {
    var place = 0
    var text = ""
    let request: GenerationRequest
  }
  private let engine: ToyGeneration
  private var sequences: [Int: Sequence] = [:]
  private var next = 0

  init(_ engine: ToyGeneration) { self.engine = engine }

  func add(_ prompt: [Int], _ request: GenerationRequest) throws -> Int {
    engine.prompts.append(prompt)
    engine.requests.append(request)
    next += 1
    sequences[next] = Sequence(request: request)
    return next
  }

  func remove(_ sequence: Int) {
    engine.removed.append(sequence)
    sequences[sequence] = nil
  }

  func step() throws -> [GeneratedPiece] {
    engine.running.append(sequences.count)
    if engine.seconds > 0 { Thread.sleep(forTimeInterval: engine.seconds) }
    engine.gate?.pass()
    return sequences.keys.sorted().compactMap { piece(of: $0) }
  }

  private func piece(of number: Int) -> GeneratedPiece? {
    guard var sequence = sequences[number] else { return nil }
    let letters = Array(engine.answer.utf8)
    let place = engine.isEndless ? sequence.place % letters.count : sequence.place
    let letter = place < letters.count ? String(Unicode.Scalar(letters[place])) : ""
    sequence.place += 1
    if !engine.isEndless { sequence.text += letter }
    let isStop = letter.isEmpty || sequence.request.stop.contains { sequence.text.hasSuffix($0) }
    let isLast = sequence.place >= sequence.request.maximumTokens
    sequences[number] = isStop || isLast ? nil : sequence
    let token = ScoredToken(token: Int(letter.utf8.first ?? 0), text: letter, logProbability: -0.5)
    let alternatives = Array(repeating: token, count: sequence.request.topLogProbabilities ?? 0)
    return GeneratedPiece(
      sequence: number, token: token, text: isStop ? "" : letter, alternatives: alternatives,
      finish: isStop ? .stop : isLast ? .length : nil)
  }
}

/// Says how long a sound is, and what was asked for.
struct ToyTranscription: TranscriptionEngine {
  var requests = Recorder<TranscriptionRequest>()
  /// How many steps a sound takes.
  var steps = 2
  var gate: Gate?
  var taken = Recorder<Int>()
  /// What the second step throws.
  var failure: (any Error)?

  func begin(_ sound: Sound, _ request: TranscriptionRequest) throws -> any TranscriptionWork {
    requests.append(request)
    return ToyTranscript(self, request, number: requests.items.count)
  }
}

final class ToyTranscript: TranscriptionWork {
  private let engine: ToyTranscription
  private let request: TranscriptionRequest
  private let number: Int
  private var steps = 0

  init(_ engine: ToyTranscription, _ request: TranscriptionRequest, number: Int) {
    (self.engine, self.request, self.number) = (engine, request, number)
  }

  func step() throws -> Transcript? {
    engine.taken.append(number)
    engine.gate?.pass()
    steps += 1
    if steps == 2, let failure = engine.failure { throw failure }
    guard steps >= engine.steps else { return nil }
    let segment = TranscriptSegment(text: " Hello,", start: 0, end: 1.5, tokens: [1, 2])
    let last = TranscriptSegment(text: " world.", start: 3661.25, end: 3662, tokens: [3])
    return Transcript(text: " Hello, world.", segments: [segment, last], language: request.language ?? "de")
  }
}

/// Twice its input, and the input as integers.
struct ToyPrediction: PredictionEngine {
  let platform = "toy"
  let inputs = [TensorDescription("x", .float32, [nil, 2]), TensorDescription("mask", .bool, [nil])]
  let outputs = [TensorDescription("double", .float32, [nil, 2]), TensorDescription("whole", .int64, [nil, 2])]

  func predict(_ inputs: [Tensor]) throws -> [Tensor] { [inputs[0] * 2, inputs[0].converted(to: .int64)] }
}
