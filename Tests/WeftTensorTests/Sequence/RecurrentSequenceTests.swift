import Testing
import WeftTensor

/// The kernels of recurrent layers against the same layers by operations of one step each, at sizes that no block and no
/// vector divides.
@Suite("Recurrent layers along a sequence")
struct RecurrentSequenceTests {
  /// Each in a process of its own, for the instruction set is the process's.
  @Test(arguments: InstructionSet.available.map(\.name))
  func valuesAndGradientsAreTheStepsOwn(_ set: String) async {
    await #expect(processExitsWith: .success) { [set] in
      useInstructionSet(set)
      for example in RecurrentExample.all {
        for dtype in [DType.float32, .float64] {
          let allowed = dtype == .float64 ? 1e-12 : 2e-5
          let expected = example.run(by: .steps, .float64)
          let found = example.run(by: .kernel, dtype)
          for (result, wanted) in zip(found, expected) {
            expectClose(result, ReferenceArray(wanted), within: allowed, "\(example) in \(dtype) by \(set)")
          }
          #expect(found.count == expected.count)
        }
      }
    }
  }

  /// Results do not depend on how the work is cut, by rows of the batch or by units.
  @Test func oneThreadOrManyGiveTheSameBits() {
    for (kind, batch) in [(RecurrentKind.lstm, 1), (.lstm, 40), (.gru, 3), (.tanh, 37)] {
      let example = RecurrentExample(kind: kind, steps: 4, batch: batch, size: 150, isReversed: false)
      let many = example.run(by: .kernel, .float32)
      let one = withoutKernelThreads { example.run(by: .kernel, .float32) }
      for (a, b) in zip(many, one) {
        // Products of the whole sequence may be cut differently; the steps may not.
        expectClose(a, ReferenceArray(b), within: 1e-6, "\(example)")
      }
      #expect(many[0].scalars(as: Float.self) == one[0].scalars(as: Float.self), "\(example)")
    }
  }

  @Test func nothingIsRecordedWithoutAGradient() {
    let example = RecurrentExample(kind: .lstm, steps: 3, batch: 2, size: 5, isReversed: false)
    let inputs = example.inputs(.float32)
    let free = example.layer(inputs.map { $0.detach() })
    let recorded = example.layer(inputs.map { $0.requiringGrad() })
    #expect(!free[0].requiresGrad && recorded[0].requiresGrad)
    for (a, b) in zip(free, recorded) { #expect(a.scalars(as: Float.self) == b.scalars(as: Float.self)) }
  }

  /// A gradient of a gradient's norm, which goes by the steps, is the same in both ways of asking.
  @Test func gradientsHaveGradients() throws {
    let example = RecurrentExample(kind: .gru, steps: 3, batch: 2, size: 3, isReversed: true)
    let inputs = example.inputs(.float64)
    try gradgradcheck({ floats in [example.layer(floats)[0]] }, at: inputs)
  }
}

/// A layer with random weights and inputs.
struct RecurrentExample: CustomStringConvertible {
  enum Way { case kernel, steps }

  let kind: RecurrentKind
  let steps: Int
  let batch: Int
  let size: Int
  let isReversed: Bool

  static let all: [RecurrentExample] = [RecurrentKind.tanh, .relu, .lstm, .gru].flatMap { kind in
    [(1, 1, 1), (3, 2, 5), (4, 13, 17), (2, 30, 33), (3, 7, 70), (2, 1, 130)].flatMap { steps, batch, size in
      [false, true].map {
        RecurrentExample(kind: kind, steps: steps, batch: batch, size: size, isReversed: $0)
      }
    }
  }

  var description: String { "\(kind) \(steps)x\(batch)x\(size)\(isReversed ? " reversed" : "")" }

  /// Input, weights, states and biases.
  func inputs(_ dtype: DType) -> [Tensor] {
    let rows = kind.gateCount * size
    let scale = 1 / Double(size).squareRoot()
    var shapes: [Shape] = [[steps, batch, 3], [rows, 3], [rows, size], [batch, size]]
    if kind == .lstm { shapes.append([batch, size]) }
    shapes += [[rows], [rows]]
    return shapes.enumerated().map { place, shape in
      let drawn = SampleInput.real(shape, in: -1...1).draw(seed: UInt64(40 + place))
      // The same numbers in either precision.
      return (place == 2 ? drawn * scale : drawn).converted(to: .float32).converted(to: dtype)
    }
  }

  /// The output and the last states.
  func layer(_ inputs: [Tensor]) -> [Tensor] {
    let count = inputs.count
    let (output, last) = recurrentSequence(
      kind, inputs[0], weightIH: inputs[1], weightHH: inputs[2], biases: Array(inputs[(count - 2)...]),
      states: Array(inputs[3..<(count - 2)]), isReversed: isReversed)
    return [output] + last
  }

  private func stepByStep(_ inputs: [Tensor]) -> [Tensor] {
    let count = inputs.count
    let (biasIH, biasHH) = kind.biases(inputs[count - 2], inputs[count - 1])
    let projected = linear(inputs[0], weight: inputs[1], bias: biasIH).unbound()
    var states = Array(inputs[3..<(count - 2)])
    var outputs: [Tensor] = []
    for input in isReversed ? projected.reversed() : projected {
      states = kind.step(input, states, weight: inputs[2], bias: biasHH)
      outputs.append(states[0])
    }
    return [stacked(isReversed ? outputs.reversed() : outputs)] + states
  }

  /// Results, and the gradients of all inputs under fixed gradients of the results.
  func run(by way: Way, _ dtype: DType) -> [Tensor] {
    let leaves = inputs(dtype).map { $0.requiringGrad() }
    let results = way == .kernel ? layer(leaves) : stepByStep(leaves)
    let seeds = results.enumerated().map {
      SampleInput.real($1.shape, in: -1...1).draw(seed: UInt64(80 + $0)).converted(to: dtype)
    }
    let loss = zip(results, seeds).map { ($0 * $1).sum() }.reduce(Tensor(0.0, dtype: dtype), +)
    loss.backward()
    return results.map { $0.detach() } + leaves.map { $0.grad ?? $0.zerosLike() }
  }
}
