import WeftTensor

/// Muon (Jordan et al., 2024) as PyTorch has it, for weight matrices: momentum, of which only the directions are kept. A
/// few Newton-Schulz iterations make all singular values of the step nearly 1.
///
/// b ← μb + (1−μ)g;  u = b, or with Nesterov μb + (1−μ)g;  X = u/max(‖u‖, ε), then k times X ← aX + (bA + cA²)X with
/// A = XXᵀ;  p ← p − lr·λ·p;  p ← p − s·lr·X, where s depends on the shape (`scaling`)
///
/// Vectors, and as a rule embeddings and the last layer, belong to another optimizer. Unlike PyTorch's, which iterates in
/// bfloat16, this one iterates in the parameter's own type, or float32 for half precision: on a processor that costs little.
public final class Muon: GroupedOptimizer<Muon.Settings> {
  /// How the learning rate depends on a matrix's rows m and columns n.
  public enum Scaling: String, Sendable, Codable {
    /// √max(1, m/n), as in the first publication.
    case original
    /// 0.2·√max(m, n): steps as long as AdamW's (Liu et al., 2025), so that its learning rate can be used.
    case likeAdamW
  }

  /// What a group's steps are made by.
  public struct Settings: Sendable {
    /// The share of the value that a step takes off, as a factor λ of the learning rate; no part of the gradient.
    public var weightDecay: Double
    /// How much of the average gradient a step keeps.
    public var momentum: Double
    /// Whether the step looks ahead along the average.
    public var nesterov: Bool
    /// a, b and c of an iteration.
    public var coefficients: (Double, Double, Double)
    /// The least norm that is divided by.
    public var epsilon: Double
    /// The number of iterations.
    public var iterations: Int
    /// How the learning rate depends on a matrix's shape.
    public var scaling: Scaling
  }

  /// One group of all `parameters`, by default with PyTorch's settings.
  ///
  /// Misuse: a learning rate or a setting out of its range, or a parameter that is no matrix.
  public init(
    _ parameters: [Parameter], learningRate: Double = 1e-3, weightDecay: Double = 0.1, momentum: Double = 0.95,
    nesterov: Bool = true, coefficients: (Double, Double, Double) = (3.4445, -4.775, 2.0315),
    epsilon: Double = 1e-7, iterations: Int = 5, scaling: Scaling = .original
  ) {
    super.init(
      parameters, learningRate: learningRate,
      Settings(
        weightDecay: weightDecay, momentum: momentum, nesterov: nesterov, coefficients: coefficients,
        epsilon: epsilon, iterations: iterations, scaling: scaling))
  }

  public override func validate(_ group: ParameterGroup) {
    let set = settings[group.index]
    check("a weight decay from 0", set.weightDecay, in: 0...)
    check("a momentum from 0", set.momentum, in: 0...)
    check("0 through 99 iterations", Double(set.iterations), in: 0..<100)
    check("an epsilon from 0", set.epsilon, in: 0...)
    for number in [set.coefficients.0, set.coefficients.1, set.coefficients.2] {
      check("coefficients that are finite numbers", number, in: (-.infinity)...)
    }
    guard let index = group.range.first(where: { parameters[$0].shape.rank != 2 }) else { return }
    let parameter = parameters[index]
    report(
      TensorError(
        .shape, operation: "Muon", expected: "matrices",
        got: "\(label(of: parameter, at: index)) \(parameter.shape)",
        hint: "give vectors and other parameters to AdamW"))
  }

  public override func stateNames(of parameter: Parameter, in group: ParameterGroup) -> [String] {
    ["momentum_buffer"]
  }

  public override func update(
    _ value: inout Tensor, gradient: Tensor, state: inout [Tensor], in group: ParameterGroup, step: Int
  ) {
    guard value.elementCount > 0 else { return }
    let (set, rate) = (settings[group.index], group.learningRate)
    let direction = state[0].zerosLike()
    let ahead = set.nesterov ? set.momentum : 1
    Self.average.write(
      [set.momentum, 1 - set.momentum, ahead, 1 - ahead], reading: [gradient, state[0]],
      into: [state[0], direction])
    let orthogonal = noGrad { orthogonalized(direction, set) }
    let (rows, columns) = (Double(value.shape[0]), Double(value.shape[1]))
    let scale = set.scaling == .original ? max(1, rows / columns).squareRoot() : 0.2 * max(rows, columns).squareRoot()
    Self.move.write([1 - rate * set.weightDecay, rate * scale], reading: [value, orthogonal], into: [value])
  }

  /// Newton-Schulz iterations on the smaller side of the matrix.
  private func orthogonalized(_ matrix: Tensor, _ set: Settings) -> Tensor {
    let isTall = matrix.shape[0] > matrix.shape[1]
    let (a, b, c) = set.coefficients
    var x = (isTall ? matrix.transposed() : matrix) / max(euclideanNorm(matrix), set.epsilon)
    for _ in 0..<max(set.iterations, 0) {
      let gram = matmul(x, x.transposed())
      x = a * x + matmul(b * gram + c * matmul(gram, gram), x)
    }
    return isTall ? x.transposed() : x
  }

  private static let average = Formula(inputs: 2, parameters: 4) { x, c in
    let b = c[0] * x[1] + c[1] * x[0]
    return [b, c[2] * b + c[3] * x[0]]
  }
  private static let move = Formula(inputs: 2, parameters: 2) { x, c in [c[0] * x[0] - c[1] * x[1]] }
}
