/// A model under the name that clients call it by, with what it can do.
public struct ServedModel: Sendable {
  /// Its name.
  public let name: String
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

  /// What reads texts in it.
  var texts: (any TextEngine)? { embedding ?? generation ?? reranking ?? classification }

  /// What it does, in words for `/v1/models` and the page.
  var abilities: [String] {
    let all: [(String, Bool)] = [
      ("embedding", embedding != nil), ("reranking", reranking != nil), ("classification", classification != nil),
      ("generation", generation != nil), ("prediction", prediction != nil),
    ]
    return all.filter(\.1).map(\.0)
  }
}
