import Testing
import Weft

/// Settings that change between steps, and those that are out of range.
@Suite struct ChangedSettingTests {
  private func parameter(_ value: Double = 1) -> Parameter { Parameter(Tensor([value], dtype: .float64)) }

  private func saved(_ optimizer: Optimizer) -> [String: Tensor] {
    Dictionary(uniqueKeysWithValues: optimizer.state().map { ($0.name, $0.tensor) })
  }

  private func step(_ optimizer: Optimizer, _ gradient: Double) {
    for parameter in optimizer.parameters { parameter.grad = Tensor([gradient], dtype: .float64) }
    optimizer.step()
  }

  @Test func aVelocityBeginsWhereMomentumIsTurnedOn() {
    let p = parameter()
    let optimizer = SGD([p], learningRate: 1)
    step(optimizer, 1)
    optimizer.settings[0].momentum = 0.5
    optimizer.settings[0].dampening = 0.25
    step(optimizer, 2)  // the velocity is the gradient itself
    #expect(p.value.item() == 1 - 1 - 2)
    step(optimizer, 4)  // 0.5 · 2 + 0.75 · 4
    #expect(p.value.item() == -2 - 4)
    #expect(saved(optimizer)["0.momentum_buffer"]?.item() == 4)
  }

  @Test func aVelocityIsForgottenWhereMomentumIsTurnedOff() throws {
    let p = parameter()
    let optimizer = SGD([p], learningRate: 1, momentum: 0.5)
    step(optimizer, 1)
    optimizer.settings[0].momentum = 0
    step(optimizer, 2)
    #expect(p.value.item() == 1 - 1 - 2)
    #expect(saved(optimizer)["0.momentum_buffer"] == nil)
    optimizer.settings[0].momentum = 0.5
    let other = SGD([parameter()], momentum: 0.5)
    try other.restore(saved(optimizer))
    step(optimizer, 4)
    #expect(p.value.item() == -2 - 4)
  }

  @Test func rmsPropsAverageOutlivesItsVelocity() {
    for before in [0, 0.5] {
      let (p, q) = (parameter(), parameter())
      let (changed, plain) = (RMSprop([p], momentum: before), RMSprop([q]))
      for optimizer in [changed, plain] { step(optimizer, 3) }
      p.value = q.value
      changed.settings[0].momentum = 0.5 - before
      plain.settings[0].momentum = 0
      for optimizer in [changed, plain] { step(optimizer, 2) }
      #expect(p.value.item() == q.value.item())
      #expect(saved(changed)["0.square_avg"]?.item() == saved(plain)["0.square_avg"]?.item())
    }
  }

  /// States one state tensor and a formula of none.
  private final class Mistaken: Optimizer {
    override func stateNames(of parameter: Parameter, in group: ParameterGroup) -> [String] { ["average"] }
    override func rule(in group: ParameterGroup, step: Int) -> UpdateRule? {
      UpdateRule(Formula { value, gradient in value - gradient }, [])
    }
  }

