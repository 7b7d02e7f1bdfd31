import Foundation
import Testing
import Weft
import WeftTensor

/// Sums and means of losses that are nowhere written.
@Suite struct LossTotalTests {
  typealias Loss = @Sendable (Tensor, Tensor, LossReduction) -> Tensor

  private static let losses: [(name: String, loss: Loss)] = [
    ("squared", { meanSquaredError($0, $1, reduction: $2) }),
    ("absolute", { meanAbsoluteError($0, $1, reduction: $2) }),
    ("huber", { huberLoss($0, $1, delta: 0.5, reduction: $2) }),
    ("smooth L1", { smoothL1Loss($0, $1, beta: 0.3, reduction: $2) }),
    ("hinge", { hingeLoss($0, $1, reduction: $2) }),
    ("hinge embedding", { hingeEmbeddingLoss($0, $1, reduction: $2) }),
    ("logistic", { binaryCrossEntropy(logits: $0, $1, reduction: $2) }),
    ("probability", { binaryCrossEntropy(probabilities: $0, $1, reduction: $2) }),
    ("divergence", { klDivergence(logProbabilities: $0, $1, reduction: $2) }),
  ]

  /// Numbers in 0.05 ... 0.95.
  private static func operands(_ shape: Shape, dtype: DType = .float32) -> (Tensor, Tensor) {
    func numbers(_ step: Int) -> Tensor {
      Tensor((0..<shape.elementCount).map { Double($0 * step % 101) / 112 + 0.05 }, shape: shape).converted(to: dtype)
    }
    return (numbers(37), numbers(64))
  }

  /// The elements' own, added up in float64.
  @Test(arguments: losses.indices) func aTotalIsThatOfTheElements(_ index: Int) throws {
    let (name, loss) = Self.losses[index]
    for dtype in [DType.float32, .float64] {
      let (x, t) = Self.operands([70, 33], dtype: dtype)
      let all = loss(x, t, .none).converted(to: .float64)
      let sum = all.sum().item()
      let found = (sum: loss(x, t, .sum).item(), mean: loss(x, t, .mean).item())
      #expect(abs(found.sum - sum) <= 1e-6 * abs(sum), "\(name)")
      #expect(abs(found.mean - sum / 2310) <= 1e-6 * abs(sum / 2310), "\(name)")
      let slopes = try valueAndGrad(at: x) { loss($0, t, .mean) }.gradient
      let expected = try valueAndGrad(at: x) { loss($0, t, .none).sum() }.gradient / 2310
      #expect(((slopes - expected).abs().max() / expected.abs().max()).item() < 1e-6, "\(name)")
    }
  }

  @Test func aMeanIsANumberWhereTheSumIsNone() {
    let x = Tensor(full: [1000], 1e19)
    #expect(abs(meanSquaredError(x, x.zerosLike()).item() / 1e38 - 1) < 1e-6)
    let wide = Tensor(full: [1000], 1e154, dtype: .float64)
    #expect(abs(meanSquaredError(wide, wide.zerosLike()).item() / 1e308 - 1) < 1e-12)
  }

  @Test func aMeanOfNothingIsNone() {
    let x = Tensor(zeros: [0, 3])
    #expect(smoothL1Loss(x, x).item().isNaN && smoothL1Loss(x, x, reduction: .sum).item() == 0)
  }

  @Test func smoothL1IsRightForEveryBeta() {
    let (x, t) = (Tensor([3.0, 0.25]), Tensor([0.0, 0.0]))
    let expected: [(beta: Double, losses: [Double])] = [
      (1e-300, [3, 0.25]), (0.5, [2.75, 0.0625]), (1, [2.5, 0.03125]), (2, [2, 0.015625]), (1e39, [0, 0]),
      (.infinity, [0, 0]),
    ]
    for (beta, losses) in expected {
      for dtype in [DType.float32, .float64] {
        let found = smoothL1Loss(x.converted(to: dtype), t.converted(to: dtype), beta: beta, reduction: .none)
        let values = found.scalars(as: Double.self)
        #expect(zip(values, losses).allSatisfy { abs($0 - $1) < 1e-6 }, "beta \(beta) of \(dtype): \(values)")
      }
    }
  }

  @Test func aRecordedLossIsTheEagerOne() throws {
    let (x, t) = Self.operands([300, 70])
    for (name, loss) in Self.losses {
      let program = try WeftTensor.Program(recording: [x, t]) { [loss($0[0] * 0.5, $0[1], .mean)] }
      let read = try JSONDecoder().decode(WeftTensor.Program.self, from: JSONEncoder().encode(program))
      let eager = loss(x * 0.5, t, .mean)
      #expect(try Plan(program).run([x, t])[0].elementsEqual(eager), "\(name)")
      #expect(try Plan(read).run([x, t])[0].elementsEqual(eager), "\(name), read from a file")
    }
  }
}
