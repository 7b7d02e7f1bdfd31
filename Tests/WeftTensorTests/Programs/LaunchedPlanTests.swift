import Synchronization
import Testing
import WeftTensor

/// Plans whose kernels are called with addresses alone: to the bit what they are operation by operation, with other
/// numbers in other memory each time (`Note: Launched plans`).
@Suite struct LaunchedPlanTests {
  private static func numbers(_ sizes: Int..., seed: UInt64 = 1) -> Tensor {
    Tensor(normal: Shape(sizes), using: RandomStream(seed: seed))
  }

  private static func plan(
    _ inputs: [Tensor], _ body: @escaping ([Tensor]) -> [Tensor]
  ) throws -> StepPlan {
    try StepPlan(try Program(recording: inputs, body), changing: Outside())
  }

  /// The same elements in the opposite order, in memory of their own.
  private static func turned(_ tensor: Tensor) -> Tensor {
    tensor.elementCount < 2
      ? tensor.cloned()
      : tensor.flattened().flipped(axes: [0]).reshaped(to: tensor.shape).cloned()
  }

  private static func outcome(_ body: () throws -> [Tensor]) -> Result<[Tensor], TensorError> {
    do { return .success(try body()) } catch { return .failure(error as? TensorError ?? .misfit([], [])) }
  }

  /// Runs a step, and a frozen function, on some inputs and on others in turn, beside the function. The least number of
  /// calls that either launched comes back.
  private static func compare(
    _ name: String, _ turns: [[Tensor]], sourceLocation: SourceLocation = #_sourceLocation,
    _ body: @escaping ([Tensor]) -> [Tensor]
  ) throws -> Int {
    guard let program = try? Program(recording: turns[0], body), let frozen = try? Plan(program),
      let step = try? StepPlan(program, changing: Outside())
    else { return 0 }
    return min(
      compare(name, turns, step.run, { step.launchCount }, sourceLocation: sourceLocation, body),
      compare("\(name) frozen", turns, frozen.run, { frozen.launchCount }, sourceLocation: sourceLocation, body))
  }

  private static func compare(
    _ name: String, _ turns: [[Tensor]], _ run: ([Tensor]) throws -> [Tensor], _ launchCount: () -> Int,
    sourceLocation: SourceLocation, _ body: ([Tensor]) -> [Tensor]
  ) -> Int {
    var launches = 0
    for turn in 0..<6 {
      let inputs = turns[turn % turns.count].map { $0.cloned() }
      let right = outcome { try withTensorErrors { noGrad { body(inputs) } } }
      switch (outcome { try run(inputs) }, right) {
      case (.success(let found), .success(let right)):
        for (found, right) in zip(found, right) {
          let isSame = found.spec == right.spec && found.strides == right.strides && found.hasBits(of: right)
          #expect(isSame, "\(name), run \(turn): \(found) is not \(right)", sourceLocation: sourceLocation)
        }
      case (.failure, .failure): break
      default: Issue.record("\(name), run \(turn): one of them failed", sourceLocation: sourceLocation)
      }
      launches = max(launches, launchCount())
    }
    return launches
  }

  /// Every operation, on its own samples and on those turned around.
  @Test func everyOperationIsLaunchedAsItRuns() throws {
    var launched: Set<String> = []
    for type in OperationList.all {
      for (number, sample) in type.samples.enumerated() {
        let inputs = sample.inputs.map { $0.draw(seed: 5) }
        let count = try Self.compare("\(type.name) \(number)", [inputs, inputs.map(Self.turned)]) {
          apply(sample.operation, $0)
        }
        if count > 0 { launched.insert(type.name) }
      }
    }
    let needed = [
      "linear", "matmul", "convolution", "convolutionInputGradient", "convolutionWeightGradient", "maxPool",
      "averagePool", "meanCrossEntropy", "meanCrossEntropyGradient", "layerNorm", "softmax", "sum", "relu", "add",
    ]
    #expect(launched.isSuperset(of: needed), "not launched: \(Set(needed).subtracting(launched).sorted())")
    #expect(launched.count > 150, "\(launched.count): \(launched.sorted())")
  }

