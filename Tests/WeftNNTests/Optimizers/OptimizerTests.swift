import Testing
import Weft

/// A network of which one branch can be left out.
private final class Branches: Module {
  let encoder = Sequential {
    Linear(3, 2); Linear(2, 2)
  }
  let unused = Linear(2, 1)

  override func forward(_ x: Tensor) -> Tensor { encoder(x) }
}

/// p ← p − lr·m, m ← βm + sign(g): parameter by parameter, as a program of its own writes it.
private final class SignDescent: Optimizer {
  var stateShape: Shape?

  override func stateNames(of parameter: Parameter, in group: ParameterGroup) -> [String] { ["average"] }

  override func update(
    _ value: inout Tensor, gradient: Tensor, state: inout [Tensor], in group: ParameterGroup, step: Int
  ) {
    state[0] = 0.5 * state[0] + gradient.sign()
    value -= group.learningRate * state[0]
    if let stateShape { state[0] = Tensor(zeros: stateShape) }
  }
}

@Suite struct OptimizerTests {
  @Test(arguments: [DType.float32, .float64, .bfloat16])
  func anOptimizerMayUpdateOneParameterAtATime(dtype: DType) throws {
    let parameter = Parameter(Tensor([1.0, 2, 3], dtype: dtype))
    let before = parameter.value
    let optimizer = SignDescent([parameter], learningRate: 0.25)
    for expected in [[1.25, 2, 2.75], [1.625, 2, 2.375]] {
      parameter.grad = Tensor([-0.5, 0, 7], dtype: dtype)
      optimizer.step()
      #expect(parameter.value.scalars(as: Double.self) == expected)
    }
    #expect(parameter.value.dtype == dtype && parameter.requiresGrad)
    #expect(before.scalars(as: Double.self) == [1, 2, 3])
    let saved = optimizer.state().first { $0.name == "0.average" }?.tensor
    #expect(saved?.scalars(as: Double.self) == [-1.5, 0, 1.5])
    optimizer.stateShape = [2]
    let wrong = #expect(throws: TensorError.self) { try withTensorErrors { optimizer.step() } }
    #expect(wrong?.description.contains("expected state tensors of") == true)
    let error = #expect(throws: TensorError.self) {
      try withTensorErrors { Optimizer([parameter], learningRate: 0.1).step() }
    }
    #expect(error?.code == .unsupported)
  }

  typealias Goldens = OptimizerGoldenTests

  private func parameters() -> [Parameter] {
    [Parameter(Tensor([[0.5, -1], [2, 0.25]], dtype: .float64)), Parameter(Tensor([1.0, -3], dtype: .float64))]
  }

  private func values(_ parameters: [Parameter]) -> [[Double]] { parameters.map { $0.value.scalars(as: Double.self) } }

  @Test func aValueTakenBeforeAStepDoesNotChange() {
    for (name, make) in Goldens.optimizers {
      let parameters = parameters()
      let optimizer = make(parameters)
      for step in 1...3 {
        let copies = parameters.map(\.value)
        let before = values(parameters)
        Goldens.takeStep(optimizer, number: step)
        #expect(copies.map { $0.scalars(as: Double.self) } == before, "\(name)")
        #expect(values(parameters) != before, "\(name)")
      }
    }
  }

  @Test func aSavedStateDoesNotChangeAndGoesOnIdentically() throws {
    for (name, make) in Goldens.optimizers {
      let parameters = parameters()
      let optimizer = make(parameters)
      for step in 1...7 { Goldens.takeStep(optimizer, number: step) }
      optimizer.learningRate *= 0.5
      let (saved, start) = (optimizer.state(), parameters.map { Parameter($0.value) })
      let savedValues = saved.map { $0.tensor.scalars(as: Double.self) }
      for step in 8...20 { Goldens.takeStep(optimizer, number: step) }
      #expect(saved.map { $0.tensor.scalars(as: Double.self) } == savedValues, "\(name)")

      let again = make(start)
      try again.restore(Dictionary(uniqueKeysWithValues: saved.map { ($0.name, $0.tensor) }))
      for step in 8...20 { Goldens.takeStep(again, number: step) }
      #expect(again.stepCount == 20)
      #expect(values(start) == values(parameters), "\(name)")
    }
  }

  @Test func aStateThatDoesNotFitIsRefusedWhole() throws {
    let parameters = parameters()
    let optimizer = Adam(parameters)
    Goldens.takeStep(optimizer, number: 1)
    var saved = Dictionary(uniqueKeysWithValues: optimizer.state().map { ($0.name, $0.tensor) })
    saved["0.exp_avg"] = Tensor(zeros: [3])
    saved["1.exp_avg_sq"] = nil
    saved["1.step"] = Tensor(-1)
    saved["2.step"] = Tensor(1)
    let other = Adam(self.parameters())
    let error = try #require(throws: TensorError.self) { try other.restore(saved) }
    #expect(
      error.description == """
        [Adam.restore]: expected the state of such an optimizer for these 2 parameters, got 2.step unknown, \
        0.exp_avg of float32 [3], not float64 [2, 2], 1.exp_avg_sq missing, 1.step of -1.0
        """)
    #expect(other.stepCount == 0)
    #expect(throws: TensorError.self) { try other.restore([:]) }
    #expect(throws: TensorError.self) { try SGD(self.parameters(), momentum: 0.5).restore(saved) }
  }

  @Test func missingGradientsAreNamedByTheirPaths() throws {
    let model = Branches()
    let optimizer = SGD(model.parameters(), learningRate: 0.1)
    let before = model.encoder.parameters().map { $0.value.scalars(as: Double.self) }
    model(Tensor(ones: [2, 3])).sum().backward()
    let error = try #require(throws: TensorError.self) { try withTensorErrors { optimizer.step() } }
    #expect(
      error.description == """
        [SGD.step]: expected a gradient for each parameter that learns, got none for unused.weight [1, 2], unused.bias [1]
          hint: the loss did not use them; `skipsMissingGradients = true` leaves such parameters alone
        """)
    #expect(model.encoder.parameters().map { $0.value.scalars(as: Double.self) } == before)
    optimizer.skipsMissingGradients = true
    optimizer.step()
    #expect(optimizer.stepCount == 1)
    #expect(model.encoder.parameters().map { $0.value.scalars(as: Double.self) } != before)
  }

  @Test func noGradientAtAllAsksForBackward() throws {
    let optimizer = Adam(Linear(2, 1).parameters())
    let error = try #require(throws: TensorError.self) { try withTensorErrors { optimizer.step() } }
    #expect(
      error.hint == "was `backward()` called since `zeroGrad()`, on a loss of the model whose parameters these are?")
  }

  @Test func aFrozenParameterStays() {
    let parameters = parameters()
    parameters[0].requiresGrad = false
    let optimizer = AdamW(parameters, learningRate: 0.1)
    let before = values(parameters)
    Goldens.takeStep(optimizer, number: 1)
    #expect(values(parameters)[0] == before[0])
    #expect(values(parameters)[1] != before[1])
  }

  @Test func aParameterThatLearnsLaterStartsAsNew() {
    let (late, fresh) = (parameters(), parameters())
    let optimizer = SGD(late, learningRate: 0.1, momentum: 0.9, dampening: 0.5)
    late[0].requiresGrad = false
    Goldens.takeStep(optimizer, number: 1)
    late[0].requiresGrad = true
    Goldens.takeStep(optimizer, number: 2)
    Goldens.takeStep(SGD(fresh, learningRate: 0.1, momentum: 0.9, dampening: 0.5), number: 2)
    #expect(values(late)[0] == values(fresh)[0])
  }

  @Test func settingsOutOfRangeAreErrors() {
    let p = parameters()
    let wrong: [() -> Optimizer] = [
      { SGD(p, learningRate: -1) }, { SGD(p, learningRate: .nan) }, { SGD(p, momentum: -0.1) },
      { SGD(p, nesterov: true) }, { SGD(p, momentum: 0.9, dampening: 0.1, nesterov: true) },
      { Adam(p, betas: (1, 0.9)) }, { AdamW(p, epsilon: -1) }, { AdamW(p, weightDecay: .infinity) },
      { RMSprop(p, smoothing: 2) }, { SGD([]) }, { SGD(p + p) },
    ]
    for make in wrong {
      #expect(throws: TensorError.self) { try withTensorErrors { make() } }
    }
  }
}