  @Test func aRuleOfAnotherNumberOfStateTensorsIsRefused() throws {
    let p = parameter()
    let optimizer = Mistaken([p], learningRate: 1)
    let error = try #require(throws: TensorError.self) { try withTensorErrors { step(optimizer, 1) } }
    #expect(
      error.description == """
        [UpdateRule]: expected a formula of 3 inputs and 2 outputs: the value, its gradient and as many state tensors \
        as `stateNames` has, got one of 2 and 1
        """)
    #expect(p.value.item() == 1)
  }

  @Test func settingsOutOfRangeAreRefusedWhereTheyAreSet() {
    let optimizer = SGD([parameter()], learningRate: 1, momentum: 0.5)
    let error = #expect(throws: TensorError.self) { try withTensorErrors { optimizer.settings[0].momentum = -1 } }
    #expect(error?.description == "[SGD]: expected a momentum from 0, got -1.0")
    #expect(optimizer.settings[0].momentum == 0.5)
    #expect(throws: TensorError.self) { try withTensorErrors { optimizer.settings = [] } }
    #expect(optimizer.settings.count == 1)
    let muon = Muon([Parameter(Tensor(ones: [2, 2]))])
    let wrong: [() -> Void] = [
      { muon.settings[0].iterations = -1 }, { muon.settings[0].epsilon = .nan },
      { muon.settings[0].coefficients.1 = .infinity }, { optimizer.settings[0].dampening = .nan },
      { optimizer.settings[0].weightDecay = -0.1 },
    ]
    for (place, set) in wrong.enumerated() {
      #expect(throws: TensorError.self, "\(place)") { try withTensorErrors { set() } }
    }
    step(optimizer, 1)  // nothing wrong stayed
    #expect(optimizer.stepCount == 1)
  }

  @Test func learningRatesOutOfRangeAreRefusedWhereTheyAreSet() {
    let optimizer = AdamW([parameter()], learningRate: 0.5)
    let group = optimizer.addGroup([parameter()], learningRate: 0.25)
    for rate in [-1, .nan, .infinity] {
      let error = #expect(throws: TensorError.self) { try withTensorErrors { optimizer.learningRate = rate } }
      #expect(error?.description == "[AdamW]: expected a learning rate from 0, got \(rate)")
      #expect(throws: TensorError.self) { try withTensorErrors { group.learningRate = rate } }
    }
    #expect(optimizer.learningRate == 0.5 && group.learningRate == 0.25)
    optimizer.learningRate = 1
    #expect(group.learningRate == 0.5)
  }

  /// Settings that go together may be set one after the other; a step wants them right.
  @Test func settingsThatDoNotGoTogetherAreFoundBeforeAStep() {
    let p = parameter()
    let optimizer = SGD([p], learningRate: 1)
    optimizer.settings[0].nesterov = true
    let error = #expect(throws: TensorError.self) { try withTensorErrors { step(optimizer, 1) } }
    #expect(error?.expected == "a momentum above 0 for Nesterov's form" && p.value.item() == 1)
    optimizer.settings[0].momentum = 0.5
    step(optimizer, 1)
    #expect(optimizer.stepCount == 1)
    let rprop = Rprop([parameter()])
    rprop.settings[0].stepSizes.0 = 100
    #expect(throws: TensorError.self) { try withTensorErrors { step(rprop, 1) } }
    rprop.settings[0].stepSizes.1 = 200
    step(rprop, 1)
    #expect(rprop.stepCount == 1)
  }

  @Test func aGroupThatIsRefusedChangesNothing() {
    let (p, q) = (parameter(), parameter())
    let optimizer = RMSprop([p])
    let wrong: [() -> Void] = [
      { optimizer.addGroup([q], learningRate: .nan) }, { optimizer.addGroup([q]) { $0.smoothing = 2 } },
      { optimizer.addGroup([p]) },
    ]
    for add in wrong { #expect(throws: TensorError.self) { try withTensorErrors { add() } } }
    #expect(optimizer.groups.count == 1 && optimizer.parameters.count == 1 && optimizer.settings.count == 1)
    step(optimizer, 1)
    #expect(optimizer.stepCount == 1)
  }

  @Test func lbfgsKeepsItsDirection() {
    let p = parameter()
    let optimizer = LBFGS([p])
    optimizer.step { p.tensor.squared().sum() }
    #expect(throws: TensorError.self) { try withTensorErrors { optimizer.groups[0].maximize = true } }
    #expect(!optimizer.groups[0].maximize)
  }

  @Test func nadamTakesUpAFarStep() throws {
    let optimizer = NAdam([parameter()], betas: (0.999999999999, 0.999))
    var state = saved(optimizer)
    state["0.step"] = Tensor(1 << 52)
    state["0.exp_avg"] = Tensor([0.5], dtype: .float64)
    state["0.exp_avg_sq"] = Tensor([0.25], dtype: .float64)
    try optimizer.restore(state)
    step(optimizer, 1)
    #expect(optimizer.parameters[0].value.item().isFinite)
  }

  @Test func lbfgsClimbsAndBoundsItsEvaluations() {
    let p = parameter(0.5)
    let optimizer = LBFGS([p], maxIterations: .max, lineSearch: .strongWolfe)
    #expect(optimizer.maxEvaluations == .max)
    optimizer.groups[0].maximize = true
    let first = optimizer.step { (-(p.tensor - 2).squared() + 7).sum() }
    #expect(first == 7 - 2.25)
    #expect(abs(p.value.item() - 2) < 1e-6)
    #expect(throws: TensorError.self) { try withTensorErrors { LBFGS([p], maxEvaluations: .min) } }
  }

  @Test func aLongerHistoryIsCutAndOfTheParametersType() throws {
    let p = Parameter(Tensor([-1.2, 1], dtype: .float64))
    func loss(_ p: Parameter) -> Tensor {
      let (x, y) = (p.tensor[0], p.tensor[1])
      return (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x)
    }
    let long = LBFGS([p], maxIterations: 8, lineSearch: .strongWolfe)
    long.step { loss(p) }
    let state = saved(long)
    #expect((state["ro"]?.elementCount ?? 0) > 3)
    let q = Parameter(p.value.converted(to: .float32))
    let short = LBFGS([q], maxIterations: 4, historySize: 3, lineSearch: .strongWolfe)
    try short.restore(state)
    #expect(saved(short)["old_dirs"]?.shape == [3, 2])
    short.step { loss(q) }
    #expect(saved(short)["old_dirs"]?.shape == [3, 2])
    #expect(saved(short)["old_dirs"]?.dtype == .float32 && saved(short)["d"]?.dtype == .float32)
    for count in [-1, 0.5, .nan] {
      var wrong = state
      wrong["n_iter"] = Tensor(count, dtype: .float64)
      let error = #expect(throws: TensorError.self) { try short.restore(wrong) }
      #expect(error?.got == "n_iter of \(count)")
    }
  }

  @Test func aScaleThatCannotBeIsRefused() throws {
    let scaler = GradScaler(growthInterval: 3)
    for (scale, steps) in [(0, 1), (-1, 1), (.infinity, 1), (.nan, 1), (2, -1), (2, 0.5)] as [(Double, Double)] {
      let state = ["scale": Tensor(scale, dtype: .float64), "_growth_tracker": Tensor(steps, dtype: .float64)]
      #expect(throws: TensorError.self) { try scaler.restore(state) }
    }
    #expect(throws: TensorError.self) { try withTensorErrors { GradScaler(scale: .nan) } }
    #expect(throws: TensorError.self) { try withTensorErrors { scaler.update(to: 0) } }
    #expect(scaler.scale == 65536)
    // Taken up from a scaler with a longer interval.
    try scaler.restore(["scale": Tensor(2.0), "_growth_tracker": Tensor(7)])
    let p = parameter()
    p.grad = Tensor([1.0], dtype: .float64)
    scaler.step(SGD([p]))
    scaler.update()
    #expect(scaler.scale == 4 && scaler.goodSteps == 0)
  }
}
