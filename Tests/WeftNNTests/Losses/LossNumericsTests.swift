import Testing
import Weft

/// Losses where numbers are large, small, missing or not numbers. Expected values are PyTorch's in float64, unless said
/// otherwise.
@Suite struct LossNumericsTests {
  private let large = [1e5, 1e5 - 1, 1e5 - 2.5]
  private let double = DType.float64

  private func isClose(_ found: Tensor?, _ expected: [Double], _ tolerance: Double) -> Bool {
    let values = found?.flattened().scalars(as: Double.self) ?? []
    return values.count == expected.count
      && zip(values, expected).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
  }

  private func gradient(_ x: Tensor, _ loss: (Tensor) -> Tensor) throws -> Tensor {
    try valueAndGrad(at: x) { loss($0).sum() }.gradient
  }

  private func failure(_ body: () -> Tensor) throws -> TensorError {
    try #require(throws: TensorError.self) { try withTensorErrors { body() } }
  }

  // MARK: - Cross-entropy

  @Test func crossEntropyIsExactAtLargeLogits() throws {
    let label = Tensor([1])
    let weights = Tensor([1.0, 2, 0.5], dtype: .float32)
    let plain = [0.689672086, -0.746283818, 0.056611732]
    let losses: [([Double], (Tensor) -> Tensor)] = [
      (plain, { crossEntropy($0, classIndices: label) }),
      (plain, { crossEntropy($0, classIndices: label, reduction: .none) }),
      (
        [0.644269083, -0.690188659, 0.045919577],
        { crossEntropy($0, classIndices: label, weight: weights, labelSmoothing: 0.1) }
      ),
      (plain, { crossEntropy($0, probabilities: Tensor([[0.0, 1, 0]], dtype: .float32)) }),
      (plain, { negativeLogLikelihood(logProbabilities: $0.logSoftmax(axis: 1), classIndices: label) }),
    ]
    let x = Tensor(large, shape: [1, 3], dtype: .float32)
    for (place, (expected, loss)) in losses.enumerated() {
      #expect(isClose(try gradient(x, loss), expected, 1e-6), "\(place)")
      let tangent = Tensor([[1.0, 0, 0]], dtype: .float32)
      let forward = try jvp(at: [x], along: [tangent]) { loss($0[0]).sum() }.tangent
      #expect(isClose(forward, [expected[0]], 1e-6), "\(place), forward")
      let batch = try vmap(over: [x.unsqueezed(0)]) { inputs in [try gradient(inputs[0], loss)] }[0]
      #expect(isClose(batch, expected, 1e-6), "\(place), in a batch")
      // p₀(1 - p₀) and so on: the second derivative reads the same.
      guard place < 2 else { continue }
      let second = try hessian(at: x) { loss($0).sum() }
      #expect(isClose(second[0, 0, 0, 0], [0.214024500], 1e-6), "\(place), second derivative")
    }
  }

  @Test func theLogarithmOfASumOfExponentialsHasAnExactGradient() throws {
    let expected = [0.689672086, 0.253716182, 0.056611732]
    for dtype in [DType.float32, .float64] {
      let x = Tensor(large, dtype: dtype)
      #expect(isClose(try gradient(x) { $0.logSumExp() }, expected, 1e-6))
      let forward = try jvp(at: [x], along: [Tensor([0.0, 1, 0], dtype: dtype)]) { $0[0].logSumExp(axis: -1) }.tangent
      #expect(isClose(forward, [expected[1]], 1e-6))
    }
    let half = Tensor([20.0, 19, 17.5], dtype: .float16)
    #expect(isClose(try gradient(half) { $0.logSumExp() }, expected, 1e-3))
    #expect(try gradient(Tensor([-Double.infinity, -.infinity])) { $0.logSumExp() }.scalars(as: Float.self) == [0, 0])
    let one = try gradient(Tensor([-Double.infinity, 2])) { $0.logSumExp() }
    #expect(one.scalars(as: Float.self) == [0, 1])
  }

