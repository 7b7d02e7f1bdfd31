import WeftText

/// How a text is to be generated.
public struct GenerationRequest: Sendable, Equatable {
  /// How many tokens at most.
  public var maximumTokens = 256
  /// How even the choice of tokens is; 0 takes the likeliest.
  public var temperature = 1.0
  /// Of how many of the likeliest tokens one is chosen; 0 for all.
  public var topK = 0
  /// The likeliest tokens that have this probability together are chosen from.
  public var topP = 1.0
  /// Tokens less likely than this part of the likeliest one's probability are not chosen.
  public var minP = 0.0
  /// Locally typical sampling's mass.
  public var typicalP = 1.0
  /// What the logits of tokens that occurred are divided by.
  public var repetitionPenalty = 1.0
  /// What is taken from the logit of a token that was generated.
  public var presencePenalty = 0.0
  /// What is taken from a token's logit for each time that it was generated.
  public var frequencyPenalty = 0.0
  /// What is added to the logits of tokens.
  public var logitBias: [Int: Float] = [:]
  /// Texts that end the generation; none of them becomes part of the text.
  public var stop: [String] = []
  /// The seed of the choices; nil for another one each time.
  public var seed: UInt64?
  /// How many of the likeliest tokens are told for each; nil where no probabilities are wanted.
  public var topLogProbabilities: Int?
  /// Whether the end of the text, as the model says it, is passed over.
  public var ignoresEnd = false

  /// The defaults of OpenAI's interface.
  public init() {}
}

/// A token and the logarithm of its probability.
public struct ScoredToken: Sendable, Equatable {
  /// Its number.
  public let token: Int
  /// Its text.
  public let text: String
  /// The logarithm of its probability.
  public let logProbability: Float

  /// A token with its score.
  public init(token: Int, text: String, logProbability: Float) {
    (self.token, self.text, self.logProbability) = (token, text, logProbability)
  }
}

/// What one step gives of one sequence.
public struct GeneratedPiece: Sendable, Equatable {
  /// Why a sequence ends.
  public enum Finish: String, Sendable {
    /// The model said so, or a text to stop at came.
    case stop
    /// The tokens that were asked for, or the model's room, are used up.
    case length
  }

  /// Which sequence: the number that `add` gave.
  public var sequence: Int
  /// The token with its probability.
  public var token: ScoredToken
  /// The text that is complete with it; empty while a character, or what may be a text to stop at, is open.
  public var text: String
  /// The likeliest tokens in its place, where they were asked for.
  public var alternatives: [ScoredToken]
  /// Why the sequence ends with this; nil while it goes on.
  public var finish: Finish?

  /// What a step gives.
  public init(
    sequence: Int, token: ScoredToken, text: String, alternatives: [ScoredToken] = [], finish: Finish? = nil
  ) {
    (self.sequence, self.token, self.text) = (sequence, token, text)
    (self.alternatives, self.finish) = (alternatives, finish)
  }
}

/// Sequences that are generated together, token by token. Used by the compute thread alone.
public protocol GenerationSession: AnyObject {
  /// Takes a sequence in and gives it a number.
  func add(_ prompt: [Int], _ request: GenerationRequest) throws -> Int
  /// One token more for each sequence. Sequences that finish are then no longer among them.
  func step() throws -> [GeneratedPiece]
  /// Drops a sequence that nobody wants any more; nothing where there is no such one.
  func remove(_ sequence: Int)
}

/// Continues texts.
public protocol GenerationEngine: TextEngine {
  /// Tokens are below this.
  var vocabularySize: Int { get }

  /// Whether it continues conversations; otherwise it is asked for completions alone.
  var hasConversations: Bool { get }

  /// The tokens of a conversation, as the model's chat template writes it, with the beginning of an answer.
  func prompt(messages: [TemplateValue], tools: [TemplateValue]?, variables: TemplateDictionary) throws -> [Int]

  /// How many tokens may follow a prompt.
  func room(after prompt: [Int]) -> Int

  /// Room for some sequences at once. Called from the compute thread.
  func makeSession(limit: Int) throws -> any GenerationSession
}

extension GenerationEngine {
  /// Yes.
  public var hasConversations: Bool { true }

  /// What the prompt leaves of the model's room.
  public func room(after prompt: [Int]) -> Int { maximumTokens - prompt.count }
}
