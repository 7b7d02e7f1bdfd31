import Testing
import Weft

/// The losses of Goldens/make_losses.py.
@Suite struct MoreLossGoldenTests {
  private static let weight = Tensor([0.5, 1.25, 2.0, 0.75], dtype: .float64)
  private static let eighths = Tensor((1...12).map { Double($0) / 8 }, shape: [3, 4], dtype: .float64)

  private static let losses: [String: LossGoldenTests.Loss] = [
    "ctc": { ctc($0[0], reads, reduction: $1) },
    "ctc_joined": { ctc($0[0], Tensor([1, 2, 2, 4, 1, 3, 2]), reduction: $1) },
    "ctc_blank": { ctc($0[0], Tensor([[1, 2, 2, 0], [3, 0, 0, 0], [0, 1, 3, 2]]), blank: 4, reduction: $1) },
    "ctc_too_long": { ctc($0[0], reads, steps: [3, 4, 5], zeroInfinity: true, reduction: $1) },
    "ctc_single": {
      ctcLoss(
        logProbabilities: $0[0].logSoftmax(axis: -1), targets: Tensor([1, 2, 2]), inputLengths: Tensor(6),
        targetLengths: Tensor(3),
        reduction: $1)
    },
    "probabilities": { binaryCrossEntropy(probabilities: $0[0], $0[1], reduction: $1) },
    "probabilities_weight": { binaryCrossEntropy(probabilities: $0[0], $0[1], weight: eighths, reduction: $1) },
    "probabilities_edges": { binaryCrossEntropy(probabilities: $0[0], $0[1], reduction: $1) },
    "multi_label_soft": { multiLabelSoftMarginLoss($0[0], $0[1], reduction: $1) },
    "multi_label_soft_weight": { multiLabelSoftMarginLoss($0[0], $0[1], weight: weight, reduction: $1) },
    "multi_label_soft_vector": { multiLabelSoftMarginLoss($0[0], $0[1], reduction: $1) },
    "soft_margin": { softMarginLoss($0[0], $0[1], reduction: $1) },
    "kl_log_target": { klDivergence(logProbabilities: $0[0], targetLogProbabilities: $0[1], reduction: $1) },
    "ranking": { marginRankingLoss($0[0], $0[1], $0[2], margin: 0.3, reduction: $1) },
    "ranking_no_margin": { marginRankingLoss($0[0], $0[1], $0[2], reduction: $1) },
    "gaussian": { gaussianNegativeLogLikelihood($0[0], $0[1], variance: $0[2], reduction: $1) },
    "gaussian_full": {
      gaussianNegativeLogLikelihood($0[0], $0[1], variance: $0[2], full: true, epsilon: 0.5, reduction: $1)
    },
    "gaussian_rows": { gaussianNegativeLogLikelihood($0[0], $0[1], variance: $0[2], reduction: $1) },
    "gaussian_rows_squeezed": { gaussianNegativeLogLikelihood($0[0], $0[1], variance: $0[2], reduction: $1) },
    "gaussian_tiny": { gaussianNegativeLogLikelihood($0[0], $0[1], variance: $0[2], epsilon: 0.01, reduction: $1) },
    "poisson": { poissonNegativeLogLikelihood($0[0], $0[1], reduction: $1) },
    "poisson_full": { poissonNegativeLogLikelihood($0[0], $0[1], full: true, reduction: $1) },
    "poisson_means": { poissonNegativeLogLikelihood($0[0], $0[1], isLog: false, epsilon: 1e-6, reduction: $1) },
    "triplet_order": {
      tripletMarginLoss(anchor: $0[0], positive: $0[1], negative: $0[2], margin: 0.7, order: 3, reduction: $1)
    },
    "triplet_order1_swap": {
      tripletMarginLoss(anchor: $0[0], positive: $0[1], negative: $0[2], order: 1, swap: true, reduction: $1)
    },
    "triplet_swap": {
      tripletMarginLoss(anchor: $0[0], positive: $0[1], negative: $0[2], swap: true, epsilon: 1e-3, reduction: $1)
    },
    "triplet_distance": {
      tripletMarginLoss(anchor: $0[0], positive: $0[1], negative: $0[2], margin: 2, reduction: $1, distance: squares)
    },
    "triplet_distance_swap": {
      tripletMarginLoss(anchor: $0[0], positive: $0[1], negative: $0[2], swap: true, reduction: $1, distance: squares)
    },
  ]

  private static let ofIndices: [String: LossGoldenTests.Loss] = [
    "multi_margin": { multiMarginLoss($0[0], classIndices: $0[1], reduction: $1) },
    "multi_margin_all": {
      multiMarginLoss($0[0], classIndices: $0[1], power: 2, margin: 0.7, weight: weight, reduction: $1)
    },
    "multi_margin_vector": { multiMarginLoss($0[0], classIndices: $0[1], reduction: $1) },
    "multi_label_margin": { multiLabelMarginLoss($0[0], classIndices: $0[1], reduction: $1) },
    "multi_label_margin_vector": { multiLabelMarginLoss($0[0], classIndices: $0[1], reduction: $1) },
  ]

  private static let reads = Tensor([[1, 2, 2, 0], [3, 0, 0, 0], [4, 1, 3, 2]])

