import Foundation
import Testing
import Weft
import WeftContract

/// What PyTorch computed with averages, the gradient scaler and norms (see Goldens/make_optimizers.py).
private struct ToolGoldens: Decodable {
  struct Average: Decodable {
    let name: String
    let start: [GoldenTensor]
    let average: [GoldenTensor]
    let buffers: [GoldenTensor]
    let updated: [GoldenTensor]
  }
  struct Scaler: Decodable {
    let overflowing: [Int]
    let factors: [Double]
    let values: [[Double]]
  }
  struct Norm: Decodable {
    let order: String
    let norm: Double
    let before: [GoldenTensor]
    let after: [GoldenTensor]
  }
  let averages: [Average]
  let scaler: Scaler
  let norms: [Norm]

  static func read() throws -> ToolGoldens { try Golden.record("tools", of: ToolGoldens.self) }
}

@Suite struct WeightAverageTests {
  private func network(_ start: [GoldenTensor]) -> Sequential {
    let model = Sequential {
      Linear(4, 5); BatchNorm1d(5); Linear(5, 3)
    }
    model.convert(to: .float64)
    for (parameter, golden) in zip(model.parameters(), start) { parameter.value = golden.tensor() }
    return model
  }

  private func statistics(_ model: Module) -> [Tensor] {
    model.namedBuffers().map(\.buffer.value).filter { $0.dtype.isFloatingPoint }
  }

  @Test func goldens() throws {
    let network = try Golden.record("networks", of: NetworkGoldens.self)
    let (inputs, targets) = (network.inputs.tensor(), network.targets.tensor())
    for golden in try ToolGoldens.read().averages {
      let model = self.network(golden.start)
      let rule: WeightAverage.Rule = golden.name == "equal" ? .equal : .exponential(decay: 0.9)
      let average = WeightAverage(of: model, by: rule)
      let buffered = WeightAverage(of: model, by: rule, includesBuffers: true)
      let optimizer = SGD(model.parameters(), learningRate: 0.1)
      for _ in 0..<12 {
        optimizer.zeroGrad()
        meanSquaredError(model(inputs), targets).backward()
        optimizer.step()
        average.update()
        buffered.update()
      }
      let own = model.state().map { $0.tensor.scalars(as: Double.self) }
      buffered.applied {
        for (found, expected) in zip(statistics(model), golden.buffers) {
          Optional(expected).expect(found, "\(golden.name): buffers")
        }
      }
      average.applied {
        for (found, expected) in zip(model.parameters(), golden.average) {
          Optional(expected).expect(found.value, golden.name)
        }
      }
      #expect(model.state().map { $0.tensor.scalars(as: Double.self) } == own)
      average.apply()
      updateBatchNorm(model.eval(), with: [inputs[0..<3], inputs[3..<6]])
      #expect(!model.isTraining)
      for (found, expected) in zip(statistics(model), golden.updated) {
        Optional(expected).expect(found, "\(golden.name): updated")
      }
    }
  }

  @Test func itsStateGoesOnIdentically() throws {
    let model = Linear(2, 1)
    func change(_ value: Double) { for p in model.parameters() { p.value = Tensor(full: p.shape, value) } }
    let average = WeightAverage(of: model, by: .custom { a, p, count in a + (p - a) / Double(count + 1) })
    for value in [1.0, 2, 6] {
      change(value)
      average.update()
    }
    let saved = Dictionary(uniqueKeysWithValues: average.state().map { ($0.name, $0.tensor) })
    #expect(Set(saved.keys) == ["n_averaged", "module.weight", "module.bias"])
    let again = WeightAverage(of: model, by: .equal)
    try again.restore(saved)
    change(11)
    again.update()
    #expect(again.count == 4)
    again.apply()
    #expect(model.weight.value.scalars(as: Double.self) == [5, 5])
    let error = #expect(throws: TensorError.self) {
      try again.restore(["n_averaged": Tensor(1), "module.weight": Tensor(zeros: [2])])
    }
    #expect(error?.got == "module.weight of float32 [2], module.bias missing")
    #expect(throws: TensorError.self) { try withTensorErrors { WeightAverage(of: model, by: .exponential(decay: 2)) } }
  }
}

@Suite struct GradScalerTests {
  @Test func goldens() throws {
    let golden = try ToolGoldens.read().scaler
    let scaler = GradScaler(scale: 1024, growthFactor: 4, backoffFactor: 0.25, growthInterval: 5)
    let parameter = Parameter(Tensor([1.0, -2], dtype: .float64))
    let optimizer = SGD([parameter], learningRate: 0.1)
    for step in 0..<40 {
      optimizer.zeroGrad()
      scaler.scaled((parameter.tensor * parameter.tensor * 0.5).sum()).backward()
      let overflows = golden.overflowing.contains(step)
      if overflows {
        parameter.grad?[1] = Tensor(step % 2 == 1 ? Double.infinity : .nan, dtype: .float64)
      }
      #expect(scaler.step(optimizer) == !overflows)
      scaler.update()
      #expect(scaler.scale == golden.factors[step], "\(step)")
      for (found, expected) in zip(parameter.value.scalars(as: Double.self), golden.values[step]) {
        #expect(abs(found - expected) <= Tolerance.golden, "\(step)")
      }
    }
  }

