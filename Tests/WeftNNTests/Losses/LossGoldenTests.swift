import Testing
import Weft

@Suite struct LossGoldenTests {
  typealias Loss = @Sendable ([Tensor], LossReduction) -> Tensor

  private static let weight = Tensor([0.5, 1.25, 2.0, 0.75], dtype: .float64)
  private static let eighths = Tensor((1...12).map { Double($0) / 8 }, shape: [3, 4], dtype: .float64)
  private static let weight3 = Tensor([0.5, 1.5, 3.0], dtype: .float64)

  private static let ofIndices: [String: Loss] = [
    "cross_entropy": { crossEntropy($0[0], classIndices: $0[1], reduction: $1) },
    "cross_entropy_vector": { crossEntropy($0[0], classIndices: $0[1], reduction: $1) },
    "cross_entropy_weight": { crossEntropy($0[0], classIndices: $0[1], weight: weight, reduction: $1) },
    "cross_entropy_smoothing": { crossEntropy($0[0], classIndices: $0[1], labelSmoothing: 0.1, reduction: $1) },
    "cross_entropy_ignored": { crossEntropy($0[0], classIndices: $0[1], ignoredIndex: 3, reduction: $1) },
    "cross_entropy_all": {
      crossEntropy(
        $0[0], classIndices: $0[1], weight: weight, ignoredIndex: 3, labelSmoothing: 0.2, reduction: $1)
    },
    "cross_entropy_picture": { crossEntropy($0[0], classIndices: $0[1], reduction: $1) },
    "cross_entropy_picture_all": {
      crossEntropy($0[0], classIndices: $0[1], weight: weight3, labelSmoothing: 0.2, reduction: $1)
    },
    "nll": { negativeLogLikelihood(logProbabilities: $0[0], classIndices: $0[1], reduction: $1) },
    "nll_all": {
      negativeLogLikelihood(
        logProbabilities: $0[0], classIndices: $0[1], weight: weight, ignoredIndex: 1, reduction: $1)
    },
    "nll_picture": {
      negativeLogLikelihood(logProbabilities: $0[0], classIndices: $0[1], weight: weight3, reduction: $1)
    },
  ]

  private static let ofNumbers: [String: Loss] = [
    "cross_entropy_shares": { crossEntropy($0[0], probabilities: $0[1], reduction: $1) },
    "cross_entropy_shares_all": {
      crossEntropy($0[0], probabilities: $0[1], weight: weight, labelSmoothing: 0.2, reduction: $1)
    },
    "cross_entropy_shares_picture": { crossEntropy($0[0], probabilities: $0[1], weight: weight3, reduction: $1) },
    "mse": { meanSquaredError($0[0], $0[1], reduction: $1) },
    "mae": { meanAbsoluteError($0[0], $0[1], reduction: $1) },
    "huber": { huberLoss($0[0], $0[1], delta: 1.5, reduction: $1) },
    "smooth_l1": { smoothL1Loss($0[0], $0[1], beta: 0.4, reduction: $1) },
    "smooth_l1_zero": { smoothL1Loss($0[0], $0[1], beta: 0, reduction: $1) },
    "bce": { binaryCrossEntropy(logits: $0[0], $0[1], reduction: $1) },
    "bce_all": {
      binaryCrossEntropy(
        logits: $0[0], $0[1], weight: eighths, positiveWeight: Tensor([0.5, 1, 2, 3], dtype: .float64),
        reduction: $1)
    },
    "kl": { klDivergence(logProbabilities: $0[0], $0[1], reduction: $1) },
    "hinge": { hingeLoss($0[0], $0[1], margin: 1.5, reduction: $1) },
    "hinge_embedding": { hingeEmbeddingLoss($0[0], $0[1], margin: 1.5, reduction: $1) },
    "cosine_embedding": { cosineEmbeddingLoss($0[0], $0[1], $0[2], margin: 0.1, reduction: $1) },
    "cosine_embedding_vector": { cosineEmbeddingLoss($0[0], $0[1], $0[2], reduction: $1) },
    "triplet": { tripletMarginLoss(anchor: $0[0], positive: $0[1], negative: $0[2], margin: 1.2, reduction: $1) },
  ]

  @Test func goldens() throws {
    let losses = Self.ofIndices.merging(Self.ofNumbers) { first, _ in first }
    for golden in try LossCase.all("training/losses") {
      let loss = try #require(losses[golden.name], "\(golden.name)")
      for (reduction, result) in golden.results {
        golden.compare(result, reduction, Self.ofIndices[golden.name] == nil ? .float64 : .int64) { inputs in
          guard reduction != "batchmean" else {
            return klDivergence(logProbabilities: inputs[0], inputs[1], batchMean: true)
          }
          return loss(inputs, ["none": .none, "sum": .sum][reduction] ?? .mean)
        }
      }
    }
  }
}
