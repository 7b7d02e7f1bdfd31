import WeftTensor

/// Adafactor (Shazeer and Stern, 2018) as PyTorch has it: of a matrix's mean squares only those of rows and columns are
/// kept, so that its state is small.
///
/// β = 1 − tᵟ;  α = max(ε₂, RMS(p))·min(lr, 1/√t);  p ← (1 − lr·λ)p;
/// matrices (the last two axes): r ← βr + (1−β)·rowMean(g²), c ← βc + (1−β)·columnMean(g²), v = rc/max(mean(r), ε₁);
/// others: v ← βv + (1−β)g²;
/// u = g/√max(v, ε₁²);  p ← p − α·u/max(1, RMS(u)/d)
public final class Adafactor: GroupedOptimizer<Adafactor.Settings> {
  /// What a group's steps are made by.
  public struct Settings: Sendable {
    /// The power δ by which the averages become longer.
    public var decayPower: Double
    /// The least root of a mean square (nil for the element type's own epsilon), and the least size of a parameter.
    public var epsilons: (Double?, Double)
    /// The largest root of the mean square of an update.
    public var clipping: Double
    /// The share of the value that a step takes off, as a factor λ of the learning rate; no part of the gradient.
    public var weightDecay: Double
  }

  /// One group of all `parameters`, by default with PyTorch's settings.
  ///
  /// Misuse: a learning rate or a setting out of its range.
  public init(
    _ parameters: [Parameter], learningRate: Double = 1e-2, decayPower: Double = -0.8,
    epsilons: (Double?, Double) = (nil, 1e-3), clipping: Double = 1, weightDecay: Double = 0, maximize: Bool = false
  ) {
    super.init(
      parameters, learningRate: learningRate, maximize: maximize,
      Settings(decayPower: decayPower, epsilons: epsilons, clipping: clipping, weightDecay: weightDecay))
  }

  public override func validate(_ group: ParameterGroup) {
    let set = settings[group.index]
    check("a power of the decay up to 0", set.decayPower, in: ...0)
    check("an epsilons[0] from 0", set.epsilons.0 ?? 0, in: 0...)
    check("an epsilons[1] from 0", set.epsilons.1, in: 0...)
    check("a clipping from 1", set.clipping, in: 1...)
    check("a weight decay from 0", set.weightDecay, in: 0...)
  }

  public override func stateNames(of parameter: Parameter, in group: ParameterGroup) -> [String] {
    parameter.shape.rank > 1 ? ["row_var", "col_var"] : ["variance"]
  }

  public override func initialState(_ name: String, of value: Tensor, in group: ParameterGroup) -> Tensor {
    var sizes = value.shape.sizes
    switch name {
    case "row_var": sizes[value.rank - 1] = 1
    case "col_var": sizes[value.rank - 2] = 1
    default: break
    }
    return Tensor(zeros: Shape(sizes), dtype: value.dtype)
  }

  public override func update(
    _ value: inout Tensor, gradient: Tensor, state: inout [Tensor], in group: ParameterGroup, step: Int
  ) {
    guard value.elementCount > 0 else { return }
    let (set, t, count) = (settings[group.index], Double(step), Double(value.elementCount))
    let least = set.epsilons.0 ?? value.dtype.spacing
    let share = realPower(t, set.decayPower)
    let size = max(set.epsilons.1, euclideanNorm(value) / count.squareRoot())
    let update = direction(gradient, state, share: share, least: least)
    let length = euclideanNorm(update) / count.squareRoot()
    let rate = size * min(group.learningRate, 1 / t.squareRoot()) / max(1, length / set.clipping)
    Self.move.write(
      [1 - group.learningRate * set.weightDecay, rate], reading: [value, update], into: [value])
  }

  /// Brings the averages up to date and gives g/√v.
  private func direction(_ gradient: Tensor, _ state: [Tensor], share: Double, least: Double) -> Tensor {
    noGrad {
      let squares = gradient * gradient
      let result = gradient.zerosLike()
      guard state.count == 2 else {
        Self.average.write([1 - share, share], reading: [state[0], squares], into: [state[0]])
        Self.scaled.write([least * least], reading: [gradient, state[0]], into: [result])
        return result
      }
      for (average, axis) in zip(state, [-1, -2]) {
        let mean = squares.mean(axis: axis, keepDims: true)
        Self.average.write([1 - share, share], reading: [average, mean], into: [average])
      }
      let whole = state[0].mean(axis: -2, keepDims: true)
      Self.factored.write([least], reading: [gradient, state[0], state[1], whole], into: [result])
      return result
    }
  }

  private static let average = Formula(inputs: 2, parameters: 2) { x, c in [c[0] * x[0] + c[1] * x[1]] }
  private static let scaled = Formula(inputs: 2, parameters: 1) { x, c in [x[0] / sqrt(maximum(x[1], c[0]))] }
  private static let factored = Formula(inputs: 4, parameters: 1) { x, c in
    // A row's share of the whole first: the product of two averages may be too large or small for its type.
    let share = select(isInfinite(x[3]), 1, x[1] / maximum(x[3], c[0]))
    return [x[0] / sqrt(maximum(share * x[2], c[0] * c[0]))]
  }
  private static let move = Formula(inputs: 2, parameters: 2) { x, c in [c[0] * x[0] - c[1] * x[1]] }
}

extension DType {
  /// The distance from 1 to the next larger number.
  fileprivate var spacing: Double {
    switch self {
    case .float64: 0x1p-52
    case .float16: 0x1p-10
    case .bfloat16: 0x1p-7
    default: 0x1p-23
    }
  }
}