  private static func ctc(
    _ inputs: Tensor, _ targets: Tensor, steps: [Int] = [6, 4, 5], blank: Int = 0, zeroInfinity: Bool = false,
    reduction: LossReduction
  ) -> Tensor {
    ctcLoss(
      logProbabilities: inputs.logSoftmax(axis: -1), targets: targets, inputLengths: Tensor(steps),
      targetLengths: Tensor([3, 0, 4]),
      blank: blank, zeroInfinity: zeroInfinity, reduction: reduction)
  }

  private static func squares(_ a: Tensor, _ b: Tensor) -> Tensor { ((a - b) * (a - b)).sum(axis: -1) }

  @Test func goldens() throws {
    let losses = Self.losses.merging(Self.ofIndices) { first, _ in first }
    let cases = try LossCase.all("losses/losses")
    #expect(cases.count == losses.count)
    for golden in cases {
      let loss = try #require(losses[golden.name], "\(golden.name)")
      for (reduction, result) in golden.results {
        golden.compare(result, reduction, Self.ofIndices[golden.name] == nil ? .float64 : .int64) { inputs in
          guard reduction != "batchmean" else {
            return klDivergence(logProbabilities: inputs[0], targetLogProbabilities: inputs[1], batchMean: true)
          }
          return loss(inputs, ["none": .none, "sum": .sum][reduction] ?? .mean)
        }
      }
    }
  }

  /// The error of `body`, which is expected to fail.
  private func failure(_ body: () -> Tensor) throws -> TensorError {
    try #require(throws: TensorError.self) { try withTensorErrors { body() } }
  }

  @Test func unequalShapesAreErrorsOfEveryLoss() throws {
    let (a, b) = (Tensor(zeros: [3, 2]), Tensor(zeros: [2]))
    let indices = Tensor([0, 1])
    let losses: [(String, () -> Tensor)] = [
      ("binaryCrossEntropy", { binaryCrossEntropy(probabilities: a, b) }),
      ("multiLabelSoftMarginLoss", { multiLabelSoftMarginLoss(a, b) }), ("softMarginLoss", { softMarginLoss(a, b) }),
      ("klDivergence", { klDivergence(logProbabilities: a, targetLogProbabilities: b) }),
      ("marginRankingLoss", { marginRankingLoss(a, a, b) }),
      ("gaussianNegativeLogLikelihood", { gaussianNegativeLogLikelihood(a, Tensor(zeros: [3]), variance: a) }),
      ("gaussianNegativeLogLikelihood", { gaussianNegativeLogLikelihood(a, a, variance: b) }),
      ("poissonNegativeLogLikelihood", { poissonNegativeLogLikelihood(a, b) }),
      ("multiMarginLoss", { multiMarginLoss(a, classIndices: indices) }),
      ("multiMarginLoss", { multiMarginLoss(Tensor(0.0), classIndices: Tensor(0)) }),
      ("multiMarginLoss", { multiMarginLoss(Tensor(zeros: [2, 2]), classIndices: indices, weight: Tensor([1.0])) }),
      ("multiLabelMarginLoss", { multiLabelMarginLoss(a, classIndices: indices) }),
      ("multiLabelMarginLoss", { multiLabelMarginLoss(Tensor(zeros: [2, 2, 2]), classIndices: indices) }),
    ]
    for (name, loss) in losses {
      let error = try failure(loss)
      #expect(error.code == .shape, "\(name)")
      #expect(error.operation == name)
    }
  }

  @Test func classesOfAnotherTypeOrRangeAreErrors() throws {
    let (scores, shares) = (Tensor(zeros: [2, 3]), Tensor(zeros: [2]))
    #expect(try failure { multiMarginLoss(scores, classIndices: shares) }.code == .dtype)
    #expect(try failure { multiMarginLoss(scores, classIndices: Tensor([0, 3])) }.code == .index)
    #expect(try failure { multiMarginLoss(scores, classIndices: Tensor([0, 1]), power: 3) }.code == .value)
    #expect(try failure { multiLabelMarginLoss(scores, classIndices: scores) }.code == .dtype)
    #expect(
      try failure { multiLabelMarginLoss(scores, classIndices: Tensor([[0, 3, -1], [0, 1, 2]])) }.code == .index)
  }

  @Test func whatIsNoProbabilityOrVarianceGivesNaN() {
    for value in [-0.1, 1.1, .nan] {
      #expect(binaryCrossEntropy(probabilities: Tensor([value]), Tensor([0.5])).item().isNaN, "\(value)")
    }
    let negative = gaussianNegativeLogLikelihood(Tensor([1.0]), Tensor([1.0]), variance: Tensor([-0.5]))
    #expect(negative.item().isNaN)
  }

  /// PyTorch's numbers, but that its 10⁻¹² is a float32 even in float64.
  @Test func aSureMistakeCostsAHundred() {
    let x = Tensor([0.0, 1], dtype: .float64).requiringGrad()
    let loss = binaryCrossEntropy(probabilities: x, Tensor([1.0, 0], dtype: .float64), reduction: .none)
    #expect(loss.scalars(as: Double.self) == [100, 100])
    loss.sum().backward()
    #expect(x.grad?.scalars(as: Double.self) == [-1e12, 1e12])
  }

  @Test func hugeMarginsStayFinite() {
    let x = Tensor([-1e30, 1e30], dtype: .float32).requiringGrad()
    let loss = softMarginLoss(x, Tensor([1.0, 1]), reduction: .none)
    #expect(loss.scalars(as: Float.self) == [1e30, 0])
    loss.sum().backward()
    #expect(x.grad?.scalars(as: Float.self) == [-1, 0])
  }
}
