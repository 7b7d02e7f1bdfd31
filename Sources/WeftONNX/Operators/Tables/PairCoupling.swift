import Foundation
import WeftTensor

/// How probable each class is, from what the machine of each two says (Wu, Lin and Weng, 2004, as libsvm has it): an
/// operation, since how many steps it takes depends on the numbers.
struct PairCoupling: TensorOperation {
  static let name = "pairCoupling"
  static let operands: Operands = ["sums"]
  static let whyNotDifferentiable: String? = "it is found step by step"
  static let samples: [Sample] = []

  /// The classes.
  let count: Int
  /// Platt's two numbers for each two classes.
  let slopes: [Double]
  let shifts: [Double]

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let sums = inputs[0]
    guard sums.shape.rank == 2, sums.shape[1] == slopes.count else {
      throw TensorError(
        .shape, operation: Self.name, operands: [("sums", sums)], expected: "[rows, \(slopes.count)]",
        got: "\(sums.shape)")
    }
    return [TensorSpec([sums.shape[0], count], .float32)]
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let sums = inputs[0].scalars(as: Double.self)
    let shares = (0..<inputs[0].shape[0]).flatMap { row in
      probabilities(sums[row * slopes.count..<(row + 1) * slopes.count])
    }
    return [Tensor(shares, shape: outputs[0].shape, dtype: .float32)]
  }

  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { batch.looping(self) }

  private func probabilities(_ sums: ArraySlice<Double>) -> [Double] {
    let k = count
    var p = [[Double]](repeating: [Double](repeating: 0, count: k), count: k)
    var pair = 0
    for i in 0..<k {
      for j in i + 1..<k where j < k {
        let share = 1 / (1 + exp(sums[sums.startIndex + pair] * slopes[pair] + shifts[pair]))
        p[i][j] = min(max(share, 1e-7), 1 - 1e-7)
        p[j][i] = 1 - p[i][j]
        pair += 1
      }
    }
    var q = p
    for i in 0..<k {
      for j in 0..<k where j != i { q[i][j] = -p[j][i] * p[i][j] }
      q[i][i] = (0..<k).reduce(0.0) { sum, j in j == i ? sum : sum + p[j][i] * p[j][i] }
    }
    return Self.equilibrium(of: q)
  }

  private static func equilibrium(of q: [[Double]]) -> [Double] {
    let k = q.count
    var shares = [Double](repeating: 1 / Double(k), count: k)
    for _ in 0..<max(100, k) {
      var products = (0..<k).map { row in zip(q[row], shares).reduce(0) { $0 + $1.0 * $1.1 } }
      var common = zip(shares, products).reduce(0) { $0 + $1.0 * $1.1 }
      if products.allSatisfy({ abs($0 - common) < 0.005 / Double(k) }) { break }
      for t in 0..<k {
        let change = (common - products[t]) / q[t][t]
        shares[t] += change
        common = (common + change * (change * q[t][t] + 2 * products[t])) / (1 + change) / (1 + change)
        for j in 0..<k {
          products[j] = (products[j] + change * q[t][j]) / (1 + change)
          shares[j] /= 1 + change
        }
      }
    }
    return shares
  }
}