  @Test func aMeanHasTheTypeOfItsLogits() {
    for dtype in [DType.float16, .bfloat16, .float32, .float64] {
      let (x, labels) = (Tensor(ones: [2, 3], dtype: dtype), Tensor([0, 1]))
      for weightType in [dtype, .float32] {
        let weight = Tensor(ones: [3], dtype: weightType)
        for reduction in [LossReduction.mean, .sum, .none] {
          let loss = crossEntropy(x, classIndices: labels, weight: weight, reduction: reduction)
          #expect(loss.dtype == dtype, "\(dtype), \(reduction)")
        }
      }
      let scores = x.logSoftmax(axis: 1)
      let weighted = negativeLogLikelihood(
        logProbabilities: scores, classIndices: labels, weight: Tensor(ones: [3], dtype: dtype))
      #expect(weighted.dtype == dtype)
    }
    // Summed in float32: 3,000 losses of about 25 are more than float16 holds.
    let rows = Tensor(full: [3000, 2], 0, dtype: .float16) + Tensor([0.0, 25], dtype: .float16)
    let loss = crossEntropy(
      rows, classIndices: Tensor(zeros: [3000], dtype: .int64), weight: Tensor(ones: [2], dtype: .float16))
    #expect(loss.item() == 25)
  }

  @Test func whereEveryRowIsIgnoredDerivativesAreZero() throws {
    let labels = Tensor([-100, -100])
    let weight = Tensor([1.0, 2, 0.5], dtype: .float64)
    let losses: [(Tensor) -> Tensor] = [
      { crossEntropy($0, classIndices: labels) },
      { crossEntropy($0, classIndices: labels, labelSmoothing: 0.1) },
      { crossEntropy($0, classIndices: labels, weight: weight) },
      { negativeLogLikelihood(logProbabilities: $0.logSoftmax(axis: 1), classIndices: labels) },
    ]
    let x = Tensor([[1.0, 2, 3], [0, 1, -1]], dtype: .float64)
    for (place, loss) in losses.enumerated() {
      #expect(loss(x).item().isNaN)
      #expect(isClose(try gradient(x, loss), Array(repeating: 0, count: 6), 0), "\(place)")
      let second = try hessian(at: x) { loss($0) }
      #expect(isClose(second, Array(repeating: 0, count: 36), 0), "\(place), second derivative")
      let batch = try vmap(over: [x.unsqueezed(0)]) { [try hessian(at: $0[0]) { loss($0) }] }[0]
      #expect(isClose(batch, Array(repeating: 0, count: 36), 0), "\(place), in a batch")
    }
  }

  @Test func anIgnoredRowMayHoldAnything() throws {
    let labels = Tensor([2, -100])
    let weight = Tensor([1.0, 2, 0.5], dtype: .float64)
    let losses: [(Tensor) -> Tensor] = [
      { crossEntropy($0, classIndices: labels) },
      { crossEntropy($0, classIndices: labels, labelSmoothing: 0.1) },
      { crossEntropy($0, classIndices: labels, weight: weight, labelSmoothing: 0.1) },
      { crossEntropy($0, classIndices: labels, reduction: .sum) },
    ]
    let input = Tensor([[1.0, 2], [0.5, -1]], dtype: .float64)
    for bad in [Double.nan, .infinity] {
      // Behind a linear map, whose weights every row shares.
      let clean = Tensor([[1.0, 2, 3], [0, 0, 0]], dtype: .float64)
      let dirty = Tensor([[1.0, 2, 3], [bad, 1, bad]], dtype: .float64)
      for (place, loss) in losses.enumerated() {
        let found = try [clean, dirty].map { rows in
          try hessian(at: input) { x in loss(rows + x.matmul(Tensor([[1.0, 0, 2], [0, 1, 1]], dtype: .float64))) }
        }
        #expect(isClose(found[1], found[0].flattened().scalars(as: Double.self), 1e-12), "\(place), \(bad)")
      }
    }
  }

  // MARK: - Activations far from 0

