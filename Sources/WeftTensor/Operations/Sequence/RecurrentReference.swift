import Glibc

/// Recurrent layers by definition, in plain loops over Double.
struct RecurrentReference {
  let direction: RecurrentDirection

  private var kind: RecurrentKind { direction.kind }

  /// Steps in the order in which they run, with the slots before and after each.
  private func order(_ steps: Int) -> [(step: Int, before: Int, after: Int)] {
    let forward = (0..<steps).map { (step: $0, before: $0, after: $0 + 1) }
    return direction.isReversed ? forward.reversed().map { ($0.step, $0.after, $0.before) } : forward
  }

  private func zeros(_ shape: [Int]) -> ReferenceArray { ReferenceArray(shape: shape) { _ in 0 } }

  /// Output, an LSTM's last cell, states, gates and extra, as `RecurrentSequence` gives them.
  func forward(_ p: RecurrentOperands<ReferenceArray>) -> [ReferenceArray] {
    let (steps, batch, size) = (p.input.shape[0], p.input.shape[1], p.weightHH.shape[1])
    var states = zeros([steps + 1, batch, size])
    var gates = zeros([steps, batch, kind.gateCount * size])
    var extra = zeros([kind == .lstm ? steps + 1 : steps, batch, size])
    let start = direction.first(of: steps)
    for n in 0..<batch {
      for u in 0..<size {
        states[[start, n, u]] = p.states[0][[n, u]]
        if kind == .lstm { extra[[start, n, u]] = p.states[1][[n, u]] }
      }
    }
    for (t, before, after) in order(steps) {
      for n in 0..<batch {
        for u in 0..<size {
          let x = sums(p.input, [t, n], p.weightIH, p.biasIH, unit: u, size)
          let h = sums(states, [before, n], p.weightHH, p.biasHH, unit: u, size)
          let cell = step(x, h, state: states[[before, n, u]], cell: kind == .lstm ? extra[[before, n, u]] : 0)
          for (gate, value) in cell.gates.enumerated() { gates[[t, n, gate * size + u]] = value }
          states[[after, n, u]] = cell.state
          if kind == .lstm { extra[[after, n, u]] = cell.extra }
          if kind == .gru { extra[[t, n, u]] = cell.extra }
        }
      }
    }
    let first = direction.isReversed ? 0 : 1
    let output = ReferenceArray(shape: [steps, batch, size]) { states[[$0[0] + first, $0[1], $0[2]]] }
    let last = ReferenceArray(shape: [batch, size]) { extra[[kind == .lstm ? direction.last(of: steps) : 0] + $0] }
    return [output] + (kind == .lstm ? [last] : []) + [states] + (kind.gateCount > 1 ? [gates, extra] : [])
  }

  /// For each gate of a unit, row·weightᵀ + bias.
  private func sums(
    _ rows: ReferenceArray, _ row: [Int], _ weight: ReferenceArray, _ bias: ReferenceArray?, unit: Int, _ size: Int
  ) -> [Double] {
    (0..<kind.gateCount).map { gate in
      let place = gate * size + unit
      return (0..<weight.shape[1]).reduce(bias?[[place]] ?? 0) { $0 + rows[row + [$1]] * weight[[place, $1]] }
    }
  }

  private func step(
    _ x: [Double], _ h: [Double], state: Double, cell: Double
  ) -> (gates: [Double], state: Double, extra: Double) {
    func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    switch kind {
    case .tanh: return ([], tanh(x[0] + h[0]), 0)
    case .relu: return ([], max(x[0] + h[0], 0), 0)
    case .lstm:
      let (i, f, g, o) = (sigmoid(x[0] + h[0]), sigmoid(x[1] + h[1]), tanh(x[2] + h[2]), sigmoid(x[3] + h[3]))
      let next = f * cell + i * g
      return ([i, f, g, o], o * tanh(next), next)
    case .gru:
      let (r, z) = (sigmoid(x[0] + h[0]), sigmoid(x[1] + h[1]))
      let n = tanh(x[2] + r * h[2])
      return ([r, z, n], (1 - z) * n + z * state, h[2])
    }
  }

  /// The results of `RecurrentSequenceGradient` from its inputs.
  func backward(_ inputs: [ReferenceArray]) -> [ReferenceArray] {
    let (g, weight, states) = (inputs[0], inputs[1], inputs[2])
    let (steps, batch, size) = (g.shape[0], g.shape[1], g.shape[2])
    var ofInput = zeros([steps, batch, kind.gateCount * size])
    var ofHidden = ofInput
    var state = zeros([batch, size])
    var carry = kind == .lstm ? inputs[5] : state  // an LSTM's cell, what a GRU passes by
    for (t, before, after) in order(steps).reversed() {
      for n in 0..<batch {
        for u in 0..<size {
          let dh = g[[t, n, u]] + state[[n, u]]
          let gates = kind.gateCount > 1 ? (0..<kind.gateCount).map { inputs[3][[t, n, $0 * size + u]] } : []
          let (h, next) = (states[[before, n, u]], states[[after, n, u]])
          let extra =
            kind == .lstm
            ? [inputs[4][[before, n, u]], inputs[4][[after, n, u]]] : kind == .gru ? [inputs[4][[t, n, u]]] : []
          let found = slopes(dh, gates, h, next, extra, carry: carry[[n, u]])
          for (gate, value) in found.gates.enumerated() {
            ofInput[[t, n, gate * size + u]] = value
            ofHidden[[t, n, gate * size + u]] = kind == .gru && gate == 2 ? value * gates[0] : value
          }
          carry[[n, u]] = found.carry
        }
      }
      let rows = 0..<weight.shape[0]
      state = ReferenceArray(shape: [batch, size]) { index in
        let passed = kind == .gru ? carry[index] : 0
        return rows.reduce(passed) { $0 + ofHidden[[t, index[0], $1]] * weight[[$1, index[1]]] }
      }
    }
    return [ofInput] + (kind == .gru ? [ofHidden] : []) + [state] + (kind == .lstm ? [carry] : [])
  }

  private func slopes(
    _ dh: Double, _ gates: [Double], _ h: Double, _ next: Double, _ extra: [Double], carry: Double
  ) -> (gates: [Double], carry: Double) {
    switch kind {
    case .tanh: return ([dh * (1 - next * next)], 0)
    case .relu: return ([next > 0 ? dh : next - next], 0)
    case .lstm:
      let (i, f, g, o) = (gates[0], gates[1], gates[2], gates[3])
      let t = tanh(extra[1])
      let dc = carry + dh * o * (1 - t * t)
      let slopes = [dc * g * i * (1 - i), dc * extra[0] * f * (1 - f), dc * i * (1 - g * g), dh * t * o * (1 - o)]
      return (slopes, dc * f)
    case .gru:
      let (r, z, n) = (gates[0], gates[1], gates[2])
      let dn = dh * (1 - z) * (1 - n * n)
      return ([dn * extra[0] * r * (1 - r), dh * (h - n) * z * (1 - z), dn], dh * z)
    }
  }
}
