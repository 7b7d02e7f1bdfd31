import Testing
import WeftTensor

@Suite struct ProgramTests {
  private let x = Tensor([[1.0, -2], [3, 4]])

  @Test func aRunIsWrittenDownInItsOrder() throws {
    let weight = Tensor([[1.0, 0], [0, 2]])
    let program = try Program(recording: [x]) { [($0[0].matmul(weight) * 2).softmax(axis: 1)] }
    #expect(program.steps.map { type(of: $0.operation).name } == ["matmul", "multiply", "softmax"])
    #expect(program.inputs == [0] && program.results.map(\.slot) == [5] && program.constants.count == 2)
    #expect(
      program.description == """
        input  %0: float32 [2, 2]
        %2 = matmul(%0, %1): float32 [2, 2]
        %4 = multiply(%2, %3 2.0): float32 [2, 2]
        %5 = softmax(%4; axis: 1): float32 [2, 2]
        result %5
        """)
  }

  @Test func whatAKernelCallsForItselfIsNoStep() throws {
    let program = try Program(recording: [x]) { [apply(Composite(), $0)[0]] }
    #expect(program.steps.count == 1 && program.steps[0].operation is Composite)
  }

  @Test func equalRunsAreEqualPrograms() throws {
    func program(_ axis: Int, _ factor: Double) throws -> Program {
      try Program(recording: [x]) { [$0[0].sum(axis: axis) * factor] }
    }
    #expect(try program(0, 2) == program(0, 2))
    #expect(
      try program(0, 2).firstDifference(from: program(1, 2)) == """
        %1 = sum(%0; axes: [0]) in one, %1 = sum(%0; axes: [1]) in the other
        """)
    #expect(
      try program(0, 2).firstDifference(from: program(0, 3)) == "the constant %2 2.0 is %2 3.0, or has other values")
    let longer = try Program(recording: [x]) { [($0[0].sum(axis: 0) * 2.0).exp()] }
    let difference = try program(0, 2).firstDifference(from: longer)
    #expect(difference == "%4 = exp(%3) in one of them alone")
  }

  /// Each with what is said.
  @Test func whatAReplayWouldNotSeeIsRefused() throws {
    let captured = Counter()
    let bodies: [(String, ([Tensor]) -> [Tensor])] = [
      ("`item()`", { [$0[0] * $0[0].sum().item()] }),
      ("`scalars(as:)`", { $0[0].scalars(as: Float.self)[0] > 0 ? [$0[0]] : [-$0[0]] }),
      ("`withUnsafeBytes`", { [$0[0] + Double($0[0].withUnsafeBytes { Int($0[0]) })] }),
      ("`comparison`", { $0[0].elementsEqual($0[0]) ? [$0[0]] : [] }),
      ("`nonzero`", { [$0[0].nonzero()] }),
      ("`nonzero`", { [$0[0][$0[0] .> 0]] }),
      ("`oneHot without a number of classes`", { [$0[0].abs().converted(to: .int64).oneHot()] }),
      ("`binCount`", { [$0[0].abs().converted(to: .int64).reshaped(-1).binCount()] }),
      ("random numbers were drawn", { [$0[0].dropout(probability: 0.5)] }),
      ("random numbers were drawn", { [$0[0] + Tensor(normal: [2, 2])] }),
      (
        "two runs with other numbers differ",
        {
          captured.count += 1; return [$0[0] * Double(captured.count)]
        }
      ),
      (
        "two runs with other numbers differ",
        {
          captured.count += 1; return [captured.count % 2 == 0 ? $0[0].exp() : $0[0]]
        }
      ),
    ]
    for (message, body) in bodies {
      let error = try #require(throws: TensorError.self) { _ = try Program(recording: [x], body) }
      #expect(error.got.contains(message), "\(error)")
    }
    let error = try #require(throws: TensorError.self) {
      _ = try Program(recording: [x]) { [$0[0].matmul(Tensor([1.0]))] }
    }
    #expect(error.operation == "matmul")
  }

  /// Looking at numbers is not depending on them, and constants may be read.
  @Test func whatDoesNotDependOnTheInputsIsAllowed() throws {
    let scale = Tensor([2.0, 3])
    let program = try Program(recording: [x]) {
      _ = "\($0[0])"
      var result = Tensor(zeros: [3, 2])
      result[0...1] = $0[0] * scale.max().item()
      return [result]
    }
    #expect(try Plan(program).run([x])[0].scalars(as: Float.self) == [3, -6, 9, 12, 0, 0])
  }
}

/// A kernel written in tensor operations.
private struct Composite: TensorOperation {
  static let name = "composite"
  static let operands: Operands = ["x"]
  static let samples: [Sample] = []
  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] { inputs }
  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] { [(inputs[0] * 2).exp()] }
}

private final class Counter: @unchecked Sendable {
  // Unchecked: used by one test alone.
  var count = 0
}
