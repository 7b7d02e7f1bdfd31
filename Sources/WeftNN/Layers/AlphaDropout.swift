import WeftTensor

/// Dropout for networks of `SELU`: dropped elements take the value that SELU goes to far below zero, -1.7581, and all are
/// scaled and shifted so that mean 0 and variance 1 stay (Klambauer et al., 2017). In evaluation the input itself.
///
/// Shape: any to the same. Each call takes the next stream of the process-wide generator.
public final class AlphaDropout: Module {
  public let p: Double

  public init(_ p: Double = 0.5) {
    self.p = p
    super.init()
    LayerCheck.probability(p, layer: "AlphaDropout")
  }

  public override func forward(_ input: Tensor) -> Tensor {
    isTraining && p > 0 ? input.alphaDropped(p, maskShape: input.shape) : input
  }
}

/// `AlphaDropout` of whole channels.
///
/// Shape: [N, C, ...] to the same. Each call takes the next stream of the process-wide generator.
public final class FeatureAlphaDropout: Module {
  public let p: Double

  public init(_ p: Double = 0.5) {
    self.p = p
    super.init()
    LayerCheck.probability(p, layer: "FeatureAlphaDropout")
  }

  public override func forward(_ input: Tensor) -> Tensor {
    guard input.rank >= 2 else {
      return .failed(
        TensorError(
          .shape, operation: "FeatureAlphaDropout", operands: [("input", input.spec)],
          expected: "an input [batch, channels, ...]", got: "\(input.shape)"))
    }
    let sizes = input.shape.sizes.prefix(2) + Array(repeating: 1, count: input.rank - 2)
    return isTraining && p > 0 ? input.alphaDropped(p, maskShape: Shape(sizes)) : input
  }
}

extension Tensor {
  /// a · (x where kept, else α') + b, with α' = -λα of SELU.
  fileprivate func alphaDropped(_ p: Double, maskShape: Shape) -> Tensor {
    guard p < 1 else { return self * 0 }
    let floor = -1.7580993408473766
    let scale = 1 / ((1 - p) * (1 + p * floor * floor)).squareRoot()
    let drops = Tensor(bernoulli: maskShape, probability: p, dtype: .bool)
    return maskedFilled(where: drops, with: floor) * scale - scale * floor * p
  }
}
