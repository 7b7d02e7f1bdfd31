#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif
import WeftNN
import WeftTensor

/// e to the mean cross-entropy of a language model's tokens: as uncertain as a choice among so many. NaN for no tokens.
///
/// Shape: logits [..., vocabulary], targets [...].
public struct Perplexity: TensorMetric, Hashable {
  /// A target that is left out, as that of padding.
  public let ignored: Int
  private var sum = 0.0
  /// How many tokens, by what they weigh.
  private var count = 0.0

  /// A perplexity of nothing yet.
  ///
  /// - Parameter ignored: A target that is left out, as that of padding.
  public init(ignoring ignored: Int = -100) { self.ignored = ignored }

  public var value: Double { exp(share(sum, of: count)) }

  public mutating func update(_ predictions: Tensor, _ targets: Tensor) throws(TensorError) {
    try update(predictions, targets, weights: nil)
  }

  public mutating func update(_ predictions: Tensor, _ targets: Tensor, weights: Tensor?) throws(TensorError) {
    let sizes = predictions.shape.sizes
    guard sizes.count >= 2, Array(sizes.dropLast()) == targets.shape.sizes, !targets.dtype.isFloatingPoint,
      let vocabulary = sizes.last
    else {
      throw .metric(
        "Perplexity", predictions, targets, expected: "logits [..., vocabulary] for targets [...]",
        got: "\(predictions.spec) for \(targets.spec)")
    }
    let labels = targets.detach().scalars(as: Int.self)
    if let wrong = labels.first(where: { $0 != ignored && !(0..<vocabulary).contains($0) }) {
      throw TensorError(
        .index, operation: "Perplexity", expected: "targets from 0 through \(vocabulary - 1), or \(ignored)",
        got: "\(wrong)")
    }
    let kept = labels.count { $0 != ignored }
    guard kept > 0 else { return }
    let weights = try SampleWeights.ofTargets(weights, targets, "Perplexity")
    let losses = noGrad {
      crossEntropy(
        predictions.detach().reshaped(labels.count, vocabulary), classIndices: targets.detach().flattened(),
        ignoredIndex: ignored, reduction: weights == nil ? .sum : .none)
    }
    guard let weights else {
      (sum, count) = (sum + losses.item(), count + Double(kept))
      return
    }
    for (place, loss) in losses.scalars(as: Double.self).enumerated() where labels[place] != ignored {
      // What counts for nothing may be infinite.
      if weights[place] > 0 { (sum, count) = (sum + loss * weights[place], count + weights[place]) }
    }
  }

  public mutating func merge(_ other: Perplexity) { (sum, count) = (sum + other.sum, count + other.count) }
  public mutating func reset() { (sum, count) = (0, 0) }
}
