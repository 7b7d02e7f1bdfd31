import WeftModels
import WeftNN
import WeftTensor

/// The cross-entropy of finding each anchor's own document among those of the whole batch by their likeness
/// (MultipleNegativesRankingLoss of sentence-transformers; Henderson et al., "Efficient Natural Language Response Suggestion
/// for Smart Reply", 2017; InfoNCE).
///
/// Shape: anchors [N, E]; documents [N, E] each, the first list the right ones, others hard negatives; scores [N, N · lists].
/// - Parameters:
///   - scale: What likeness counts: one over the temperature.
///   - similarity: How vectors are compared.
public func contrastiveLoss(
  anchors: Tensor, documents: [Tensor], scale: Double = 20, similarity: EmbeddingSimilarity = .cosine
) -> (loss: Tensor, scores: Tensor) {
  let all = documents.count == 1 ? documents[0] : concatenated(documents, axis: 0)
  let scores = similarity(anchors, all) * scale
  return (crossEntropy(scores, classIndices: Tensor(arange: anchors.shape[0])), scores)
}

/// The mean square of what the cosine of two vectors is away from how alike their texts are (CosineSimilarityLoss of
/// sentence-transformers).
///
/// Shape: vectors [N, E] of both, scores [N]; the cosines are [N].
public func cosineLoss(_ first: Tensor, _ second: Tensor, scores: Tensor) -> (loss: Tensor, cosines: Tensor) {
  let cosines = (first.normalized(axis: -1) * second.normalized(axis: -1)).sum(axis: -1)
  return (meanSquaredError(cosines, scores), cosines)
}
