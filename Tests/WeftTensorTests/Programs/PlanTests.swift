import Testing
import WeftTensor

@Suite struct PlanTests {
  private let x = Tensor([[1.0, -2], [3, 4]])

  @Test func aReplayGivesWhatTheRunGives() throws {
    func body(_ inputs: [Tensor]) -> [Tensor] {
      let (x, places) = (inputs[0], inputs[1])
      let y = x.transposed().gathered(places, axis: 1)
      return [y, y.logSoftmax(axis: 0), x, (y.sum(axis: 1, keepDims: true) + 1).expanded(to: [2, 3])]
    }
    let places = Tensor([[0, 1, 1], [1, 0, 0]])
    let plan = try Plan(Program(recording: [x, places], body))
    for seed in 0..<3 {
      let x = Tensor(normal: [2, 2], using: RandomStream(seed: UInt64(seed)))
      let (found, right) = (try plan.run([x, 1 - places]), body([x, 1 - places]))
      #expect(found.count == right.count)
      for (found, right) in zip(found, right) { #expect(found.elementsEqual(right) && found.spec == right.spec) }
    }
  }

  @Test func constantsAreComputedOnceAndUnreadResultsNever() throws {
    let weight = Tensor([[1.0, 2], [3, 4]])
    let program = try Program(recording: [x]) {
      _ = $0[0].exp()
      return [$0[0].matmul(weight.transposed().exp() * 2)]
    }
    #expect(program.steps.count == 5)
    let plan = try Plan(program)
    #expect(plan.count == 1)
    #expect(try plan.run([x])[0].elementsEqual(x.matmul(weight.transposed().exp() * 2)))
  }

  /// A run is recorded in row-major memory; inputs come in any.
  @Test func inputsOfAnyLayoutAreTaken() throws {
    let plan = try Plan(Program(recording: [x]) { [$0[0].contiguous().reshaped(4) * 2] })
    #expect(try plan.run([x.transposed()])[0].scalars(as: Float.self) == [2, 6, -4, 8])
    #expect(try plan.run([Tensor([1.0, 2]).expanded(to: [2, 2])])[0].scalars(as: Float.self) == [2, 4, 2, 4])
  }

  @Test func oneTensorMayStandForSeveralInputs() throws {
    let plan = try Plan(Program(recording: [x, x]) { [$0[0] - 2 * $0[1]] })
    #expect(try plan.run([x, Tensor(ones: [2, 2])])[0].scalars(as: Float.self) == [-1, -4, 1, 2])
  }

  @Test func misuseIsThrownAndNamesItsModule() throws {
    let table = Tensor([[1.0], [2]])
    let plan = try Plan(
      Program(recording: [Tensor([0, 1])]) { inputs in
        [Modes.with({ $0.modulePath = "words" }) { table.embedding(inputs[0]) }]
      })
    #expect(try plan.run([Tensor([1, 1])])[0].scalars(as: Float.self) == [2, 2])
    let error = #expect(throws: TensorError.self) { try plan.run([Tensor([1, 2])]) }
    #expect(error?.code == .index && error?.modulePath == "words")
    #expect(throws: TensorError.self) { try plan.run([Tensor([1, 1, 0])]) }
    #expect(throws: TensorError.self) { try plan.run([Tensor([1.0, 1])]) }
    #expect(throws: TensorError.self) { try plan.run([]) }
    // A scope around it is not touched.
    #expect(try withTensorErrors { (try? plan.run([Tensor([1, 2])])) == nil })
  }

  @Test func onePlanRunsInManyTasks() async throws {
    let plan = try Plan(Program(recording: [x]) { [$0[0].matmul($0[0]).softmax(axis: 1).sum()] })
    let sums = try await withThrowingTaskGroup(of: Double.self) { group in
      for task in 0..<16 { group.addTask { try plan.run([Tensor(full: [2, 2], Double(task))])[0].item() } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(sums.allSatisfy { abs($0 - 2) < 1e-6 } && sums.count == 16)
  }

  @Test func aProfileSeesAReplay() throws {
    let plan = try Plan(Program(recording: [x]) { [$0[0].exp()] })
    let profile = try profile { _ = try plan.run([x]) }
    #expect(profile.description.contains("exp"))
  }

  @Test func aReplayRecordsNothingForGradients() throws {
    let plan = try Plan(Program(recording: [x]) { [$0[0].exp(), $0[0]] })
    #expect(try plan.run([x.requiringGrad()]).allSatisfy { !$0.requiresGrad })
  }
}
