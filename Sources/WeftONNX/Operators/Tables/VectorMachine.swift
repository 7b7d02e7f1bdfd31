import WeftTensor

/// What is common to support vector machines: the kernel of each row with each vector.
struct VectorMachine: Sendable {
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

  /// The kernel of each row of x with each of `count` rows of as many numbers: [rows, count] of float64.
  func products(_ x: Tensor, with rows: [Double], count: Int) throws -> Tensor {
    let width = x.shape[1]
    guard count > 0, rows.count == count * width else {
      throw NodeFailure(expected: "\(rows.count / max(1, count)) features", got: "\(width)")
    }
    guard x.shape[0] <= TextTensor.most / count else {
      throw NodeFailure(expected: "at most \(TextTensor.most) products", got: "\(x.shape[0]) times \(count)")
    }
    let x = x.converted(to: .float64)
    let others = Tensor(rows, shape: [count, width], dtype: .float64)
    let product = x.matmul(others.transposed())
    switch kernel {
    case .linear: return product
    case .polynomial: return (product * parameters[0] + parameters[1]).pow(parameters[2])
    case .sigmoid: return (product * parameters[0] + parameters[1]).tanh()
    case .radial:
      let sizes = (x * x).sum(axis: 1, keepDims: true) + (others * others).sum(axis: 1)
      return (maximum(sizes - product * 2, 0) * -parameters[0]).exp()
    }
  }
}

extension Operator {
  static let vectorMachines: [Operator] = [
    Operator("SVMRegressor", domain: machineLearning) { try regression($0) },
    Operator("SVMClassifier", domain: machineLearning, body: .values { try VectorClassifier($0).results($0) }),
  ]

  private static func regression(_ call: NodeCall) throws -> Tensor {
    let machine = try call.attributes.prepared { try VectorMachine(call.attributes) }
    let count = try call.attributes.int("n_supports", 0)
    let x = try call.rows()
    guard let offset = machine.offsets.first else { throw NodeFailure(expected: "rho", got: "none") }
    var sums: Tensor
    if count > 0 {
      guard machine.coefficients.count == count else {
        throw NodeFailure(expected: "\(count) coefficients", got: "\(machine.coefficients.count)")
      }
      sums = try machine.products(x, with: machine.vectors, count: count)
        .matmul(Tensor(machine.coefficients, shape: [count, 1], dtype: .float64))
    } else {
      sums = try machine.products(x, with: machine.coefficients, count: 1)
    }
    sums = sums + offset
    if try call.attributes.flag("one_class") { sums = (sums .> 0).converted(to: .float64) * 2 - 1 }
    return try ScoreTransform(call.attributes).applied(to: sums.converted(to: .float32))
  }
}

/// One machine for each two classes, each of which votes; or one line for each class.
private struct VectorClassifier: Sendable {
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
    self = try call.attributes.prepared { try VectorClassifier(call.attributes) }
  }

  private init(_ attributes: Attributes) throws {
    machine = try VectorMachine(attributes)
    labels = try ClassLabels(attributes, integers: "classlabels_ints")
    transform = try ScoreTransform(attributes)
    counts = try attributes.ints("vectors_per_class") ?? []
    (slopes, shifts) = (try attributes.floats("prob_a") ?? [], try attributes.floats("prob_b") ?? [])
    let total = counts.reduce(0) { $0 &+ max(0, $1) }
    guard counts.allSatisfy({ $0 >= 0 && $0 <= machine.coefficients.count }), classCount > 0, classCount < 1 << 12,
      classCount <= labels.count, counts.isEmpty || machine.coefficients.count == (classCount - 1) * total,
      machine.offsets.count >= (counts.isEmpty ? 1 : pairs), slopes.count == shifts.count,
      slopes.isEmpty || slopes.count == pairs
    else { throw NodeFailure(expected: "coefficients for \(classCount) classes of \(total) vectors", got: "others") }
  }

  func results(_ call: NodeCall) throws -> [ONNXValue] {
    let x = try call.rows()
    if counts.isEmpty {
      let scores = try machine.products(x, with: machine.coefficients, count: classCount) + machine.offsets[0]
      return [
        try labels.labels(at: scores.argMax(axis: 1), call),
        .tensor(transform.applied(to: scores.converted(to: .float32))),
      ]
    }
    let sums = try sums(x)
    let place = try labels.labels(at: votes(sums), call)
    guard slopes.isEmpty else {
      let coupling = PairCoupling(count: classCount, slopes: slopes, shifts: shifts)
      return [place, .tensor(transform.applied(to: coupling(sums)))]
    }
    let scores = sums.converted(to: .float32)
    return [place, .tensor(classCount == 2 ? ofTwo(scores) : transform.applied(to: scores))]
  }

  /// Of two classes one machine alone says something: a column for each, as ONNX Runtime has them.
  private func ofTwo(_ second: Tensor) -> Tensor {
    switch transform {
    case .none: concatenated([-second, second], axis: 1)
    case .logistic: concatenated([-second, second], axis: 1).sigmoid()
    default: concatenated([1 - second, second], axis: 1)
    }
  }

  /// What each two classes' machine says, [rows, pairs]: the first class with the second, with the third, and so on.
  private func sums(_ x: Tensor) throws -> Tensor {
    let (rows, total) = (x.shape[0], counts.reduce(0, +))
    guard classCount > 1 else { return Tensor(zeros: [rows, 0], dtype: .float64) }
    guard rows <= TextTensor.most / (classCount * classCount) else {
      throw NodeFailure(expected: "at most \(TextTensor.most) scores", got: "those of \(rows) rows")
    }
    let products = try machine.products(x, with: machine.vectors, count: total)
    let coefficients = Tensor(machine.coefficients, shape: [classCount - 1, total], dtype: .float64)
    var start = 0
    // What the vectors of each class say against each of the others.
    let against = counts.map { count in
      defer { start += count }
      return products.narrowed(axis: 1, from: start, count: count)
        .matmul(coefficients.narrowed(axis: 1, from: start, count: count).transposed())
    }
    let all = concatenated(against, axis: 1)
    let both = Self.pairs(of: classCount)
    let ofFirst = Tensor(both.map { $0 * (classCount - 1) + $1 - 1 })
    let ofSecond = Tensor(both.map { $1 * (classCount - 1) + $0 })
    return all.indexSelected(ofFirst, axis: 1) + all.indexSelected(ofSecond, axis: 1)
      + Tensor(Array(machine.offsets.prefix(pairs)), dtype: .float64)
  }

  fileprivate static func pairs(of count: Int) -> [(Int, Int)] {
    (0..<count).flatMap { first in (first + 1..<max(count, first + 1)).map { (first, $0) } }
  }

  /// The class with the most votes of each row, the first of several.
  private func votes(_ sums: Tensor) -> Tensor {
    let both = Self.pairs(of: classCount)
    let winners = Tensor.where(sums .> 0, Tensor(both.map(\.0)), Tensor(both.map(\.1)))
    let none = Tensor(zeros: [sums.shape[0], classCount], dtype: .float32)
    return none.scatterAdded(Tensor(ones: winners.shape, dtype: .float32), at: winners, axis: 1).argMax(axis: 1)
  }
}
