/// A recurrent layer by operations of one step each: slower than `RecurrentSequence`, and differentiable to any order.
struct RecurrentSteps {
  let direction: RecurrentDirection

  init(_ direction: RecurrentDirection) { self.direction = direction }

  private var kind: RecurrentKind { direction.kind }

  /// The results of `RecurrentSequence`.
  func run(_ inputs: [Tensor], records: Bool) -> [Tensor] {
    let operands = RecurrentOperands(inputs, kind)
    let (biasIH, biasHH) = kind.biases(operands.biasIH, operands.biasHH)
    let projected = linear(operands.input, weight: operands.weightIH, bias: biasIH).unbound()
    var slots = [operands.states]
    var gates: [[Tensor]] = []
    for input in direction.isReversed ? projected.reversed() : projected {
      let before = slots[slots.count - 1]
      slots.append(kind.step(input, before, weight: operands.weightHH, bias: biasHH))
      guard records, kind.gateCount > 1 else { continue }
      gates.append(gateValues(input, linear(before[0], weight: operands.weightHH, bias: biasHH)))
    }
    let last = slots[slots.count - 1]
    if direction.isReversed {
      slots.reverse()
      gates.reverse()
    }
    let outputs = direction.isReversed ? slots.dropLast() : slots.dropFirst()
    var results = [stacked(outputs.map { $0[0] })]
    if kind == .lstm { results.append(last[1]) }
    guard records else { return results }
    results.append(stacked(slots.map { $0[0] }))
    if kind.gateCount > 1 { results.append(stacked(gates.map { $0[0] })) }
    if kind == .lstm { results.append(stacked(slots.map { $0[1] })) }
    if kind == .gru { results.append(stacked(gates.map { $0[1] })) }
    return results
  }

  /// The gates side by side, and the hidden part of a GRU's candidate.
  private func gateValues(_ input: Tensor, _ hidden: Tensor) -> [Tensor] {
    if kind == .lstm {
      let sums = (input + hidden).chunked(4, axis: -1)
      return [concatenated([sums[0].sigmoid(), sums[1].sigmoid(), sums[2].tanh(), sums[3].sigmoid()], axis: -1)]
    }
    let (x, h) = (input.chunked(3, axis: -1), hidden.chunked(3, axis: -1))
    let reset = (x[0] + h[0]).sigmoid()
    return [concatenated([reset, (x[1] + h[1]).sigmoid(), (x[2] + reset * h[2]).tanh()], axis: -1), h[2]]
  }

  /// The gradient rule of `RecurrentSequence`, recorded where gradients are being recorded.
  func gradients(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool], records: Bool) -> [Tensor?] {
    let isRecording = Modes.current.isRecording
    // Points to differentiate at, which follow the inputs in the graph.
    let leaves = needs.indices.map { index in
      let input = saved.input(index)
      return needs[index] ? enableGrad { apply(Reshape(to: input.shape), [input])[0] } : input.detach()
    }
    let wanted = leaves.filter(\.requiresGrad)
    let results = enableGrad { run(leaves, records: records) }
    let pairs = zip(results, gradients).compactMap { result, g in g.map { (result, $0) } }.filter { $0.0.requiresGrad }
    guard !pairs.isEmpty, !wanted.isEmpty else { return needs.map { _ in nil } }
    do throws(TensorError) {
      let found = try grad(of: pairs.map(\.0), with: wanted, seeds: pairs.map(\.1), createGraph: isRecording)
      var next = found.makeIterator()
      return leaves.map { $0.requiresGrad ? next.next() ?? nil : nil }
    } catch {
      report(error)
      return needs.map { _ in nil }
    }
  }
}
