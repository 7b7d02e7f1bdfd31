import Foundation
import WeftTensor

/// What is common to support vector machines: the kernel of each row with each vector.
struct VectorMachine {
  private enum Kernel: String {
    case linear = "LINEAR"
    case polynomial = "POLY"
    case radial = "RBF"
    case sigmoid = "SIGMOID"
  }

  private let kernel: Kernel
  private let parameters: [Double]
  /// One behind another; none where the coefficients are those of the features.
  let vectors: [Double]
  let coefficients: [Double]
  let offsets: [Double]

  init(_ attributes: Attributes) throws {
    let name = try attributes.text("kernel_type", "LINEAR")
    guard let kernel = Kernel(rawValue: name) else {
      throw NodeFailure(expected: "kernel_type to be one of ONNX's four", got: name)
    }
    let parameters = try attributes.floats("kernel_params") ?? []
    guard parameters.isEmpty || parameters.count == 3 else {
      throw NodeFailure(expected: "gamma, coef0 and degree", got: "\(parameters.count) numbers")
    }
    (self.kernel, self.parameters) = (kernel, parameters.isEmpty ? [0, 0, 0] : parameters)
    vectors = try attributes.floats("support_vectors") ?? []
    coefficients = try attributes.floats("coefficients") ?? []
    offsets = try attributes.floats("rho") ?? []
  }

  /// The kernel of a row with each of `count` rows of as many numbers.
  func products(_ row: ArraySlice<Double>, with rows: [Double], count: Int) throws -> [Double] {
    guard count > 0, rows.count == count * row.count else {
      throw NodeFailure(expected: "\(rows.count / max(1, count)) features", got: "\(row.count)")
    }
    return (0..<count).map { place in
      let other = rows[place * row.count..<(place + 1) * row.count]
      if kernel == .radial {
        return exp(-parameters[0] * zip(row, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) })
      }
      let product = zip(row, other).reduce(0) { $0 + $1.0 * $1.1 }
      switch kernel {
      case .polynomial: return pow(parameters[0] * product + parameters[1], parameters[2])
      case .sigmoid: return tanh(parameters[0] * product + parameters[1])
      default: return product
      }
    }
  }
}

extension Operator {
  static let vectorMachines: [Operator] = [
    Operator("SVMRegressor", domain: machineLearning) { try regression($0) },
    Operator("SVMClassifier", domain: machineLearning, body: .values { try VectorClassifier($0).results($0) }),
  ]

  private static func regression(_ call: NodeCall) throws -> Tensor {
    let machine = try VectorMachine(call.attributes)
    let count = try call.attributes.int("n_supports", 0)
    let isOneClass = try call.attributes.flag("one_class")
    let x = try call.rows()
    let (features, width) = (x.scalars(as: Double.self), x.shape[1])
    guard let offset = machine.offsets.first else { throw NodeFailure(expected: "rho", got: "none") }
    let sums = try (0..<x.shape[0]).map { row in
      let features = features[row * width..<(row + 1) * width]
      guard count > 0 else { return try machine.products(features, with: machine.coefficients, count: 1)[0] + offset }
      guard machine.coefficients.count == count else {
        throw NodeFailure(expected: "\(count) coefficients", got: "\(machine.coefficients.count)")
      }
      let products = try machine.products(features, with: machine.vectors, count: count)
      return zip(products, machine.coefficients).reduce(offset) { $0 + $1.0 * $1.1 }
    }
    let values = isOneClass ? sums.map { $0 > 0 ? 1 : -1 } : sums
    let scores = Tensor(values, shape: [values.count, 1], dtype: .float32)
    return try ScoreTransform(call.attributes).applied(to: scores)
  }
}

/// One machine for each two classes, each of which votes; or one line for each class.
private struct VectorClassifier {
  private let machine: VectorMachine
  private let labels: ClassLabels
  private let transform: ScoreTransform
  /// How many vectors each class has.
  private let counts: [Int]
  /// Platt's two numbers for each two classes.
  private let slopes: [Double]
  private let shifts: [Double]

  private var classCount: Int { counts.isEmpty ? labels.count : counts.count }
  private var pairs: Int { classCount * (classCount - 1) / 2 }

