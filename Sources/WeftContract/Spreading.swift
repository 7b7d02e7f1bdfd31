import WeftTensor

/// Where a NaN reaches more than what depends on the number in its place, and why that is so.
struct Spreading {
  /// Of what one element is NaN, and what it reaches.
  enum Way: Hashable {
    case results(input: Int)
    case gradients(input: Int)
    case seeds(result: Int)
  }

  /// nil: in all samples.
  var samples: Set<Int>?
  /// nil: all.
  var ways: Set<Way>?

  static func isExpected(_ sample: ContractCase, _ way: Way) -> Bool {
    list[type(of: sample.operation).name]?.contains { spreading in
      spreading.samples?.contains(sample.number) ?? true && spreading.ways?.contains(way) ?? true
    } ?? false
  }

  private static let list: [String: [Spreading]] = [
    // Statistics of one number are the same for every number, but computed from it: softmax over a single place (the one
    // key that the first query of a causal order sees), a variance without correction.
    "attention": [
      Spreading(samples: [1], ways: results(of: 0...1).union(gradients(of: 0...1)).union(seeds(of: 0...0)))
    ],
    "attentionWeights": [Spreading(samples: [2])], "logSoftmax": [Spreading(samples: [2])],
    "softmax": [Spreading(samples: [2])], "variance": [Spreading(samples: [3])],
    // Derivatives of a higher order multiply matrices of all weights, hidden ones as 0.
    "attentionGradient": [Spreading(samples: [1, 2], ways: gradients(of: 0...5).union(seeds(of: 0...2)))],
    // A weight is multiplied by the padding's zeros: all results of its channel but those in the corner are NaN anyway.
    "convolution": [Spreading(ways: [.results(input: 1)])],
    "convolutionInputGradient": [Spreading(ways: gradients(of: 1...1))],
    "convolutionTransposed": [Spreading(ways: gradients(of: 1...1))],
    "convolutionWeightGradient": [Spreading(ways: seeds(of: 0...0))],
    // Matrices are solved as a whole, with the zeros of triangles.
    "cholesky": [Spreading()], "determinant": [Spreading()], "luFactorization": [Spreading()], "qr": [Spreading()],
    "svd": [Spreading()], "symmetricEigen": [Spreading()],
    // Sums over a whole line, with factors of 0: sines, weights of a filter.
    "fourierTransform": [Spreading()], "mirroredFourierTransform": [Spreading()], "realFourierTransform": [Spreading()],
    // A position that is no number stands for the first pixel, or has its weights in all it might be made of.
    "gridSample": [Spreading(ways: gradients(of: 1...1))],
    "gridSampleGradient": [Spreading(ways: gradients(of: 0...2).union([.results(input: 2)]))],
    "resampleAxis": [Spreading(samples: [6, 7])], "resampleAxisAdjoint": [Spreading(samples: [3])],
    // The gradient of a result is multiplied by slopes of 0: of classes that do not occur, of places that are not the
    // extreme, of the largest logit.
    "cdist": [Spreading(samples: [3], ways: seeds(of: 0...0))],
    "crossEntropy": [
      Spreading(ways: seeds(of: 1...1)), Spreading(samples: [4], ways: seeds(of: 0...0)),
      // Beside logits that differ by 50 a third does not change the rounded sum.
      Spreading(samples: [6], ways: [.results(input: 0)]),
    ],
    "ctcLoss": [Spreading(ways: gradients(of: 0...0).union(seeds(of: 0...0)))], "ctcLossGradient": [Spreading()],
    "meanCrossEntropy": [
      Spreading(ways: seeds(of: 1...1)), Spreading(samples: [3], ways: [.results(input: 0)]),
    ],
    "scatterReduce": [
      Spreading(ways: seeds(of: 0...0)),
      // Elements that are compared with a NaN share its gradient as NaN.
      Spreading(samples: [4], ways: gradients(of: 0...0).union(gradients(of: 2...2))),
      Spreading(samples: [7], ways: gradients(of: 2...2)),
    ],
    // `Note: NaN in derivatives`: the slope is NaN at a NaN, though it is 0 or another number everywhere else.
    "norm": [Spreading(samples: [4], ways: gradients(of: 0...0))],
    "normalize": [Spreading(samples: [9, 10], ways: gradients(of: 0...0))],
    "recurrentSequenceGradient": [Spreading(samples: [3, 7])],
  ]

  private static func results(of inputs: ClosedRange<Int>) -> Set<Way> { Set(inputs.map { .results(input: $0) }) }
  private static func gradients(of inputs: ClosedRange<Int>) -> Set<Way> { Set(inputs.map { .gradients(input: $0) }) }
  private static func seeds(of results: ClosedRange<Int>) -> Set<Way> { Set(results.map { .seeds(result: $0) }) }
}
