/// A model under the name that clients call it by, with what it can do.
public struct ServedModel: Sendable {
  /// Its name.
  public internal(set) var name: String
  /// Turns texts into vectors, where it does.
  public var embedding: (any EmbeddingEngine)?
  /// Scores pairs, where it does.
  public var reranking: (any RerankingEngine)?
  /// Tells classes, where it does.
  public var classification: (any ClassificationEngine)?
  /// Continues texts, where it does.
  public var generation: (any GenerationEngine)?
  /// Computes tensors from tensors, where it does.
  public var prediction: (any PredictionEngine)?
  /// Writes down what is said, where it does.
  public var transcription: (any TranscriptionEngine)?
  /// What is done before this model computes, on the thread that it computes on: as to put its adapter in place in weights
  /// that several models share.
  public var prepare: (@Sendable () throws -> Void)?
  /// The name of the model whose weights this one adapts; nil for one of its own.
  public var parent: String?

  /// A model that turns texts into vectors.
  public init(_ name: String, embedding engine: any EmbeddingEngine) {
    self.name = name
    embedding = engine
  }

  /// A model that scores pairs of texts.
  public init(_ name: String, reranking engine: any RerankingEngine) {
    self.name = name
    reranking = engine
  }

  /// A model that tells a text's class.
  public init(_ name: String, classification engine: any ClassificationEngine) {
    self.name = name
    classification = engine
  }

  /// A model that continues texts.
  public init(_ name: String, generation engine: any GenerationEngine) {
    self.name = name
    generation = engine
  }

  /// A model that computes tensors from tensors.
  public init(_ name: String, prediction engine: any PredictionEngine) {
    self.name = name
    prediction = engine
  }

  /// A model that writes down what is said.
  public init(_ name: String, transcription engine: any TranscriptionEngine) {
    self.name = name
    transcription = engine
  }

  /// What reads texts in it.
  var texts: (any TextEngine)? { embedding ?? generation ?? reranking ?? classification }

  /// What it does, in words for `/v1/models` and the page.
  var abilities: [String] {
    let talks = generation?.hasConversations ?? false
    let all: [(String, Bool)] = [
      ("embedding", embedding != nil), ("reranking", reranking != nil), ("classification", classification != nil),
      ("generation", talks), ("completion", generation != nil && !talks), ("prediction", prediction != nil),
      ("transcription", transcription != nil),
    ]
    return all.filter(\.1).map(\.0)
  }
}
