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
  private var count = 0

  /// A perplexity of nothing yet.
  ///
  /// - Parameter ignored: A target that is left out, as that of padding.
  public init(ignoring ignored: Int = -100) { self.ignored = ignored }

  public var value: Double { exp(share(sum, of: Double(count))) }

  public mutating func update(_ predictions: Tensor, _ targets: Tensor) throws(TensorError) {
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
    sum += noGrad {
      crossEntropy(
        predictions.detach().reshaped(labels.count, vocabulary), classIndices: targets.detach().flattened(),
        ignoredIndex: ignored, reduction: .sum
      ).item()
    }
    count += kept
  }

  public mutating func merge(_ other: Perplexity) { (sum, count) = (sum + other.sum, count + other.count) }
  public mutating func reset() { (sum, count) = (0, 0) }
}
