import Testing
import WeftTensor

/// A plan describes a convolution to its kernel once: what comes out is to the bit what the operations give one by one,
/// whatever changes between the runs.
@Suite struct PlannedConvolutionTests {
  private static func numbers(_ sizes: Int..., seed: UInt64) -> Tensor {
    Tensor(normal: Shape(sizes), using: RandomStream(seed: seed))
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let input: [Int]
    let weight: [Int]
    let windows: ConvolutionWindows
    var testDescription: String { "\(input) by \(weight), \(windows)" }
  }

  static let cases = [
    Case(input: [2, 3, 17, 15], weight: [9, 3, 3, 3], windows: ConvolutionWindows(stride: 2, padding: 1)),
    Case(input: [1, 3, 9, 11], weight: [40, 3, 5, 5], windows: ConvolutionWindows(padding: 2)),
    Case(input: [1, 1, 6, 5], weight: [4, 1, 3, 3], windows: ConvolutionWindows(padding: 3)),
    Case(input: [2, 24, 7, 6], weight: [35, 24, 1, 1], windows: ConvolutionWindows()),
    Case(input: [2, 20, 9, 8], weight: [20, 1, 3, 3], windows: ConvolutionWindows(stride: 2, padding: 1, groups: 20)),
    Case(input: [1, 20, 9, 8], weight: [20, 1, 3, 3], windows: ConvolutionWindows(padding: 1, groups: 20)),
    Case(input: [1, 33, 12, 13], weight: [34, 33, 3, 3], windows: ConvolutionWindows(padding: 1)),
    Case(input: [1, 8, 12, 13], weight: [6, 4, 3, 3], windows: ConvolutionWindows(stride: 2, padding: 1, groups: 2)),
    Case(input: [3, 5, 31], weight: [7, 5, 4], windows: ConvolutionWindows(stride: 3, padding: 2)),
    Case(input: [1, 4, 5, 6, 7], weight: [6, 4, 3, 3, 3], windows: ConvolutionWindows(padding: 1)),
  ]

  private static func operands(_ one: Case, seed: UInt64) -> [Tensor] {
    let x = Tensor(normal: Shape(one.input), using: RandomStream(seed: seed))
    let weight = Tensor(normal: Shape(one.weight), using: RandomStream(seed: seed + 1))
    let bias = numbers(one.weight[0], seed: seed + 2)
    let size = noGrad { one.windows.applied(x, weight) }.shape
    return [x, weight, bias, Tensor(normal: size, using: RandomStream(seed: seed + 3))]
  }

  /// A convolution, one with an activation and one with a residual behind it, and one of what they give.
  private static func body(_ windows: ConvolutionWindows) -> @Sendable ([Tensor]) -> [Tensor] {
    { operands in
      let plain = windows.applied(operands[0], operands[1], operands[2])
      let cut = windows.applied(operands[0], operands[1], operands[2]).relu6()
      let added = (operands[3] + windows.applied(operands[0], operands[1])).relu()
      return [plain, cut, added, (cut * 2).silu()]
    }
  }

  private func check(_ plan: Plan, _ operands: [Tensor], _ body: ([Tensor]) -> [Tensor], _ text: String) throws {
    let (found, right) = (try plan.run(operands), noGrad { body(operands) })
    for (found, right) in zip(found, right) {
      let isSame = found.spec == right.spec && found.strides == right.strides && found.hasBits(of: right)
      #expect(isSame, "\(text)\n\(plan)")
    }
  }

  @Test(arguments: cases) func everyRunGivesTheSame(_ one: Case) throws {
    let (operands, body) = (Self.operands(one, seed: 1), Self.body(one.windows))
    let plan = try Plan(Program(recording: operands, body))
    for run in 0..<4 { try check(plan, operands, body, "run \(run)") }
    // Another weight, in this run alone and from now on, then the first again.
    let others = Self.operands(one, seed: 9)
    for (run, given) in [others, operands, others, others, others, operands].enumerated() {
      try check(plan, given, body, "another weight, run \(run)")
    }
    // The same weight with another input.
    try check(plan, [others[0], operands[1], operands[2], others[3]], body, "another input")
  }

  @Test(arguments: cases) func weightsThatAreNotFinite(_ one: Case) throws {
    var operands = Self.operands(one, seed: 1)
    var values = operands[1].scalars(as: Float.self)
    (values[0], values[values.count / 2]) = (.nan, -.infinity)
    operands[1] = Tensor(values, shape: operands[1].shape)
    let body = Self.body(one.windows)
    let plan = try Plan(Program(recording: operands, body))
    for run in 0..<3 { try check(plan, operands, body, "run \(run)") }
  }

  /// Constants, and inputs whose axes the program itself exchanges.
  @Test(arguments: cases) func weightsOfTheProgram(_ one: Case) throws {
    let (operands, windows) = (Self.operands(one, seed: 5), one.windows)
    let (weight, bias) = (operands[1], operands[2])
    let body: @Sendable ([Tensor]) -> [Tensor] = { inputs in
      let x = inputs[0].movedAxis(-1, to: 1)
      return [windows.applied(x, weight, bias).relu6(), windows.applied(x, weight).sigmoid() + bias.sum()]
    }
    let inputs = [operands[0].movedAxis(1, to: -1).contiguous()]
    let plan = try Plan(Program(recording: inputs, body))
    for run in 0..<3 { try check(plan, inputs, body, "run \(run)") }
  }

  @Test func threadsShareAPlan() async throws {
    let one = Self.cases[0]
    let (operands, body) = (Self.operands(one, seed: 1), Self.body(one.windows))
    let others = Self.operands(one, seed: 2)
    let plan = try Plan(Program(recording: operands, body))
    let right = [operands, others].map { given in noGrad { body(given) } }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for task in 0..<8 {
        let given = task % 2 == 0 ? operands : others
        group.addTask {
          try (0..<20).allSatisfy { _ in
            zip(try plan.run(given), right[task % 2]).allSatisfy { $0.hasBits(of: $1) }
          }
        }
      }
      for try await holds in group { #expect(holds) }
    }
  }

  /// Whoever looks on sees the convolution.
  @Test func profilesShowIt() throws {
    let operands = Self.operands(Self.cases[0], seed: 1)
    let plan = try Plan(Program(recording: operands, Self.body(Self.cases[0].windows)))
    for _ in 0..<3 { _ = try plan.run(operands) }
    let profile = try WeftTensor.profile { _ = try plan.run(operands) }
    #expect("\(profile)".contains("convolution → relu6"))
  }
}

extension ConvolutionWindows {
  fileprivate func applied(_ x: Tensor, _ weight: Tensor, _ bias: Tensor? = nil) -> Tensor {
    apply(Convolution(self), [x, weight] + (bias.map { [$0] } ?? []))[0]
  }
}
