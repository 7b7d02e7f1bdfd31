import WeftTensor

/// What L-BFGS remembers between iterations: the last steps and what they changed in the gradient.
struct LBFGSMemory {
  /// A step s and the change y of the gradient, with 1/(y·s).
  private struct Change {
    let gradient: Tensor
    let step: Tensor
    let scale: Double
  }

  /// How many iterations there were.
  private(set) var iterations = 0
  /// The present direction, and how far along it the last iteration went.
  private(set) var direction = Tensor(zeros: [0], dtype: .float64)
  var length = 0.0
  private let limit: Int
  private var changes: [Change] = []
  private var gradient: Tensor?
  /// (y·s)/(y·y): the first guess of the inverse curvature.
  private var curvature = 1.0

  init(limit: Int) { self.limit = max(limit, 1) }

  /// Takes in the gradient at the present place and turns the direction accordingly.
  mutating func turn(at present: Tensor) {
    noGrad {
      if let gradient { learn(present - gradient, length * direction) }
      direction = iterations == 0 ? -present : turned(-present)
    }
    gradient = present
    iterations += 1
  }

  private mutating func learn(_ y: Tensor, _ s: Tensor) {
    let product = dot(y, s)
    guard product > 1e-10 else { return }
    changes = changes.suffix(limit - 1)
    changes.append(Change(gradient: y, step: s, scale: 1 / product))
    curvature = product / dot(y, y)
  }

  /// The inverse Hessian times a vector, by the two loops of Nocedal (1980).
  private func turned(_ vector: Tensor) -> Tensor {
    var result = vector
    var shares: [Double] = []
    for change in changes.reversed() {
      let share = change.scale * dot(change.step, result)
      result -= share * change.gradient
      shares.append(share)
    }
    result = curvature * result
    for (change, share) in zip(changes, shares.reversed()) {
      result += (share - change.scale * dot(change.gradient, result)) * change.step
    }
    return result
  }
}

// In files, under PyTorch's names.
extension LBFGSMemory {
  static let names = ["n_iter", "d", "t", "prev_flat_grad", "H_diag", "old_dirs", "old_stps", "ro"]

  var state: [(name: String, tensor: Tensor)] {
    guard let gradient else { return [] }
    func numbers(_ values: [Double]) -> Tensor { Tensor(values, shape: [values.count], dtype: .float64) }
    func rows(_ vectors: [Tensor]) -> Tensor {
      vectors.isEmpty ? Tensor(zeros: [0, gradient.elementCount], dtype: gradient.dtype) : stacked(vectors, axis: 0)
    }
    return noGrad {
      [
        ("n_iter", Tensor(iterations)), ("d", direction), ("t", Tensor(length, dtype: .float64)),
        ("prev_flat_grad", gradient), ("H_diag", Tensor(curvature, dtype: .float64)),
        ("old_dirs", rows(changes.map(\.gradient))), ("old_stps", rows(changes.map(\.step))),
        ("ro", numbers(changes.map(\.scale))),
      ]
    }
  }

  /// What is wrong with a saved state for `size` elements; none at all is that of an optimizer before its first step.
  static func problems(in saved: [String: Tensor], size: Int) -> [String] {
    let found = names.compactMap { name in saved[name].map { (name, $0) } }
    if found.isEmpty { return [] }
    let count = saved["ro"]?.elementCount ?? 0
    let shapes: [String: Shape] = [
      "n_iter": [], "d": [size], "t": [], "prev_flat_grad": [size], "H_diag": [], "old_dirs": [count, size],
      "old_stps": [count, size], "ro": [count],
    ]
    let misshapen = found.filter { $1.shape != shapes[$0] }.map { "\($0) of \($1.spec), not \(shapes[$0] ?? [])" }
    let mistyped = found.filter { $0 != "n_iter" && !$1.dtype.isFloatingPoint }.map { "\($0) of \($1.dtype)" }
    let problems = names.filter { saved[$0] == nil }.map { "\($0) missing" } + misshapen + mistyped
    guard problems.isEmpty, let steps = saved["n_iter"]?.item() else { return problems }
    return Int(exactly: steps).map { $0 >= 1 } == true ? [] : ["n_iter of \(steps)"]
  }

  /// - Parameter dtype: The type of the parameters' values in one row.
  mutating func restore(_ saved: [String: Tensor], dtype: DType) {
    self = LBFGSMemory(limit: limit)
    guard let steps = saved["n_iter"], let d = saved["d"], let t = saved["t"], let last = saved["prev_flat_grad"],
      let scale = saved["H_diag"], let dirs = saved["old_dirs"], let stps = saved["old_stps"], let ro = saved["ro"]
    else { return }
    func row(_ values: Tensor) -> Tensor { values.detach().converted(to: dtype) }
    iterations = Int(exactly: steps.item()) ?? 1
    (direction, length, gradient, curvature) = (row(d), t.item(), row(last), scale.item())
    changes = ro.scalars(as: Double.self).enumerated().suffix(limit).map { place, value in
      Change(gradient: row(dirs[place]), step: row(stps[place]), scale: value)
    }
  }
}
