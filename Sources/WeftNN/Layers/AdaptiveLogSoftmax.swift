import WeftTensor

/// A softmax over many classes, most of them rare, in two steps: over the frequent classes and clusters of the others, then
/// over the classes of a cluster, by smaller and smaller layers (Grave et al., "Efficient softmax approximation for
/// GPUs", 2017).
///
/// Classes are numbered from the most frequent down; those below the first cutoff are in the `head`, each further cutoff
/// ends a cluster, whose layers are `tail.k.0` [in / divisorᵏ⁺¹, in] and `tail.k.1` [size, in / divisorᵏ⁺¹].
///
/// ```swift
/// let softmax = AdaptiveLogSoftmaxWithLoss(512, classes: 50_000, cutoffs: [2_000, 10_000])
/// let (output, loss) = softmax(hidden, target: tokens)   // [N, 512], [N] to [N] and a scalar
/// ```
public final class AdaptiveLogSoftmaxWithLoss: Module {
  /// [first cutoff + clusters, in]: the logits of the frequent classes, and after them one for each cluster.
  public var head: Linear
  /// One network for each cluster, two linear maps without a bias.
  public var tail: [Sequential]
  /// The features of a sample.
  public let inFeatures: Int
  /// Where the clusters end, the last of them with the classes.
  public let cutoffs: [Int]

  /// - Parameters:
  ///   - cutoffs: Where the frequent classes and each cluster but the last end: rising, above 0 and below `classes`.
  ///   - divisor: By how much the layers of a cluster are narrower than those of the one before.
  ///   - headBias: Whether the logits of the head have a bias.
  ///
  /// Misuse: cutoffs that do not rise, or a divisor that leaves a cluster without features.
  public init(
    _ inFeatures: Int, classes: Int, cutoffs: [Int], divisor: Double = 4, headBias: Bool = false
  ) {
    let ends = cutoffs + [classes]
    let isRising = zip(ends, ends.dropFirst()).allSatisfy { $0 < $1 } && cutoffs.first.map { $0 > 0 } == true
    let used = isRising ? ends : [classes]
    (self.inFeatures, self.cutoffs) = (inFeatures, used)
    head = Linear(inFeatures, used[0] + used.count - 1, bias: headBias)
    let widths = Self.widths(of: max(used.count - 1, 0), from: inFeatures, divisor)
    tail = zip(used, used.dropFirst()).enumerated().map { place, range in
      let width = widths?[place] ?? 1
      return Sequential {
        Linear(inFeatures, width, bias: false); Linear(width, range.1 - range.0, bias: false)
      }
    }
    super.init()
    if widths == nil {
      report(
        TensorError(
          .value, operation: "AdaptiveLogSoftmaxWithLoss",
          expected: "a divisor above 0 that makes no layer wider than \(Int32.max)", got: "\(divisor)"))
    }
    if !isRising {
      report(
        TensorError(
          .value, operation: "AdaptiveLogSoftmaxWithLoss", expected: "rising cutoffs in 1 ..< \(classes)",
          got: "\(cutoffs)"))
    }
  }

  /// The features inside each cluster, or nil for a divisor that leaves no such number.
  private static func widths(of clusters: Int, from inFeatures: Int, _ divisor: Double) -> [Int]? {
    var width = Double(inFeatures)
    var widths: [Int] = []
    for _ in 0..<clusters {
      width /= divisor
      guard divisor > 0, width <= Double(Int32.max) else { return nil }
      widths.append(Int(width))
    }
    return widths
  }

  /// The logarithm of the probability of each sample's class, and the loss: the mean of it, negative.
  ///
  /// Shape: input [N, in] and target [N] of an integer type, or [in] and []; output like the target.
  public func callAsFunction(_ input: Tensor, target: Tensor) -> (output: Tensor, loss: Tensor) {
    inPath {
      if let error = misfit ?? misuse(input, target) { return (.failed(error), .failed(error)) }
      let rows = input.rank == 1 ? input.unsqueezed(0) : input
      let output = chosen(rows, target.scalars(as: Int.self)).reshaped(to: target.shape)
      return (output, -output.mean())
    }
  }