  @Test func resultsStayWhatTheyWere() throws {
    let plan = try Self.plan([Self.numbers(3, 4)]) { [$0[0].exp().sum(axis: 0), ($0[0] * 2).transposed()] }
    var kept: [(found: [Tensor], x: Tensor)] = []
    for seed in 1...6 {
      let x = Self.numbers(3, 4, seed: UInt64(seed))
      kept.append((try plan.run([x]), x))
    }
    #expect(plan.launchCount > 0)
    for (found, x) in kept {
      #expect(found[0].hasBits(of: x.exp().sum(axis: 0)))
      #expect(found[1].hasBits(of: (x * 2).transposed()))
    }
  }

  /// An input as a result, a part of one, and constants, beside what is computed.
  @Test func whatIsNotComputedIsHandedOut() throws {
    let fixed = Self.numbers(4)
    let turns = (1...3).map { [Self.numbers(3, 4, seed: $0)] }
    let count = try Self.compare("handed out", turns) { inputs in
      [inputs[0], inputs[0].sliced(axis: 0, from: 1), fixed, (inputs[0] + fixed).relu()]
    }
    #expect(count > 0)
  }

  /// Parts of a tensor that are joined again where they lie in a row are copied where they do not.
  @Test func joinedPartsMayLieApart() throws {
    let whole = Self.numbers(8, 3, seed: 7)
    let apart = [Self.numbers(4, 3, seed: 8), Self.numbers(4, 3, seed: 9)]
    let inRow = [whole.sliced(axis: 0, to: 4), whole.sliced(axis: 0, from: 4)]
    for body: ([Tensor]) -> [Tensor] in [
      { [concatenated($0, axis: 0).exp()] }, { [stacked($0, axis: 0).sum(axis: 0), $0[1] * 2] },
    ] {
      let step = try Self.plan(inRow, body)
      let frozen = try Plan(Program(recording: inRow, body))
      for turn in 0..<8 {
        let inputs = turn < 4 ? inRow : apart
        for run in [step.run, frozen.run] { #expect(try run(inputs)[0].hasBits(of: body(inputs)[0]), "run \(turn)") }
      }
    }
  }

  /// What lies otherwise in memory than it did is run operation by operation, and later launched again.
  @Test func otherLayoutsAreRunAsTheyAre() throws {
    let body: ([Tensor]) -> [Tensor] = { [linear($0[0].tanh(), weight: $0[1]).softmax(axis: 1)] }
    let (x, weight) = (Self.numbers(5, 3), Self.numbers(4, 3, seed: 2))
    let plan = try Self.plan([x, weight], body)
    for turn in 0..<9 {
      let operand = turn == 4 ? Self.numbers(3, 5, seed: 9).transposed() : Self.numbers(5, 3, seed: UInt64(turn))
      #expect(try plan.run([operand, weight])[0].elementsEqual(body([operand, weight])[0]), "run \(turn)")
      #expect((plan.launchCount > 0) == ![0, 4].contains(turn), "run \(turn)")
    }
  }

  /// A label that is no class is found in whichever run it comes, and the message is that of the operation.
  @Test func conditionsAreLookedAtInEachRun() throws {
    let body: ([Tensor]) -> [Tensor] = { [apply(MeanCrossEntropy(), $0)[0] * 2] }
    let logits = Self.numbers(3, 4)
    let plan = try Self.plan([logits, Tensor([1, 2, 3] as [Int64])], body)
    for turn in 0..<8 {
      let labels = Tensor(turn == 5 ? [1, 9, 0] : [0, Int64(turn % 4), 3])
      let found = Self.outcome { try plan.run([logits, labels]) }
      let right = Self.outcome { try withTensorErrors { body([logits, labels]) } }
      switch (found, right) {
      case (.success(let found), .success(let right)): #expect(found[0].hasBits(of: right[0]), "run \(turn)")
      case (.failure(let found), .failure(let right)): #expect(found.got == right.got && turn == 5)
      default: Issue.record("run \(turn): one of them failed")
      }
    }
    #expect(plan.launchCount > 0)
  }

  /// Sums that overflow in float32 are summed up again with scaled numbers.
  @Test func secondLooksAreTakenInEachRun() throws {
    let (plain, large) = (Self.numbers(3, 5), Self.numbers(3, 5) * 1e30)
    _ = try Self.compare("norms", [[plain], [plain * 2], [large], [plain]]) { [$0[0].norm(axis: 1)] }
    _ = try Self.compare("variances", [[plain], [plain * 2], [large], [plain]]) { [$0[0].variance(axis: 1)] }
  }

  /// Operations that decide by numbers stand between launched ones.
  @Test func whatCannotBeNotedIsRunBetween() throws {
    let indices = Tensor([2, 0, 1] as [Int64])
    let turns = (1...3).map { [Self.numbers(3, 4, seed: $0), $0 == 2 ? Self.turned(indices) : indices] }
    let count = try Self.compare("gathered", turns) { inputs in
      let rows = (inputs[0] * 3).indexSelected(inputs[1], axis: 0)
      return [(rows.tanh() + inputs[0]).sum(axis: 1), rows]
    }
    #expect(count > 0)
  }

  /// Inputs that an operation refuses leave the plan launched, however often they come.
  @Test func errorsEndNoLaunching() throws {
    let body: ([Tensor]) -> [Tensor] = { [($0[0] * 2).indexSelected($0[1], axis: 0).tanh()] }
    let (x, right, wrong) = (Self.numbers(3, 4), Tensor([2, 0] as [Int64]), Tensor([2, 9] as [Int64]))
    let plan = try Plan(Program(recording: [x, right], body))
    for turn in 0..<20 {
      if turn % 2 == 1 {
        #expect(throws: TensorError.self) { try plan.run([x, wrong]) }
      } else {
        #expect(try plan.run([x, right])[0].hasBits(of: body([x, right])[0]), "run \(turn)")
      }
    }
    #expect(plan.launchCount > 0)
  }

  /// What an operation of the user's does beside kernels it does in each run.
  @Test func operationsOfOthersAreCalled() throws {
    let turns = (1...3).map { [Self.numbers(3, 4, seed: $0)] }
    let plan = try Self.plan(turns[0]) { [Counted()($0[0].exp()).tanh()] }
    Counted.calls.withLock { $0 = [] }
    for turn in 0..<9 { _ = try plan.run(turns[turn % 3]) }
    let operands = Counted.calls.withLock { $0 }
    #expect(operands.count == 9 && plan.launchCount == 2)
    for (turn, operand) in operands.enumerated() { #expect(operand.hasBits(of: turns[turn % 3][0].exp())) }
  }

  /// Threads that run one plan at once have a launched one each, or none.
  @Test func threadsRunOnePlanAtOnce() async throws {
    let weight = Self.numbers(8, 6, seed: 9)
    let body: @Sendable ([Tensor]) -> [Tensor] = { [linear($0[0].tanh(), weight: weight).softmax(axis: 1)] }
    let plan = try Plan(Program(recording: [Self.numbers(5, 6)], body))
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for thread in 0..<8 {
        group.addTask {
          try (0..<200).allSatisfy { turn in
            let x = Self.numbers(5, 6, seed: UInt64(thread * 1000 + turn))
            return try plan.run([x])[0].hasBits(of: body([x])[0])
          }
        }
      }
      for try await isRight in group { #expect(isRight) }
    }
    #expect(plan.launchCount > 0)
  }

  /// What is kept of a weight is that of its numbers: a constant's, not those of a value that lies where others lay.
  @Test func productsOfComputedWeights() throws {
    let fixed = Self.numbers(64, 48, seed: 2)
    let turns = (1...4).map { [Self.numbers(32, 48, seed: $0), Self.numbers(48, 64, seed: $0 + 10)] }
    let count = try Self.compare("computed weights", turns) { inputs in
      let computed = (inputs[1] * 2).transposed()
      return [
        linear(inputs[0], weight: fixed), inputs[0].matmul(computed.transposed()), linear(inputs[0], weight: computed),
      ]
    }
    #expect(count > 0)
  }

  @Test func largeStepsAreLeftAlone() throws {
    let x = Tensor(zeros: [1 << 20])
    let plan = try Self.plan([x]) { [($0[0].exp() + 1).sum()] }
    for _ in 0..<4 { _ = try plan.run([x]) }
    #expect(plan.launchCount == 0)
  }
}

/// Keeps what it is called with, which no kernel does.
private struct Counted: TensorOperation {
  static let name = "counted"
  static let operands: Operands = ["x"]
  static let equation = "y = 2x"
  static let calls = Mutex<[Tensor]>([])

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] { inputs }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    Self.calls.withLock { $0.append(inputs[0]) }
    return [inputs[0] * 2]
  }

  func saves(needs: [Bool]) -> Saves { [] }
  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    gradients.map { $0.map { $0 * 2 } }
  }
  static let samples = [Sample(Counted(), .real([3]))]
}
