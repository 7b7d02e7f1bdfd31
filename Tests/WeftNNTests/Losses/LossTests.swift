import Testing
import Weft

@Suite struct LossTests {
  /// The error of `body`, which is expected to fail.
  private func failure(_ body: () -> Tensor) throws -> TensorError {
    try #require(throws: TensorError.self) { try withTensorErrors { body() } }
  }

  @Test func aColumnAgainstAVectorIsNotBroadcast() throws {
    let error = try failure { meanSquaredError(Tensor(zeros: [4, 1]), Tensor(zeros: [4])) }
    #expect(
      error.description == """
        [meanSquaredError]: expected target of the shape of prediction, [4, 1], got [4]
          prediction: float32 [4, 1]
          target: float32 [4]
          hint: an axis of size 1 too many? `squeezed(-1)` removes it, `unsqueezed(-1)` adds it
        """)
  }

  @Test func unequalShapesAreErrorsOfEveryLoss() throws {
    let (a, b) = (Tensor(zeros: [3, 2]), Tensor(zeros: [2]))
    let losses: [(String, () -> Tensor)] = [
      ("meanAbsoluteError", { meanAbsoluteError(a, b) }), ("huberLoss", { huberLoss(a, b) }),
      ("smoothL1Loss", { smoothL1Loss(a, b) }), ("hingeLoss", { hingeLoss(a, b) }),
      ("hingeEmbeddingLoss", { hingeEmbeddingLoss(a, b) }),
      ("binaryCrossEntropy", { binaryCrossEntropy(logits: a, b) }),
      ("klDivergence", { klDivergence(logProbabilities: a, b) }),
      ("crossEntropyOfProbabilities", { crossEntropy(a, probabilities: b) }),
      ("crossEntropy", { crossEntropy(a, classIndices: b.converted(to: .int64)) }),
      ("negativeLogLikelihood", { negativeLogLikelihood(logProbabilities: a, classIndices: b.converted(to: .int64)) }),
      ("cosineEmbeddingLoss", { cosineEmbeddingLoss(a, b, b) }),
      ("cosineEmbeddingLoss", { cosineEmbeddingLoss(a, a, b) }),
      ("tripletMarginLoss", { tripletMarginLoss(anchor: a, positive: a, negative: b) }),
    ]
    for (name, loss) in losses {
      let error = try failure(loss)
      #expect(error.code == .shape, "\(name)")
      #expect(error.operation == name)
    }
  }

  @Test func aClassOutOfRangeIsNamedWithItsPlace() throws {
    let labels = Tensor([1, 3, -2, 0])
    for loss in [
      { crossEntropy(Tensor(zeros: [4, 3]), classIndices: labels) },
      { negativeLogLikelihood(logProbabilities: Tensor(zeros: [4, 3]), classIndices: labels) },
    ] {
      let error = try failure(loss)
      #expect(error.code == .index)
      #expect(error.expected == "class indices in 0 ..< 3, or -100, which is ignored")
      #expect(error.got == "smallest -2 (element 2), largest 3 (element 1)")
    }
  }

  @Test(arguments: [Int.max, 1 << 53 + 1, Int.min]) func anyClassIndexIsReportedAsItIs(label: Int) throws {
    for reduction in [LossReduction.mean, .none] {
      let error = try failure {
        crossEntropy(Tensor(ones: [2, 3]), classIndices: Tensor([1, label]), reduction: reduction)
      }
      #expect(error.code == .index)
      #expect(error.description.contains("\(label) (element 1)"), "\(error)")
    }
  }

  @Test func classesOfAnotherTypeAreErrors() throws {
    let (logits, labels) = (Tensor(zeros: [2, 3]), Tensor(zeros: [2]))
    #expect(try failure { crossEntropy(logits, classIndices: labels) }.code == .dtype)
    #expect(try failure { negativeLogLikelihood(logProbabilities: logits, classIndices: labels) }.code == .dtype)
    #expect(
      try failure { negativeLogLikelihood(logProbabilities: logits, classIndices: Tensor([0, 1]), weight: labels) }.code
        == .shape)
  }

  @Test func aBatchOfOnlyIgnoredRowsHasNoMean() {
    let loss = crossEntropy(Tensor(zeros: [2, 3]), classIndices: Tensor([-100, -100]))
    #expect(loss.item().isNaN)
    #expect(crossEntropy(Tensor(zeros: [2, 3]), classIndices: Tensor([-100, -100]), reduction: .sum).item() == 0)
  }

  @Test func hugeLogitsStayFinite() {
    let logits = Tensor([1e30, -1e30, 0], dtype: .float32).requiringGrad()
    let loss = binaryCrossEntropy(logits: logits, Tensor([1.0, 0, 0.5], dtype: .float32), reduction: .sum)
    loss.backward()
    #expect(abs(loss.item() - 0.693147) < 1e-5)
    #expect(logits.grad?.scalars(as: Double.self) == [0, 0, 0])
  }
}
