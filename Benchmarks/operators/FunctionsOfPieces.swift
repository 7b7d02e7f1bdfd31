import Weft

// Functions of lines in pieces, special functions and bags.
extension Functions {
  /// Of magnitudes that stay away from 0.
  private static func positive(_ function: @escaping @Sendable (Tensor) -> Tensor) -> MakeFunction {
    { x in
      let positive = x.abs() + 0.1
      return { _ in function(positive) }
    }
  }

  static let pieces: [String: MakeFunction] = [
    "relu6": plain { $0.relu6() },
    "hardtanh": plain { $0.hardtanh() },
    "hardsigmoid": plain { $0.hardsigmoid() },
    "hardswish": plain { $0.hardswish() },
    "hardshrink": plain { $0.hardshrink() },
    "leakyrelu": plain { $0.leakyReLU() },
    "prelu": { _ in
      let weight = Tensor([0.25])
      return { $0.prelu(weight: weight) }
    },
    "nan-to-num": plain { $0.replacingNonfinite() },
    "lerp": { x in
      let end = Tensor(normal: x.shape).converted(to: x.dtype)
      return { $0.lerp(to: end, weight: 0.3) }
    },
    "lerp-weights": { x in
      let (end, weight) = (Tensor(normal: x.shape), Tensor(uniform: x.shape))
      return { $0.lerp(to: end, weight: weight) }
    },
    "negate": plain { -$0 },
    "add-number": plain { $0 + 3 },
    "cut": plain { $0.clamped(low: 10, high: 60) },
    "abs": plain { $0.abs() },
    "maximum": { x in
      let other = x.contiguous() + 1
      return { maximum($0, other) }
    },
  ]

  static let special: [String: MakeFunction] = [
    "lgamma": positive { $0.logGamma() },
    "lgamma-any": plain { $0.logGamma() },
    "digamma": positive { $0.digamma() },
    "digamma-any": plain { $0.digamma() },
    "erfinv": { x in
      let share = x.tanh()
      return { _ in share.erfInverse() }
    },
    "ndtri": { x in
      let share = x.sigmoid()
      return { _ in share.normalQuantile() }
    },
    "i0": plain { $0.besselI0() },
    "i0e": plain { $0.besselI0Scaled() },
    "i1": plain { $0.besselI1() },
    "i1e": plain { $0.besselI1Scaled() },
  ]

  static let bags: [String: MakeFunction] = [
    "bag-sum": { x in
      let indices = Tensor(integers: [512, 20], in: 0..<x.shape[0])
      return { $0.embeddingBag(indices, mode: .sum) }
    },
    "bag-mean": { x in
      let indices = Tensor(integers: [512, 20], in: 0..<x.shape[0])
      return { $0.embeddingBag(indices, mode: .mean) }
    },
  ]
}
