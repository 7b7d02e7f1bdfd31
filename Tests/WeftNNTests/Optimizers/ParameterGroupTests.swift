import Testing
import Weft

@Suite struct ParameterGroupTests {
  private func parameter(_ value: Double) -> Parameter { Parameter(Tensor([value], dtype: .float64)) }

  @Test func aGroupHasItsOwnSettingsAndTheOthersOfTheFirst() {
    let (a, b) = (parameter(1), parameter(1))
    let optimizer = AdamW([a], learningRate: 0.1, betas: (0.5, 0.75), weightDecay: 0.2)
    let group = optimizer.addGroup([b], learningRate: 0.3) { $0.weightDecay = 0 }
    #expect(optimizer.parameters.map { $0 === a } == [true, false])
    #expect(group.index == 1 && group.range == 1..<2 && group.learningRate == 0.3)
    #expect(optimizer.settings[1].betas == (0.5, 0.75))
    #expect(optimizer.settings[1].weightDecay == 0 && optimizer.settings[0].weightDecay == 0.2)
  }

  @Test func aScheduleKeepsTheGroupsProportions() {
    let optimizer = SGD([parameter(1)], learningRate: 0.1)
    let group = optimizer.addGroup([parameter(2)], learningRate: 0.05)
    optimizer.learningRate = 0
    optimizer.learningRate = 4
    #expect(group.learningRate == 2)
    group.learningRate = 7
    #expect(optimizer.learningRate == 4)
    let silent = SGD([parameter(1)], learningRate: 0)
    #expect(silent.addGroup([parameter(2)], learningRate: 0.5).share == 1)
  }

  @Test func settingsMayChangeBetweenSteps() {
    let p = parameter(1)
    let optimizer = SGD([p], learningRate: 1, momentum: 0.5)
    p.grad = Tensor([1.0], dtype: .float64)
    optimizer.step()
    optimizer.settings[0].momentum = 0.25
    optimizer.step()
    #expect(p.value.item() == 1 - 1 - (0.25 + 1))
  }

  @Test func wrongGroupsAreErrors() {
    let p = parameter(1)
    let wrong: [() -> Void] = [
      { SGD([p]).addGroup([p]) }, { SGD([p]).addGroup([parameter(1)], learningRate: -1) },
      { AdamW([p]).addGroup([parameter(1)]) { $0.epsilon = -1 } },
      { LBFGS([p]).addGroup([parameter(1)]) }, { LBFGS([p]).step() }, { _ = Muon([p]) },
      { _ = LBFGS([p], maxIterations: 0) }, { _ = LBFGS([p], historySize: 0) },
      { _ = Rprop([p], factors: (1, 1.2)) }, { _ = Rprop([p], stepSizes: (1, 0.5)) }, { _ = Adadelta([p], rho: 1.5) },
      { _ = Adagrad([p], initialSum: -1) }, { _ = Adamax([p], betas: (0.9, 1)) }, { _ = NAdam([p], momentumDecay: -1) },
      { _ = RAdam([p], epsilon: -1) }, { _ = ASGD([p], weightDecay: -1) }, { _ = Adafactor([p], clipping: 0.5) },
      { _ = Lion([p], betas: (-0.1, 0.5)) }, { _ = ASGD([p], decay: .nan) },
      { _ = LBFGS([p], gradientTolerance: -1) }, { _ = LBFGS([p], changeTolerance: .nan) },
      { _ = GradScaler(growthInterval: 0) }, { _ = GradientAccumulation(over: 0) }, { _ = LAMB([p], weightDecay: -1) },
    ]
    for (place, make) in wrong.enumerated() {
      #expect(throws: TensorError.self, "\(place)") { try withTensorErrors { make() } }
    }
  }

  @Test func muonNamesWhatIsNoMatrix() throws {
    let model = Linear(2, 3)
    _ = model(Tensor(zeros: [1, 2]))
    let error = #expect(throws: TensorError.self) { try withTensorErrors { Muon(model.parameters()) } }
    #expect(
      error?.description == """
        [Muon]: expected matrices, got bias [3]
          hint: give vectors and other parameters to AdamW
        """)
  }

  @Test func aStateOfOtherGroupsIsRefused() throws {
    let one = SGD([parameter(1), parameter(2)])
    let two = SGD([parameter(1)])
    two.addGroup([parameter(2)])
    func saved(_ optimizer: Optimizer) -> [String: Tensor] {
      Dictionary(uniqueKeysWithValues: optimizer.state().map { ($0.name, $0.tensor) })
    }
    let error = #expect(throws: TensorError.self) { try one.restore(saved(two)) }
    #expect(error?.got == "group.1.learning_rate unknown")
    #expect(throws: TensorError.self) { try two.restore(saved(one)) }
  }

  @Test func aStateOfOtherParametersOrRatesIsRefused() throws {
    func saved(_ optimizer: Optimizer) -> [String: Tensor] {
      Dictionary(uniqueKeysWithValues: optimizer.state().map { ($0.name, $0.tensor) })
    }
    for make in [{ SGD($0) }, { AdamW($0) }, { LBFGS($0) }] as [([Parameter]) -> Optimizer] {
      let one = make([parameter(1)])
      let two = make([parameter(1), parameter(2)])
      let error = #expect(throws: TensorError.self) { try two.restore(saved(one)) }
      #expect(error?.got == "parameter_count of 1, not 2")
      #expect(throws: TensorError.self) { try one.restore(saved(two)) }
    }
    for rate in [-1, .nan, .infinity] {
      var state = saved(SGD([parameter(1)]))
      state["learning_rate"] = Tensor(rate, dtype: .float64)
      let error = #expect(throws: TensorError.self) { try SGD([parameter(1)]).restore(state) }
      #expect(error?.got == "learning_rate of \(rate)")
    }
    // As files of before have it.
    var state = saved(AdamW([parameter(1)]))
    state["parameter_count"] = nil
    try AdamW([parameter(1)]).restore(state)
  }

  @Test func aStateOfLBFGSThatDoesNotFitIsRefused() throws {
    let p = Parameter(Tensor([1.0, 2], dtype: .float64))
    let optimizer = LBFGS([p], maxIterations: 2)
    for _ in 0..<2 { optimizer.step { (p.tensor * p.tensor * p.tensor * p.tensor).sum() } }
    var saved = Dictionary(uniqueKeysWithValues: optimizer.state().map { ($0.name, $0.tensor) })
    saved["d"] = Tensor(zeros: [3], dtype: .float64)
    saved["t"] = nil
    let error = #expect(throws: TensorError.self) { try LBFGS([p]).restore(saved) }
    #expect(error?.got == "t missing, d of float64 [3], not [2]")
  }

  @Test func lBFGSFindsTheLeastPlaceOfRosenbrocksFunction() {
    let p = Parameter(Tensor([-1.2, 1], dtype: .float64))
    let optimizer = LBFGS([p], maxIterations: 100, changeTolerance: 1e-15, lineSearch: .strongWolfe)
    optimizer.step {
      let (x, y) = (p.tensor[0], p.tensor[1])
      return (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x)
    }
    for value in p.value.scalars(as: Double.self) { #expect(abs(value - 1) < 1e-5) }
  }
}