  @Test func exponentialUnitsHaveTheirSlopesFarBelowZero() throws {
    let x = Tensor([-9.4, -20, -80], dtype: .float32)
    let slopes: [([Double], (Tensor) -> Tensor)] = [
      ([8.272406556e-05, 2.061153622e-09, 1.804851388e-35], { $0.elu() }),
      ([1.454371251e-04, 3.623712825e-09, 3.173108035e-35], { $0.selu() }),
      ([9.095277102e-03, 4.539992976e-05, 4.248354255e-18], { $0.celu(alpha: 2) }),
      ([8.272406556e-05, 2.061153622e-09, 1.804851388e-35], { $0.expm1() }),
      ([-6.948212456e-04, -3.916191874e-08, -1.425832596e-33], { $0.mish() }),
      ([-6.947603558e-04, -3.916191866e-08, -1.425832596e-33], { $0.silu() }),
      ([8.271722280e-05, 2.061153618e-09, 1.804851388e-35], { $0.softplus() }),
    ]
    for (place, (expected, function)) in slopes.enumerated() {
      let ratio = try gradient(x, function) / Tensor(expected, dtype: .float32)
      #expect(isClose(ratio, [1, 1, 1], 1e-5), "\(place): \(ratio)")
    }
    let far = Tensor([-1e4, 1e6], dtype: .float32)
    let ratio = try gradient(far) { $0.softsign() } / Tensor([9.998000300e-09, 9.999980002e-13], dtype: .float32)
    #expect(isClose(ratio, [1, 1], 1e-6))
  }

  // MARK: - Errors of regression

  @Test func smoothAbsoluteErrorsInHalfPrecisionDoNotOverflow() throws {
    let zero = Tensor([0.0], dtype: .float16)
    let far = Tensor([1000.0], dtype: .float16)
    #expect(smoothL1Loss(far, zero, beta: 100).item() == 950)
    #expect(try gradient(far) { smoothL1Loss($0, zero, beta: 100) }.item() == 1)
    let near = Tensor([1.0], dtype: .float16)
    #expect(smoothL1Loss(near, zero, beta: 1e-5).item() == 1)
    #expect(try gradient(near) { smoothL1Loss($0, zero, beta: 1e-5) }.item() == 1)
    #expect(smoothL1Loss(near, zero, beta: 0).item() == 1)
  }

  /// Squares of 300 are beyond float16, the losses made of them are not.
  @Test func lossesOfHalfPrecisionAreComputedInFloat32() {
    let half = DType.float16
    let (x, zero) = (Tensor([[300.0]], dtype: half), Tensor([[0.0]], dtype: half))
    let losses: [(Tensor, Double)] = [
      (gaussianNegativeLogLikelihood(x, zero, variance: Tensor([[1e4]], dtype: half)), 9.105170186),
      (poissonNegativeLogLikelihood(zero, Tensor([[1.0]], dtype: half), isLog: false), 18.420680744),
      (
        multiMarginLoss(
          Tensor([[-150.0, 150, -150]], dtype: half), classIndices: Tensor([0]), power: 2), 30200.666667
      ),
      (multiLabelMarginLoss(Tensor([[0.0, 3]], dtype: half), classIndices: Tensor([[0, -1]])), 2),
    ]
    for (loss, expected) in losses {
      #expect(loss.dtype == half && abs(loss.item() / expected - 1) < 1e-3, "\(loss), \(expected)")
    }
  }

  @Test func anInfiniteErrorHasTheSlopeOfTheEnds() throws {
    for dtype in [DType.float32, .float64, .bfloat16] {
      let (x, zero) = (Tensor([Double.infinity, -.infinity, 0.5], dtype: dtype), Tensor(zeros: [3], dtype: dtype))
      #expect(isClose(try gradient(x) { huberLoss($0, zero, reduction: .sum) }, [1, -1, 0.5], 0))
      #expect(isClose(try gradient(x) { smoothL1Loss($0, zero, reduction: .sum) }, [1, -1, 0.5], 0))
      #expect(isClose(try gradient(x) { huberLoss(zero, $0, delta: 2, reduction: .sum) }, [2, -2, 0.5], 0))
      let tangent = try jvp(at: [x], along: [x.onesLike()]) { huberLoss($0[0], zero, reduction: .none) }.tangent
      #expect(isClose(tangent, [1, -1, 0.5], 0))
    }
  }

  // MARK: - Divergences

