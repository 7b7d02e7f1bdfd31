import WeftTensor

/// Samples mixed in pairs: inputs and classes alike, so that a network learns to be less sure between them.
///
/// ```swift
/// let data = MixedDataset(images, by: .mixup(alpha: 0.2))
/// for batch in DataLoader(data, ...) { let loss = crossEntropy(model(batch.inputs), batch.targets) }
/// ```
public enum Mixing: Hashable, Sendable {
  /// λ·a + (1 - λ)·b with λ from Beta(alpha, alpha) (Zhang and others, "mixup", 2017).
  case mixup(alpha: Double)
  /// A rectangle of b in a, the classes by area (Yun and others, "CutMix", 2019). Rows of numbers, which have no
  /// rectangles, stay as they are.
  case cutmix(alpha: Double)
  /// The one or the other, by the toss of a coin for each batch.
  case either(mixup: Double, cutmix: Double)
}

/// A dataset whose batches are mixed. Which samples are mixed and how follows from the seed, the epoch and the samples
/// asked for.
public struct MixedDataset<Source: LabeledDataset>: Dataset {
  /// Mixed inputs, and for each the share of every class.
  public typealias Batch = TensorDataset.Batch

  let source: Source
  let mixing: Mixing

  /// The samples of `source`, mixed.
  ///
  /// Misuse: an alpha that is not above 0.
  public init(_ source: Source, by mixing: Mixing) {
    let alphas: [Double] =
      switch mixing {
      case .mixup(let alpha), .cutmix(let alpha): [alpha]
      case .either(let mixup, let cutmix): [mixup, cutmix]
      }
    checkTransform("MixedDataset", alphas.allSatisfy { $0 > 0 && $0.isFinite }, "an alpha above 0", alphas)
    (self.source, self.mixing) = (source, mixing)
  }

  public var count: Int { source.count }

  public func batch(at indices: [Int], context: LoadingContext) throws(Source.Failure) -> TensorDataset.Batch {
    let batch = try source.batch(at: indices, context: context)
    let seed = indices.reduce(context.seed(forSample: -1)) { mixed($0 &+ UInt64(truncatingIfNeeded: $1)) }
    var generator = RandomGenerator(seed: seed)
    return noGrad { paired(batch, using: &generator) }
  }

  private func paired(_ batch: LabeledBatch, using generator: inout RandomGenerator) -> TensorDataset.Batch {
    let targets = batch.labels.oneHot(classes: source.classCount, dtype: batch.inputs.dtype)
    // Each sample meets its neighbour in a turned order, as it would any other: the samples are shuffled already.
    let partners = (0..<batch.labels.elementCount).map { ($0 + 1) % max(1, batch.labels.elementCount) }
    let other = batch.inputs.indexSelected(Tensor(partners), axis: 0)
    var (inputs, share) = (batch.inputs, 1.0)
    switch (mixing, mixing.isEither && generator.happens(0.5)) {
    case (.mixup(let alpha), _), (.either(mixup: let alpha, cutmix: _), false):
      share = generator.beta(alpha)
      inputs = inputs * share + other * (1 - share)
    case (.cutmix(let alpha), _), (.either(mixup: _, cutmix: let alpha), true):
      (inputs, share) = cut(inputs, other, generator.beta(alpha), using: &generator)
    }
    let mixedTargets = targets * share + targets.indexSelected(Tensor(partners), axis: 0) * (1 - share)
    return TensorDataset.Batch(inputs: inputs, targets: mixedTargets)
  }

  /// A rectangle of about 1 - `share` of the area, from the other images; and the share that was left.
  private func cut(
    _ inputs: Tensor, _ other: Tensor, _ share: Double, using generator: inout RandomGenerator
  ) -> (Tensor, Double) {
    // The first axis is the samples': what has one more is no image.
    guard inputs.rank >= 3 else { return (inputs, 1) }
    let (height, width) = (inputs.shape[-2], inputs.shape[-1])
    let side = (1 - share).squareRoot()
    func range(_ size: Int) -> Range<Int> {
      let (center, half) = (generator.whole(below: max(1, size)), Int(Double(size) * side) / 2)
      return max(0, center - half)..<min(size, center + half)
    }
    let (rows, columns) = (range(height), range(width))
    let isIn = (0..<height * width).map { rows.contains($0 / width) && columns.contains($0 % width) }
    let area = Double(rows.count * columns.count) / Double(max(1, height * width))
    return (Tensor.where(Tensor(isIn, shape: [height, width]), other, inputs), 1 - area)
  }
}

extension Mixing {
  fileprivate var isEither: Bool { if case .either = self { true } else { false } }
}

extension RandomGenerator {
  /// A number of Beta(alpha, alpha), as the quotient of two numbers of Gamma(alpha).
  fileprivate mutating func beta(_ alpha: Double) -> Double {
    let (a, b) = (logGamma(alpha), logGamma(alpha))
    // Both are nothing for an alpha next to 0: all of the one or of the other.
    guard (b - a).isFinite else { return a > b || (a == b && happens(0.5)) ? 1 : 0 }
    return 1 / (1 + Exponentials.exp(b - a))
  }

  /// The logarithm of a number of Gamma(alpha, 1) (Marsaglia and Tsang, 2000): of a small alpha the numbers themselves
  /// are below what a `Double` holds.
  private mutating func logGamma(_ alpha: Double) -> Double {
    if alpha < 1 {
      let u = 1 - number(from: 0, to: 1)
      return logGamma(alpha + 1) + Exponentials.log(u) / alpha
    }
    let d = alpha - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let v = (1 + c * x) * (1 + c * x) * (1 + c * x)
      guard v > 0 else { continue }
      let u = 1 - number(from: 0, to: 1)
      if Exponentials.log(u) < 0.5 * x * x + d - d * v + d * Exponentials.log(v) { return Exponentials.log(d * v) }
    }
  }

  /// A number of the normal distribution (Box and Muller).
  private mutating func normal() -> Double {
    let u = 1 - number(from: 0, to: 1)
    let angle = 2 * Double.pi * number(from: 0, to: 1)
    return (-2 * Exponentials.log(u)).squareRoot() * Trigonometry.cos(angle)
  }
}
