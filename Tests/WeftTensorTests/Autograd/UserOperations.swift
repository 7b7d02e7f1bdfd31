import Synchronization
import Testing
import WeftContract
import WeftTensor

/// The example in the documentation of `TensorOperation`, word for word.
struct Cube: TensorOperation {
  static let name = "cube"
  static let operands: Operands = ["x"]
  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] { inputs }
  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] { [inputs[0] * inputs[0] * inputs[0]] }
  func saves(needs: [Bool]) -> Saves { .input(0) }
  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    [gradients[0].map { 3 * $0 * saved.input(0) * saved.input(0) }]
  }
  static let samples = [Sample(Cube(), .real([3]))]
}

/// The identity, which counts how often its gradient rule is asked.
struct Recorder: TensorOperation {
  static let name = "recorder"
  static let calls = Mutex(0)
  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] { inputs }
  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] { inputs }
  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    Self.calls.withLock { $0 += 1 }
    return gradients
  }
  static let samples = [Sample(Recorder(), .real([3]))]
}

/// Two results, of which a program may use one.
struct SumAndProduct: TensorOperation {
  static let name = "sumAndProduct"
  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] { inputs }
  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    [inputs[0] + inputs[1], inputs[0] * inputs[1]]
  }
  func saves(needs: [Bool]) -> Saves { .inputs }
  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let (sum, product) = (gradients[0] ?? Tensor(0.0), gradients[1] ?? Tensor(0.0))
    return [sum + product * saved.input(1), sum + product * saved.input(0)]
  }
  static let samples = [Sample(SumAndProduct(), .real([3]), .real([3]))]
}

/// A rule that is wrong: twice the gradient.
struct WrongSquare: TensorOperation {
  static let name = "wrongSquare"
  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] { inputs }
  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] { [inputs[0] * inputs[0]] }
  func saves(needs: [Bool]) -> Saves { .input(0) }
  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    [gradients[0].map { 4 * $0 * saved.input(0) }]
  }
  static let samples = [Sample(WrongSquare(), .real([3]))]
}

/// A right first derivative that is a constant to the graph: the second is lost.
struct LostSecond: TensorOperation {
  static let name = "lostSecond"
  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] { inputs }
  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] { [inputs[0] * inputs[0]] }
  func saves(needs: [Bool]) -> Saves { .input(0) }
  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    [gradients[0].map { $0 * (2 * saved.input(0)).detach() }]
  }
  static let samples = [Sample(LostSecond(), .real([3]))]
}

@Suite struct UserOperationTests {
  @Test func aUsersOperationIsLikeAnyOther() throws {
    let x = Tensor([1.0, 2, 3], dtype: .float64).requiringGrad()
    let y = Cube().callAsFunction(x)
    #expect(y.values == [1, 8, 27])
    let slope = try grad(of: y.sum(), with: x, createGraph: true)
    #expect(slope.values == [3, 12, 27])
    #expect(try grad(of: slope.sum(), with: x).values == [6, 12, 18])
    #expect(Cube()(x).values == y.values)
  }

  @Test(arguments: ContractCheck.all)
  func aUsersOperationKeepsTheContract(_ check: ContractCheck) {
    for failure in Contract.check(Cube.self, [check]).failures { Issue.record("\(failure)") }
  }

  @Test func gradcheckAcceptsRightRules() throws {
    try gradcheck({ Cube()($0[0]) }, at: [Tensor([1.0, -2])])
    try gradgradcheck({ Cube()($0[0]) }, at: [Tensor([1.0, -2])])
    try gradcheck({ [$0[0] * $0[1], $0[1].exp()] }, at: [Tensor([1.0, -2]), Tensor([[0.5], [2]])])
    try gradcheck({ $0[0].sum() }, at: [Tensor([Double]())])
  }

  @Test func gradcheckSaysWhichElementIsWrong() {
    let error = #expect(throws: TensorError.self) { try gradcheck({ WrongSquare()($0[0]) }, at: [Tensor([1.0, 0])]) }
    #expect(error?.code == .differentiation)
    #expect(error?.operation == "gradcheck")
    #expect(error?.got.hasPrefix("1 elements that differ\n  input 0 (float64 [2]), element [0]: recorded ") == true)
  }

  @Test func gradgradcheckFindsALostSecondDerivative() throws {
    try gradcheck({ LostSecond()($0[0]) }, at: [Tensor([1.0, 2])])
    let error = #expect(throws: TensorError.self) {
      try gradgradcheck({ LostSecond()($0[0]) }, at: [Tensor([1.0, 2])])
    }
    #expect(error?.operation == "gradgradcheck")
  }

  @Test func gradcheckThrowsWhatTheFunctionFindsWrong() {
    let error = #expect(throws: TensorError.self) {
      try gradcheck({ $0[0] + $0[1] }, at: [Tensor([1.0, 2]), Tensor([1.0, 2, 3])])
    }
    #expect(error?.code == .shape)
  }
}