  @Test func divergencesOfImpossibleTargets() throws {
    let x = Tensor([-1.0, -1, -1, -1], dtype: .float64)
    let target = Tensor([-0.5, 0, .nan, 0.5], dtype: .float64)
    let values = klDivergence(logProbabilities: x, target, reduction: .none).scalars(as: Double.self)
    #expect(values[0].isNaN && values[1] == 0 && values[2].isNaN && abs(values[3] - 0.153426410) < 1e-8)
    let logs = Tensor([-0.5, -.infinity, -.infinity], dtype: .float64)
    let scores = Tensor([-1.0, -1, -.infinity], dtype: .float64)
    let (value, gradients) = try valueAndGrad(at: [scores, logs]) {
      klDivergence(logProbabilities: $0[0], targetLogProbabilities: $0[1], reduction: .sum)
    }
    #expect(abs(value.item() - 0.303265330) < 1e-8)
    #expect(isClose(gradients[0], [-0.606530660, 0, 0], 1e-8))
    #expect(isClose(gradients[1], [0.909795990, 0, 0], 1e-8))
    let bad = klDivergence(logProbabilities: x, targetLogProbabilities: x * .nan, reduction: .sum)
    #expect(bad.item().isNaN)
    let batch = klDivergence(logProbabilities: scores, targetLogProbabilities: logs, batchMean: true)
    #expect(abs(batch.item() - 0.303265330 / 3) < 1e-8)
  }

  // MARK: - Cosines

  @Test func cosinesOfShortVectorsAreSmooth() throws {
    let (one, b) = (Tensor([1.0], dtype: .float64), Tensor([[1.0, 2]], dtype: .float64))
    let short = Tensor([[3e-6, 4e-6]], dtype: .float64)
    let (value, slopes) = try valueAndGrad(at: [short, b]) { cosineEmbeddingLoss($0[0], $0[1], one) }
    #expect(abs(value.item() - 0.035236179) < 1e-8)
    #expect(isClose(slopes[0], [23613.100538725, -26986.400573323], 1e-8))
    #expect(isClose(slopes[1], [-0.070164642, 0.035082321], 1e-8))
    let zero = try gradient(Tensor([[0.0, 0]], dtype: .float64)) { cosineEmbeddingLoss($0, b, one) }
    #expect(isClose(zero, [-447213.596393402, -894427.192786804], 1e-8))
    let apart = cosineEmbeddingLoss(Tensor([[3.0, 4]], dtype: .float64), b, -one, margin: 0.25)
    #expect(abs(apart.item() - 0.733869910) < 1e-8)
    // The squares of these are beyond the numbers of float32 and float64.
    for (size, dtype) in [(1e30, DType.float32), (1e30, .bfloat16), (1e300, .float64)] {
      let far = Tensor([[3 * size, 4 * size]], dtype: dtype)
      let (value, slopes) = try valueAndGrad(at: [far]) {
        cosineEmbeddingLoss($0[0], b.converted(to: dtype), one.converted(to: dtype))
      }
      let few = dtype == .bfloat16 ? 1e-2 : 1e-6
      #expect(abs(value.item() - 0.016130090) < few)
      #expect(abs(slopes[0][0, 0].item() * size - 0.028621670) < few)
      #expect(abs(slopes[0][0, 1].item() * size - -0.021466253) < few)
    }
    // In float16 the squares of 300 are beyond its numbers.
    let half = Tensor([[300.0, 400]], dtype: .float16)
    let loss = cosineEmbeddingLoss(half, b.converted(to: .float16), one.converted(to: .float16))
    #expect(loss.dtype == .float16 && abs(loss.item() - 0.016130090) < 1e-4)
  }

  // MARK: - Shapes and settings