  @Test func unscaledGradientsCanBeClippedAndCallsOutOfOrderAreErrors() throws {
    let scaler = GradScaler(scale: 8)
    let parameter = Parameter(Tensor([3.0]))
    let optimizer = SGD([parameter], learningRate: 1)
    scaler.scaled(parameter.tensor.sum()).backward()
    scaler.unscale(optimizer)
    #expect(parameter.grad?.item() == 1)
    #expect(throws: TensorError.self) { try withTensorErrors { scaler.unscale(optimizer) } }
    scaler.step(optimizer)
    #expect(parameter.value.item() == 2)
    #expect(throws: TensorError.self) { try withTensorErrors { scaler.step(optimizer) } }
    scaler.update(to: 16)
    #expect(scaler.scale == 16)
    #expect(throws: TensorError.self) { try withTensorErrors { scaler.update() } }
    #expect(throws: TensorError.self) { try withTensorErrors { GradScaler(growthFactor: 1) } }
    #expect(throws: TensorError.self) { try withTensorErrors { GradScaler(backoffFactor: 1) } }
  }

  @Test func itsStateGoesOnAndTheFactorStaysInFloat32() throws {
    let scaler = GradScaler(scale: 1e38, growthFactor: 10, growthInterval: 1)
    let parameter = Parameter(Tensor([3.0]))
    let optimizer = SGD([parameter], learningRate: 1)
    parameter.grad = Tensor([1.0])
    scaler.step(optimizer)
    scaler.update()
    #expect(scaler.scale == 1e38)
    let again = GradScaler()
    try again.restore(Dictionary(uniqueKeysWithValues: scaler.state().map { ($0.name, $0.tensor) }))
    #expect(again.scale == 1e38 && again.goodSteps == 0)
    #expect(throws: TensorError.self) { try again.restore(["scale": Tensor(0.0)]) }
    let idle = GradScaler(enabled: false)
    parameter.grad = Tensor([Double.infinity])
    #expect(idle.step(optimizer) && idle.scaled(Tensor(2.0)).item() == 2)
  }
}

@Suite struct GradientToolTests {
  @Test func normsOfOtherOrders() throws {
    for golden in try ToolGoldens.read().norms {
      let parameters = golden.before.map { Parameter(Tensor(zeros: Shape($0.shape), dtype: .float64)) }
      for (parameter, gradient) in zip(parameters, golden.before) { parameter.grad = gradient.tensor() }
      let order = golden.order == "inf" ? Double.infinity : try #require(Double(golden.order))
      let norm = clipGradientNorm(parameters, to: 0.3, order: order)
      #expect(abs(norm - golden.norm) <= Tolerance.golden * golden.norm, "\(golden.order)")
      for (parameter, after) in zip(parameters, golden.after) {
        Optional(after).expect(parameter.grad, "\(golden.order)")
      }
    }
  }

  @Test func aNormThatIsNotFiniteIsAnErrorOnRequest() {
    let parameter = Parameter(Tensor([1.0, 2]))
    parameter.grad = Tensor([Double.infinity, 2])
    #expect(throws: TensorError.self) {
      try withTensorErrors { clipGradientNorm([parameter], to: 1, errorIfNonfinite: true) }
    }
    #expect(parameter.grad?.scalars(as: Double.self)[1] == 2)
    #expect(throws: TensorError.self) { try withTensorErrors { clipGradientNorm([parameter], to: 1, order: 0) } }
    parameter.grad = Tensor([Double.nan, 2])
    #expect(clipGradientNorm([parameter], to: 1, order: .infinity).isNaN)
  }

  @Test func accumulatedGradientsAreThoseOfTheWholeBatch() {
    let model = Linear(3, 2)
    let (x, y) = (Tensor(normal: [8, 3]), Tensor(normal: [8, 2]))
    meanSquaredError(model(x), y).backward()
    let whole = model.weight.grad?.scalars(as: Double.self) ?? []
    model.zeroGrad()
    var accumulation = GradientAccumulation(over: 4)
    let isTime = (0..<4).map { part in
      accumulation.backward(meanSquaredError(model(x[2 * part..<2 * part + 2]), y[2 * part..<2 * part + 2]))
    }
    #expect(isTime == [false, false, false, true])
    #expect(accumulation.isEmpty)
    for (a, b) in zip(whole, model.weight.grad?.scalars(as: Double.self) ?? []) { #expect(abs(a - b) < 1e-6) }
  }
}