  init(_ call: NodeCall) throws {
    let attributes = call.attributes
    machine = try VectorMachine(attributes)
    labels = try ClassLabels(attributes, integers: "classlabels_ints")
    transform = try ScoreTransform(attributes)
    counts = try attributes.ints("vectors_per_class") ?? []
    (slopes, shifts) = (try attributes.floats("prob_a") ?? [], try attributes.floats("prob_b") ?? [])
    let total = counts.reduce(0) { $0 &+ max(0, $1) }
    guard counts.allSatisfy({ $0 >= 0 && $0 <= machine.coefficients.count }), classCount > 0, classCount < 1 << 12,
      counts.isEmpty || machine.coefficients.count == (classCount - 1) * total,
      machine.offsets.count >= (counts.isEmpty ? 1 : pairs), slopes.count == shifts.count,
      slopes.isEmpty || slopes.count == pairs
    else { throw NodeFailure(expected: "coefficients for \(classCount) classes of \(total) vectors", got: "others") }
  }

  func results(_ call: NodeCall) throws -> [ONNXValue] {
    let x = try call.rows()
    let (features, width) = (x.scalars(as: Double.self), x.shape[1])
    var (places, scores): ([Int], [[Double]]) = ([], [])
    for row in 0..<x.shape[0] {
      let features = features[row * width..<(row + 1) * width]
      let (place, values) = try counts.isEmpty ? lines(features) : votes(features)
      places.append(place)
      scores.append(values)
    }
    if !counts.isEmpty, classCount == 2, slopes.isEmpty {
      return [try labels.labels(at: places), .tensor(ofTwo(scores.map { $0[0] }))]
    }
    let count = scores.first?.count ?? classCount
    let table = Tensor(scores.flatMap { $0 }, shape: [scores.count, count], dtype: .float32)
    return [try labels.labels(at: places), .tensor(transform.applied(to: table))]
  }

  /// Of two classes one machine alone says something: a column for each, as ONNX Runtime has them.
  private func ofTwo(_ scores: [Double]) -> Tensor {
    let second = Tensor(scores, shape: [scores.count, 1], dtype: .float32)
    switch transform {
    case .none: return concatenated([-second, second], axis: 1)
    case .logistic: return concatenated([-second, second], axis: 1).sigmoid()
    default: return concatenated([1 - second, second], axis: 1)
    }
  }

  private func lines(_ features: ArraySlice<Double>) throws -> (Int, [Double]) {
    let scores = try machine.products(features, with: machine.coefficients, count: classCount)
      .map { $0 + machine.offsets[0] }
    return (Self.first(of: scores), scores)
  }

  /// The class with the most votes, and what the machines said, or how probable each class is.
  private func votes(_ features: ArraySlice<Double>) throws -> (Int, [Double]) {
    let total = counts.reduce(0, +)
    let products = try machine.products(features, with: machine.vectors, count: total)
    let starts = counts.indices.map { counts[..<$0].reduce(0, +) }
    var votes = [Double](repeating: 0, count: classCount)
    var scores: [Double] = []
    for i in 0..<classCount {
      for j in i + 1..<classCount {
        var sum = machine.offsets[scores.count]
        for m in starts[i]..<starts[i] + counts[i] { sum += machine.coefficients[(j - 1) * total + m] * products[m] }
        for m in starts[j]..<starts[j] + counts[j] { sum += machine.coefficients[i * total + m] * products[m] }
        scores.append(sum)
        votes[sum > 0 ? i : j] += 1
      }
    }
    return (Self.first(of: votes), slopes.isEmpty ? scores : probabilities(scores))
  }

  private static func first(of values: [Double]) -> Int {
    values.indices.reduce(0) { values[$1] > values[$0] ? $1 : $0 }
  }

  /// From how probable each class is against each other one (Wu, Lin and Weng, 2004, as libsvm has it).
  private func probabilities(_ scores: [Double]) -> [Double] {
    let k = classCount
    var p = [[Double]](repeating: [Double](repeating: 0, count: k), count: k)
    var pair = 0
    for i in 0..<k {
      for j in i + 1..<k where j < k {
        let share = 1 / (1 + exp(scores[pair] * slopes[pair] + shifts[pair]))
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