  @Test func aVarianceAndATargetMayBroadcast() throws {
    let x = Tensor([[1.0, 2, 3], [4, 5, 6], [0, 1, 0], [2, 2, 2]], dtype: .float64)
    let (target, variance) = (Tensor([[1.0, 0, 2]], dtype: .float64), Tensor([[1.0, 2, 0.5]], dtype: .float64))
    let (value, slopes) = try valueAndGrad(at: [x, variance]) {
      gaussianNegativeLogLikelihood($0[0], target, variance: $0[1])
    }
    #expect(abs(value.item() - 2.916666667) < 1e-8)
    #expect(isClose(slopes[0][1], [0.25, 0.208333333, 0.666666667], 1e-8))
    #expect(isClose(slopes[1], [-0.291666667, -0.270833333, -3.166666667], 1e-8))
    let wide = gaussianNegativeLogLikelihood(x, target[0], variance: variance, reduction: .none)
    #expect(wide.shape == [4, 3])
    #expect(gaussianNegativeLogLikelihood(target, x, variance: Tensor([[1.0]])).shape == [])
    let refused: [(Tensor, Tensor)] = [
      (Tensor(zeros: [4]), Tensor(ones: [4, 3])), (Tensor(zeros: [4, 3]), Tensor(ones: [3])),
      (Tensor(zeros: [4, 3]), Tensor(ones: [2, 3])),
    ]
    for (target, variance) in refused {
      let error = try failure { gaussianNegativeLogLikelihood(x, target, variance: variance) }
      #expect(error.code == .shape && error.operation == "gaussianNegativeLogLikelihood")
    }
    let column = try failure { gaussianNegativeLogLikelihood(Tensor([1.0, 2]), Tensor([[1.0], [2]]), variance: x) }
    #expect(column.description.contains("expected a target that broadcasts to [2], got [2, 1]"))
    let narrow = try failure { gaussianNegativeLogLikelihood(x, x, variance: Tensor(ones: [3])) }
    #expect(narrow.description.contains("expected a variance [4, 3], with axes of size 1 in it, or [4], got [3]"))
  }

  @Test func settingsThatMakeNoSenseAreRefused() throws {
    let (x, row, label) = (Tensor([1.0, 2]), Tensor([[1.0, 2]]), Tensor([1]))
    let (nan, none) = (Double.nan, LossReduction.none)
    let cases: [(String, () -> Tensor)] = [
      ("a delta above 0, got 0.0", { huberLoss(x, x, delta: 0) }),
      ("a delta above 0, got -1.0", { huberLoss(x, x, delta: -1) }),
      ("a beta above 0, got -1.0", { smoothL1Loss(x, x, beta: -1) }),
      ("a beta above 0, got nan", { smoothL1Loss(x, x, beta: nan) }),
      ("a smoothing in 0 ... 1, got 2.0", { crossEntropy(row, classIndices: label, labelSmoothing: 2) }),
      ("a smoothing in 0 ... 1, got -0.1", { crossEntropy(row, probabilities: row, labelSmoothing: -0.1) }),
      (
        "a smoothing in 0 ... 1, got 2.0",
        { crossEntropy(row, classIndices: label, labelSmoothing: 2, reduction: none) }
      ),
      ("a margin that is a number, got nan", { hingeLoss(x, x, margin: nan) }),
      ("a margin that is a number, got nan", { hingeEmbeddingLoss(x, x, margin: nan) }),
      ("a margin that is a number, got nan", { marginRankingLoss(x, x, x, margin: nan) }),
      ("a margin that is a number, got nan", { cosineEmbeddingLoss(row, row, Tensor([1.0]), margin: nan) }),
      (
        "an order that is a number, got nan",
        {
          tripletMarginLoss(anchor: row, positive: row, negative: row, order: nan)
        }
      ),
      ("a finite epsilon, got nan", { tripletMarginLoss(anchor: row, positive: row, negative: row, epsilon: nan) }),
      ("a margin that is a number, got nan", { multiMarginLoss(row, classIndices: label, margin: nan) }),
      ("a margin above 0, got 0.0", { tripletMarginLoss(anchor: row, positive: row, negative: row, margin: 0) }),
      ("a power of 1 or 2, got 3", { multiMarginLoss(row, classIndices: label, power: 3) }),
      ("an epsilon of at least 0, got -1.0", { gaussianNegativeLogLikelihood(x, x, variance: x, epsilon: -1) }),
      ("an epsilon of at least 0, got -1.0", { poissonNegativeLogLikelihood(x, x, isLog: false, epsilon: -1) }),
    ]
    for (expected, loss) in cases {
      let error = try failure(loss)
      #expect(error.code == .value && error.description.contains("expected \(expected)"), "\(error)")
    }
  }
}
