import WeftData
import WeftModels
import WeftNN
import WeftTensor
import WeftTrain

/// Pairs of texts as an embedder's tokens.
public struct EmbeddingPairs: Dataset {
  /// A batch: the tokens of first texts, second texts and negatives.
  public struct Batch: Sendable {
    let inputs: [(input: EncoderInput, promptLength: Int)]
    let scores: Tensor?
  }

  private let pairs: TextPairs
  private let embedder: TextEmbedder
  private let prompts: (first: EmbeddingPrompt, second: EmbeddingPrompt)

  init(_ pairs: TextPairs, _ embedder: TextEmbedder, _ prompts: (first: EmbeddingPrompt, second: EmbeddingPrompt)) {
    (self.pairs, self.embedder, self.prompts) = (pairs, embedder, prompts)
  }

  /// How many pairs there are.
  public var count: Int { pairs.count }

  public func batch(at indices: [Int], context: LoadingContext) throws(SampleError) -> Batch {
    func input(_ texts: [String], _ prompt: EmbeddingPrompt) throws -> (input: EncoderInput, promptLength: Int) {
      try embedder.input(of: indices.map { texts[$0] }, prompt: prompt)
    }
    do {
      if let error = TensorError.place(indices, of: count, "pairs", operation: "EmbeddingPairs") { throw error }
      let inputs =
        try [input(pairs.first, prompts.first)]
        + ([pairs.second] + pairs.negatives).map { try input($0, prompts.second) }
      return Batch(inputs: inputs, scores: pairs.scores.map { scores in Tensor(indices.map { scores[$0] }) })
    } catch {
      throw SampleError(
        index: indices.first ?? 0, epoch: context.epoch, step: "tokenizing a batch from", underlying: error)
    }
  }
}

extension TextEmbedder {
  /// Pairs as this embedder reads them, for a `DataLoader`.
  ///
  /// - Parameters:
  ///   - first: The prompt before first texts.
  ///   - second: That before all others.
  public func dataset(
    of pairs: TextPairs, first: EmbeddingPrompt = .standard, second: EmbeddingPrompt = .standard
  ) -> EmbeddingPairs {
    EmbeddingPairs(pairs, self, (first, second))
  }
}

/// What an embedder learns of pairs.
public enum EmbeddingLoss: Hashable, Sendable {
  /// Each first text is to find its second one among those of the batch and all negatives; see `contrastiveLoss`. Pairs
  /// of a batch should not share texts.
  case contrastive(scale: Double = 20)
  /// The cosine of a pair is to be its score; see `cosineLoss`.
  case cosine
}

extension Trainer where Model == EmbeddingModel, Batch == EmbeddingPairs.Batch {
  /// A trainer of an embedder on pairs of texts. The contrastive loss measures the `accuracy` too: how many first texts find
  /// their second ones.
  ///
  /// ```swift
  /// let embedder = try TextEmbedder(from: "all-MiniLM-L6-v2")
  /// let adapters = try Adapters(embedder.model.encoder, LoRA(rank: 8, targets: ["query", "value"]))   // or all of it
  /// let trainer = Trainer(tuning: embedder, AdamW(adapters.parameters, learningRate: 1e-3))
  /// let pairs = try TextPairs(contentsOf: "pairs.csv")
  /// try trainer.fit(DataLoader(embedder.dataset(of: pairs), batchSize: 32, shuffle: true), epochs: 1)
  /// try adapters.mergeAndRemove()
  /// try embedder.save(to: "tuned")
  /// ```
  public convenience init(
    tuning embedder: TextEmbedder, _ optimizer: Optimizer, loss: EmbeddingLoss = .contrastive(),
    settings: TrainerSettings = TrainerSettings()
  ) {
    var metrics: KeyValuePairs<String, any TensorMetric> = [:]
    if case .contrastive = loss { metrics = ["accuracy": Accuracy()] }
    self.init(embedder.model, optimizer, metrics: metrics, settings: settings) { model, batch in
      let vectors = batch.inputs.map { model($0.input, promptLength: $0.promptLength) }
      switch loss {
      case .contrastive(let scale):
        let (loss, scores) = contrastiveLoss(anchors: vectors[0], documents: Array(vectors.dropFirst()), scale: scale)
        // The places found, not the scores: of a single pair's, one number, nobody can tell a class.
        return StepOutput(
          loss: loss, predictions: scores.argMax(axis: 1), targets: Tensor(arange: vectors[0].shape[0]))
      case .cosine:
        guard let scores = batch.scores else { throw TuningData.withoutScores }
        let (loss, cosines) = cosineLoss(vectors[0], vectors[1], scores: scores)
        return StepOutput(loss: loss, predictions: cosines, targets: scores)
      }
    }
  }
}

/// What is wrong with pairs for what is to be learned of them.
enum TuningData {
  static var withoutScores: DataFileError {
    DataFileError(
      .missingColumn, file: "pairs", expected: "pairs with scores, for this loss", found: "none",
      hint: "a column `score`, or the contrastive loss, which takes pairs that belong together")
  }
}
