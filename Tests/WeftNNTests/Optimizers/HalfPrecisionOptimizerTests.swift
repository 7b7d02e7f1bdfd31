import Testing
import Weft

/// Updates of half-precision parameters are computed, and states and averages kept, in float32.
@Suite struct HalfPrecisionOptimizerTests {
  /// The values after some steps with small gradients.
  private func values(_ make: ([Parameter]) -> Optimizer, _ dtype: DType) -> [Double] {
    let parameter = Parameter(Tensor([[1, -2, 0.5], [0.25, 1.5, -1]], dtype: dtype))
    let optimizer = make([parameter])
    for step in 0..<21 {
      let gradient = (0..<6).map { 0x1p-10 * (1 + 0.5 * Double(($0 + step) % 3)) }
      parameter.grad = Tensor(gradient, shape: [2, 3], dtype: dtype)
      optimizer.step()
    }
    #expect(optimizer.state().allSatisfy { $0.tensor.dtype != .float16 && $0.tensor.dtype != .bfloat16 })
    return parameter.value.scalars(as: Double.self)
  }

  @Test(arguments: [(DType.float16, 0x1p-11), (DType.bfloat16, 0x1p-8)])
  func updatesAreThoseOfFloat32(dtype: DType, rounding: Double) {
    for (name, make) in AllOptimizers.steppedByGradients {
      // The first value of Adafactor's epsilon depends on the type; each step rounds values of up to 3.
      for (half, full) in zip(values(make, dtype), values(make, .float32)) where name != "adafactor" {
        #expect(abs(half - full) <= 21 * 3 * rounding, "\(name): \(half), \(full)")
      }
      #expect(values(make, dtype).allSatisfy { $0.isFinite && abs($0) < 10 }, "\(name)")
    }
  }

  /// 1 − 21 · 0.1: the square of the gradient, 1e-6, times 1 − β₂ is less than float16 holds.
  @Test func adamInFloat16() {
    let parameter = Parameter(Tensor([1.0], dtype: .float16))
    let optimizer = Adam([parameter], learningRate: 0.1)
    for _ in 0..<21 {
      parameter.grad = Tensor([1e-3], dtype: .float16)
      optimizer.step()
    }
    #expect(abs(parameter.value.item() + 1.1) < 0.01)
  }

  @Test func lbfgsInBfloat16() {
    let parameter = Parameter(Tensor([3.0, -2], dtype: .bfloat16))
    let optimizer = LBFGS([parameter], lineSearch: .strongWolfe)
    optimizer.step { (parameter.tensor - 1).squared().sum() }
    for value in parameter.value.scalars(as: Double.self) { #expect(abs(value - 1) < 0.02) }
    #expect(optimizer.state().allSatisfy { $0.tensor.dtype != .bfloat16 })
  }

  /// 1 − 0.999³⁰⁰⁰ = 0.9503.
  @Test(arguments: [DType.bfloat16, .float16]) func averagesOfHalfPrecision(dtype: DType) throws {
    let model = Linear(1, 1, bias: false)
    model.convert(to: dtype)
    model.weight.value = Tensor(zeros: [1, 1])
    let average = WeightAverage(of: model, by: .exponential(decay: 0.999))
    average.update()
    model.weight.value = Tensor(ones: [1, 1])
    for _ in 0..<3000 { average.update() }
    let saved = Dictionary(uniqueKeysWithValues: average.state().map { ($0.name, $0.tensor) })
    #expect(saved["module.weight"]?.dtype == .float32)
    #expect(abs((saved["module.weight"]?.item() ?? 0) - 0.9503) < 1e-3)
    try average.restore(saved)
    average.apply()
    #expect(model.weight.value.dtype == dtype)
    #expect(abs(model.weight.value.item() - 0.9503) < 4e-3)
  }

  /// State keeps the type that it began with.
  @Test func aConversionBetweenSteps() {
    for (name, make) in AllOptimizers.steppedByGradients where name != "muon" {
      for dtype in [DType.float64, .bfloat16] {
        let model = Linear(3, 2)
        let optimizer = make(model.parameters())
        for type in [DType.float32, dtype] {
          model.convert(to: type)
          model(Tensor(ones: [1, 3], dtype: type)).squared().sum().backward()
          optimizer.step()
          optimizer.zeroGrad()
        }
        #expect(model.parameters().allSatisfy { $0.value.dtype == dtype }, "\(name)")
        let values = model.parameters().flatMap { $0.value.scalars(as: Double.self) }
        #expect(values.allSatisfy { $0.isFinite }, "\(name)")
      }
    }
  }

  @Test func aRuleOfAnAverageGivesItsShape() {
    let model = Linear(2, 1, bias: false)
    let average = WeightAverage(of: model, by: .custom { average, _, _ in average.sum() })
    average.update()
    let error = #expect(throws: TensorError.self) { try withTensorErrors { average.update() } }
    #expect(error?.got == "[]")
  }
}

/// Where a root, a square or a product is not what the numbers would give.
@Suite struct OptimizerRoundingTests {
  /// v − ḡ² rounds to a negative number by the 23rd step.
  @Test func theRootOfACentredAverageIsNoNaN() {
    for momentum in [0, 0.5] {
      let parameter = Parameter(Tensor([1.0]))
      let optimizer = RMSprop([parameter], learningRate: 1e-3, smoothing: 0.5, momentum: momentum, centered: true)
      for _ in 0..<60 {
        parameter.grad = Tensor([7.694572])
        optimizer.step()
        #expect(parameter.value.item().isFinite)
      }
    }
  }