  /// The logarithms of the probabilities of all classes.
  ///
  /// Shape: [..., in] to [..., classes].
  public func logProbabilities(_ input: Tensor) -> Tensor { inPath { forward(input) } }

  /// The most probable class.
  ///
  /// Shape: [..., in] to [...] of integers.
  public func predictions(_ input: Tensor) -> Tensor { logProbabilities(input).argMax(axis: -1) }

  /// The logarithms of the probabilities of all classes.
  public override func forward(_ input: Tensor) -> Tensor {
    if let error = misfit { return .failed(error) }
    let first = head(input).logSoftmax(axis: -1)
    let clusters = tail.enumerated().map { place, layers in
      let column = cutoffs[0] + place
      return layers(input).logSoftmax(axis: -1) + first.sliced(axis: -1, from: column, to: column + 1)
    }
    return concatenated([first.sliced(axis: -1, to: cutoffs[0])] + clusters, axis: -1)
  }

  /// The entry of each row's own class: a cluster's layers see only the rows that belong to it.
  private func chosen(_ input: Tensor, _ labels: [Int]) -> Tensor {
    let first = head(input).logSoftmax(axis: -1)
    let cluster = labels.map { label in cutoffs.firstIndex { label < $0 } ?? 0 }
    let columns = zip(labels, cluster).map { $1 == 0 ? $0 : cutoffs[0] + $1 - 1 }
    var output = entries(first, columns)
    for (place, layers) in tail.enumerated() {
      let rows = labels.indices.filter { cluster[$0] == place + 1 }
      guard !rows.isEmpty else { continue }
      let indices = Tensor(rows)
      let inside = layers(input.indexSelected(indices, axis: 0)).logSoftmax(axis: -1)
      output = output.scatterAdded(entries(inside, rows.map { labels[$0] - cutoffs[place] }), at: indices, axis: 0)
    }
    return output
  }

  private func entries(_ rows: Tensor, _ columns: [Int]) -> Tensor {
    rows.gathered(Tensor(columns, shape: [columns.count, 1]), axis: -1).squeezed(-1)
  }

  /// What is wrong with parts that were replaced.
  private var misfit: TensorError? {
    let logits = cutoffs[0] + cutoffs.count - 1
    if tail.count == cutoffs.count - 1, head.weight.shape.first == logits { return nil }
    return TensorError(
      .shape, operation: "AdaptiveLogSoftmaxWithLoss", operands: [("head.weight", head.weight.spec)],
      expected: "a head of \(logits) outputs and a tail of \(cutoffs.count - 1) clusters",
      got: "\(head.weight.shape) and \(tail.count)")
  }

  private func misuse(_ input: Tensor, _ target: Tensor) -> TensorError? {
    let name = "AdaptiveLogSoftmaxWithLoss"
    let operands = [(name: "input", spec: input.spec), (name: "target", spec: target.spec)]
    guard input.rank == 1 || input.rank == 2, input.shape[-1] == inFeatures,
      target.shape.sizes == Array(input.shape.sizes.dropLast()), target.dtype.isInteger
    else {
      return TensorError(
        .shape, operation: name, operands: operands,
        expected: "an input [batch, \(inFeatures)] and classes [batch] of an integer type, or both without batch",
        got: "\(input.shape) and \(target.spec)")
    }
    let classes = cutoffs[cutoffs.count - 1]
    guard let wrong = target.scalars(as: Int.self).first(where: { !(0..<classes).contains($0) }) else { return nil }
    return TensorError(
      .index, operation: name, operands: operands, expected: "classes in 0 ..< \(classes)", got: "\(wrong)")
  }
}
