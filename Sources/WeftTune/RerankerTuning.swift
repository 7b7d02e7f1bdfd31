import WeftData
import WeftModels
import WeftNN
import WeftTensor
import WeftTrain

/// Pairs of texts as a cross-encoder's tokens.
public struct RerankerPairs: Dataset {
  /// A batch: the tokens of pairs, and their scores.
  public struct Batch: Sendable {
    let input: EncoderInput
    let scores: Tensor
  }

  private let pairs: TextPairs
  private let scores: [Float]
  private let reranker: Reranker

  init(_ pairs: TextPairs, _ reranker: Reranker) throws(DataFileError) {
    guard let scores = pairs.scores else { throw TuningData.withoutScores }
    (self.pairs, self.scores, self.reranker) = (pairs, scores, reranker)
  }

  /// How many pairs there are.
  public var count: Int { pairs.count }

  public func batch(at indices: [Int], context: LoadingContext) throws(SampleError) -> Batch {
    do {
      if let error = TensorError.place(indices, of: count, "pairs", operation: "RerankerPairs") { throw error }
      let input = try reranker.input(
        queries: indices.map { pairs.first[$0] }, documents: indices.map { pairs.second[$0] })
      return Batch(input: input, scores: Tensor(indices.map { scores[$0] }))
    } catch {
      throw SampleError(
        index: indices.first ?? 0, epoch: context.epoch, step: "tokenizing a batch from", underlying: error)
    }
  }
}

extension Reranker {
  /// Pairs as this reranker reads them, for a `DataLoader`.
  ///
  /// - Throws: `DataFileError` for pairs without scores.
  public func dataset(of pairs: TextPairs) throws(DataFileError) -> RerankerPairs { try RerankerPairs(pairs, self) }
}

/// What a reranker learns of pairs and their scores.
public enum RerankerLoss: Hashable, Sendable {
  /// Scores are probabilities, 0 and 1 for the most part: the binary cross-entropy of the logits.
  case binary
  /// Scores are numbers that the logits are to be: the mean square of the differences.
  case regression
}

extension Trainer where Model == EncoderModel, Batch == RerankerPairs.Batch {
  /// A trainer of a cross-encoder on pairs of texts and their scores.
  ///
  /// ```swift
  /// let reranker = try Reranker(newFrom: "all-MiniLM-L6-v2")
  /// let trainer = Trainer(tuning: reranker, AdamW(reranker.model.parameters(), learningRate: 2e-5))
  /// let pairs = try TextPairs(contentsOf: "judged.jsonl")
  /// try trainer.fit(DataLoader(reranker.dataset(of: pairs), batchSize: 32, shuffle: true), epochs: 1)
  /// try reranker.save(to: "reranker")
  /// ```
  public convenience init(
    tuning reranker: Reranker, _ optimizer: Optimizer, loss: RerankerLoss = .binary,
    settings: TrainerSettings = TrainerSettings()
  ) {
    self.init(reranker.model, optimizer, settings: settings) { model, batch in
      let logits = model(batch.input).flattened()
      let error =
        switch loss {
        case .binary: binaryCrossEntropy(logits: logits, batch.scores)
        case .regression: meanSquaredError(logits, batch.scores)
        }
      return StepOutput(loss: error, predictions: logits, targets: batch.scores)
    }
  }
}
