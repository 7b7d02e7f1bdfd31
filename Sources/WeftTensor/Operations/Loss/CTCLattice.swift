/// The states that paths of a connectionist temporal classification run through: the target's labels with blanks
/// before, between and after them. From a state a path stays, goes to the next one, or skips a blank between unlike
/// labels.
///
/// Scores are logarithms; `least` stands for that of 0, also where a log-probability is -∞, so that no difference of
/// infinities arises. Everything is in tensor operations, so that results have derivatives, but for the scores of an
/// operation's own kernel.
struct CTCLattice {
  /// The class of each state: [batch, states].
  let labels: Tensor
  /// The log-probability of each state's class: [steps, batch, states].
  private let emissions: Tensor
  /// Where a path may come from the state before the last.
  private let skips: Tensor
  private let inputLengths, targetLengths: Tensor
  /// 0 for the two states that a path may end in, else `least`.
  private let ends: Tensor

  private static let least = -1e30
  /// Scores of paths are above this, those of no path below.
  private static let possible = -5e29

  /// Whether scores are found by a kernel, and have no derivatives.
  private let usesKernel: Bool

  private var steps: Int { emissions.shape[0] }
  private var states: Int { emissions.shape[2] }

  init(_ inputs: [Tensor], blank: Int, usesKernel: Bool) {
    self.usesKernel = usesKernel
    let (batch, most) = (inputs[1].shape[0], inputs[1].shape[1])
    inputLengths = inputs[2].converted(to: .int64).unsqueezed(1)
    targetLengths = inputs[3].converted(to: .int64).unsqueezed(1)
    let isLabel = Tensor(arange: most).unsqueezed(0) .< targetLengths
    let targets = Tensor.where(isLabel, inputs[1].converted(to: .int64), Tensor(weak: blank))
    let blanks = Tensor(full: [batch, most + 1], Double(blank), dtype: .int64)
    let pairs = stacked([blanks.sliced(axis: 1, from: 1), targets], axis: 2).reshaped(batch, 2 * most)
    labels = concatenated([pairs, blanks.sliced(axis: 1, from: 0, to: 1)], axis: 1)
    let scores = inputs[0].converted(to: inputs[0].dtype.statistics)
    let places = labels.expanded(to: [scores.shape[0], batch, 2 * most + 1])
    // What a sequence has beyond its length counts nowhere; were it not finite, 0 times it would.
    let runs = Tensor(arange: scores.shape[0]).reshaped(-1, 1, 1) .< inputLengths.unsqueezed(0)
    emissions = Tensor.where(runs, scores.gathered(places, axis: 2), Tensor(weak: 0.0)).clamped(low: Self.least)
    let before = labels.padded([(2, 0)], mode: .constant(Double(blank))).sliced(axis: 1, from: 0, to: 2 * most + 1)
    skips = (labels .!= Tensor(weak: blank)) .& (labels .!= before)
    let place = Tensor(arange: 2 * most + 1).unsqueezed(0)
    let last = targetLengths * Tensor(weak: 2)
    let isEnd = (place .== last) .| (place .== last - Tensor(weak: 1))
    ends = isEnd.zeroOrLeast(scores.dtype, Self.least)
  }

  /// For each step the score of all beginnings of paths that end in each state: [steps, batch, states].
  private func forwardScores() -> Tensor {
    if usesKernel { return kernelScores(backward: false) }
    let isStart = Tensor(arange: states) .< Tensor(weak: 2)
    var scores = [emissions[0] + isStart.zeroOrLeast(emissions.dtype, Self.least)]
    for step in 1..<Swift.max(steps, 1) {
      let before = scores[step - 1]
      let wide = before.padded([(2, 0)], mode: .constant(Self.least))
      let inputs = [
        before, wide.sliced(axis: 1, from: 1, to: states + 1), wide.sliced(axis: 1, from: 0, to: states), skips,
        emissions[step], Tensor(weak: step) .< inputLengths,
      ]
      scores.append(run(Self.advance, inputs))
    }
    return stacked(scores, axis: 0)
  }

  /// For each step the score of all ends of paths that come after each state.
  private func backwardScores() -> Tensor {
    if usesKernel { return kernelScores(backward: true) }
    let later = skips.padded([(0, 2)]).sliced(axis: 1, from: 2)
    var scores = [ends]
    for step in (1..<Swift.max(steps, 1)).reversed() {
      let after = scores[scores.count - 1]
      let wide = (after + emissions[step]).padded([(0, 2)], mode: .constant(Self.least))
      let inputs = [
        wide.sliced(axis: 1, from: 0, to: states), wide.sliced(axis: 1, from: 1, to: states + 1),
        wide.sliced(axis: 1, from: 2), later, after, Tensor(weak: step) .< inputLengths,
      ]
      scores.append(run(Self.retreat, inputs))
    }
    return stacked(scores.reversed(), axis: 0)
  }

  private func kernelScores(backward: Bool) -> Tensor {
    emissions.backend.ctcScores(
      emissions, skips: skips, lengths: inputLengths, ends: ends, least: Self.least, backward: backward)
  }

  private func run(_ formula: Formula, _ inputs: [Tensor]) -> Tensor {
    apply(FormulaMap(formula: formula, parameters: [], axis: nil, dtype: emissions.dtype), inputs)[0]
  }

  /// From a state's own score, those one and two states off, whether the second counts, the emission, and whether the
  /// sequence still runs.
  private static let advance = Formula(inputs: 6) { x, _ in [select(x[5], joined(x) + x[4], x[0])] }
  /// The same, but the fifth is what stays where the sequence has ended.
  private static let retreat = Formula(inputs: 6) { x, _ in [select(x[5], joined(x), x[4])] }

  /// log(eᵃ + eᵇ + eᶜ).
  private static func joined(_ x: [Expression]) -> Expression {
    let third = select(x[3], x[2], Expression(least))
    let largest = detached(maximum(maximum(x[0], x[1]), third))
    return largest + log(exp(x[0] - largest) + exp(x[1] - largest) + exp(third - largest))
  }

  /// The logarithm of each sequence's probability, from the scores of the last step: [batch, 1].
  private func totals(_ scores: Tensor) -> Tensor { (scores + ends).logSumExp(axis: 1, keepDims: true) }

  /// [batch]. A sequence without steps reads as an empty target alone.
  func losses() -> Tensor {
    let totals = totals(forwardScores()[-1])
    let losses = Tensor.where(totals .> Self.possible, -totals, Tensor(weak: .infinity))
    let empty = Tensor.where(targetLengths .== 0, Tensor(weak: 0.0), Tensor(weak: .infinity))
    return Tensor.where(inputLengths .== 0, empty.converted(to: losses.dtype), losses).squeezed(1)
  }

  /// The share of paths that are in each state at each step: [steps, batch, states].
  func occupancy(ofImpossible value: Double) -> Tensor {
    let forward = forwardScores()
    let totals = totals(forward[-1])
    let scores = forward + backwardScores()
    let isPossible = totals .> Self.possible
    let shares = Tensor.where(isPossible, (scores - totals).exp(), Tensor(weak: value))
    let runs = Tensor(arange: steps).reshaped(-1, 1, 1) .< inputLengths.unsqueezed(0)
    return Tensor.where(runs, shares, shares.zerosLike())
  }
}

extension Tensor {
  /// 0 where this is true, else `least`.
  fileprivate func zeroOrLeast(_ dtype: DType, _ least: Double) -> Tensor {
    Tensor(zeros: shape, dtype: dtype).maskedFilled(where: .!self, with: least)
  }
}