  /// Squares of 1e25 are ∞ in float32, those of 1e-25 are 0: no step is NaN, and those after it are not either.
  @Test(arguments: [1e25, 1e30, 1e-25, 1e-38]) func gradientsWhoseSquaresDoNotFit(size: Double) {
    for (name, make) in AllOptimizers.steppedByGradients {
      for shape in [[2, 3], [6], [1, 2, 3]] as [Shape] {
        if name == "muon", shape.rank != 2 { continue }
        let parameter = Parameter(Tensor([1, -2, 0.5, 0.25, 1.5, -1], shape: shape))
        let optimizer = make([parameter])
        for step in 0..<6 {
          let scale = step < 3 ? size : 1
          let gradient = (0..<6).map { scale * (Double(($0 + step) % 3) - 0.75) }
          parameter.grad = Tensor(gradient, shape: shape)
          optimizer.step()
          let values = parameter.value.scalars(as: Double.self)
          #expect(values.allSatisfy { $0.isFinite }, "\(name), \(shape), step \(step): \(values)")
        }
      }
    }
  }

  /// Down a bowl that is as steep: the squares are those of gradients and of their differences.
  @Test(arguments: [1e25, 1e-25, 1.0]) func linesAreSearchedInSteepBowls(size: Double) {
    for search in [LBFGS.LineSearch.none, .strongWolfe] {
      let parameter = Parameter(Tensor([1.0, -2, 0.5]))
      let optimizer = LBFGS([parameter], lineSearch: search)
      for _ in 0..<3 { optimizer.step { (parameter.tensor.squared() * Tensor([1.0, 2, 3])).sum() * size } }
      let values = parameter.value.scalars(as: Double.self)
      #expect(values.allSatisfy { $0.isFinite && abs($0) <= 2 }, "\(search), \(size): \(values)")
      if size == 1 { #expect(values.allSatisfy { abs($0) < 1e-3 }, "\(search): \(values)") }
    }
  }

  /// 1e-25 · 1e-25 is 0 in float32, and no sign.
  @Test func rpropSeesTheSignsOfSmallGradients() {
    let (small, large) = (Parameter(Tensor([1.0])), Parameter(Tensor([1.0])))
    for (parameter, size) in [(small, 1e-25), (large, 1.0)] {
      let optimizer = Rprop([parameter])
      for sign in [1.0, 1, -1, -1, 1] {
        parameter.grad = Tensor([sign * size])
        optimizer.step()
      }
    }
    #expect(small.value.item() == large.value.item())
  }

  private func parameter(_ gradient: [Double], _ dtype: DType = .float32) -> Parameter {
    let parameter = Parameter(Tensor(zeros: [gradient.count], dtype: dtype))
    parameter.grad = Tensor(gradient, shape: [gradient.count], dtype: dtype)
    return parameter
  }

  @Test func normsDoNotOverflow() {
    let cases: [(dtype: DType, size: Double)] = [
      (.float32, 1e25), (.float32, 1e-30), (.float64, 1e300), (.float64, 1e-300), (.bfloat16, 1e30),
    ]
    for (dtype, size) in cases {
      let parameters = [parameter([3 * size, 0], dtype), parameter([-4 * size], dtype)]
      let scale = dtype == .bfloat16 ? 0.01 : 1e-6
      for (order, expected) in [(2.0, 5.0), (1, 7), (3, 4.497941445275415), (.infinity, 4), (-.infinity, 0), (0, 2)] {
        let norm = gradientNorm(parameters, order: order)
        let whole = order == 0 ? expected : expected * size
        #expect(abs(norm - whole) <= scale * whole, "\(dtype) \(size), order \(order): \(norm)")
      }
    }
    let many = parameter(Array(repeating: 3e38, count: 400))
    #expect(abs(gradientNorm([many]) / 6e39 - 1) < 1e-6)
    clipGradientNorm([many], to: 20)
    for value in many.grad?.scalars(as: Double.self) ?? [] { #expect(abs(value - 1) < 1e-5) }
  }

  /// As `torch.linalg.vector_norm` has them.
  @Test func normsOfEveryOrder() {
    let parameters = [parameter([3, -4]), parameter([])]
    let expected: [(Double, Double)] = [
      (0, 2), (-.infinity, 3), (-1, 1.7142857142857142), (-2, 2.4), (0.5, 13.92820323027551), (.infinity, 4),
    ]
    for (order, norm) in expected { #expect(abs(gradientNorm(parameters, order: order) - norm) < 1e-6, "\(order)") }
    #expect(gradientNorm([parameter([0, 5])], order: -1) == 0)
    #expect(gradientNorm([], order: -.infinity) == 0)
    #expect(gradientNorm([parameter([.infinity, 1])]) == .infinity)
    #expect(gradientNorm([parameter([.nan, 1])], order: -.infinity).isNaN)
    #expect(throws: TensorError.self) { try withTensorErrors { gradientNorm(parameters, order: .nan) } }
    for limit in [-1, Double.nan] {
      #expect(throws: TensorError.self) { try withTensorErrors { clipGradientNorm(parameters, to: limit) } }
      #expect(throws: TensorError.self) { try withTensorErrors { clipGradientValues(parameters, to: limit) } }
    }
  }
}
