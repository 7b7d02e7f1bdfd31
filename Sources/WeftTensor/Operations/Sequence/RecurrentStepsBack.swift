/// The way back along a sequence by operations of one step each: what `RecurrentSequenceGradient` computes, slower, and
/// differentiable to any order.
struct RecurrentStepsBack {
  let direction: RecurrentDirection

  init(_ direction: RecurrentDirection) { self.direction = direction }

  private var kind: RecurrentKind { direction.kind }

  /// The gradients of one step's gates, and what passes by the product with W_hh.
  private struct Step {
    /// Of the gates of the input's product, and of those of the hidden one.
    var ofInput, ofHidden: Tensor
    /// Of an LSTM's cell, of a GRU's state.
    var carry: Tensor?
  }

  /// The results of `RecurrentSequenceGradient` from its inputs.
  func run(_ inputs: [Tensor]) -> [Tensor] {
    let (g, weight, states) = (inputs[0].unbound(), inputs[1], inputs[2].unbound())
    let gates = kind.gateCount > 1 ? inputs[3].unbound() : []
    let extra = kind.gateCount > 1 ? inputs[4].unbound() : []
    var state = states[0].zerosLike()
    var carry = kind == .lstm ? inputs[5] : state
    var steps: [Step] = []
    for t in direction.isReversed ? Array(g.indices) : g.indices.reversed() {
      let (before, after) = direction.isReversed ? (t + 1, t) : (t, t + 1)
      let dh = g[t] + state
      let step =
        switch kind {
        case .tanh: tanhStep(dh, after: states[after])
        case .relu: reluStep(dh, after: states[after])
        case .lstm: lstmStep(dh, carry, gates[t], before: extra[before], after: extra[after])
        case .gru: gruStep(dh, gates[t], candidate: extra[t], before: states[before])
        }
      state = step.ofHidden.matmul(weight)
      if kind == .gru, let passed = step.carry { state = state + passed }
      carry = step.carry ?? carry
      steps.append(step)
    }
    if !direction.isReversed { steps.reverse() }
    let empty = Tensor(zeros: [0, state.shape[0], weight.shape[0]], dtype: state.dtype)
    var results = [steps.isEmpty ? empty : stacked(steps.map(\.ofInput))]
    if kind == .gru { results.append(steps.isEmpty ? empty : stacked(steps.map(\.ofHidden))) }
    return results + [state] + (kind == .lstm ? [carry] : [])
  }

  private func tanhStep(_ dh: Tensor, after: Tensor) -> Step {
    let slope = dh * (1 - after * after)
    return Step(ofInput: slope, ofHidden: slope)
  }

  private func reluStep(_ dh: Tensor, after: Tensor) -> Step {
    // 0, or NaN where the state is.
    let flat = (after - after).detach()
    let slope = Tensor.where(after .> 0, dh, flat)
    return Step(ofInput: slope, ofHidden: slope)
  }

  private func lstmStep(_ dh: Tensor, _ carry: Tensor, _ gates: Tensor, before: Tensor, after: Tensor) -> Step {
    let values = gates.chunked(4, axis: -1)
    let (i, f, g, o) = (values[0], values[1], values[2], values[3])
    let t = after.tanh()
    let dc = carry + dh * o * (1 - t * t)
    let slopes = [dc * g * i * (1 - i), dc * before * f * (1 - f), dc * i * (1 - g * g), dh * t * o * (1 - o)]
    let joined = concatenated(slopes, axis: -1)
    return Step(ofInput: joined, ofHidden: joined, carry: dc * f)
  }

  private func gruStep(_ dh: Tensor, _ gates: Tensor, candidate: Tensor, before: Tensor) -> Step {
    let values = gates.chunked(3, axis: -1)
    let (r, z, n) = (values[0], values[1], values[2])
    let dn = dh * (1 - z) * (1 - n * n)
    let slopes = [dn * candidate * r * (1 - r), dh * (before - n) * z * (1 - z)]
    return Step(
      ofInput: concatenated(slopes + [dn], axis: -1), ofHidden: concatenated(slopes + [dn * r], axis: -1),
      carry: dh * z)
  }
}
