import Testing
import WeftTensor

/// The type each operation gives inside `autocast`, and what becomes of gradients.
@Suite struct AutocastTests {
  private let x = Tensor(normal: [3, 4], using: RandomStream(seed: 1))
  private let w = Tensor(normal: [5, 4], using: RandomStream(seed: 2))

  private func images(_ shape: Shape) -> Tensor { Tensor(normal: shape, using: RandomStream(seed: 3)) }

  /// Bfloat16 keeps 8 bits; sums over a few dozen products of such numbers stay within this.
  private let rounding = 0x1p-5

  @Test func productsAreLowered() {
    let results = autocast {
      [
        linear(x, weight: w), x.matmul(w.transposed()), convolution(images([1, 2, 5]), weight: images([3, 2, 3])),
        convolutionTransposed(images([1, 2, 5]), weight: images([2, 3, 3])),
        scaledDotProductAttention(query: images([2, 3, 4]), key: images([2, 5, 4]), value: images([2, 5, 4])),
        images([2, 3, 4]).prelu(weight: Tensor([0.1])),
      ]
    }
    for result in results { #expect(result.dtype == .bfloat16) }
  }

  @Test func lossesAndSumsAreInFloat32() {
    let low = x.converted(to: .bfloat16)
    let (labels, ones) = (Tensor([0, 1, 2], dtype: .int64), low.onesLike())
    let results = autocast {
      [
        low.sum(), low.mean(axis: 0), low.variance(), low.standardDeviation(), low.norm(), low.logSumExp(axes: [1]),
        low.cumulativeSum(axis: 1), low.cumulativeProduct(axis: 1), low.product(), low.softmax(axis: 1),
        low.logSoftmax(axis: 1), low.exp(), low.expm1(), low.abs().log(), low.abs().log1p(), low.abs().pow(1.5),
        low.pow(ones), low.crossEntropy(classIndices: labels).losses, apply(SquaredError(), [low, ones])[0],
        apply(AbsoluteError(), [low, ones])[0], apply(HuberError(delta: 1), [low, ones])[0],
      ]
    }
    for (place, result) in results.enumerated() { #expect(result.dtype == .float32, "result \(place)") }
  }

  @Test func theRestKeepsTheTypeItGets() {
    let low = x.converted(to: .bfloat16)
    let (a, b) = autocast {
      (
        [
          low.relu(), low.tanh(), low.sigmoid(), low.gelu(), low + low, low.layerNormalized(), low.max(),
          low.transposed(),
        ],
        [x.relu(), x.gelu(), x + low, x.layerNormalized(), concatenated([x, low], axis: 0)]
      )
    }
    for result in a { #expect(result.dtype == .bfloat16) }
    for result in b { #expect(result.dtype == .float32) }
  }

  @Test func onlyFloat32AndHalfPrecisionAreCast() {
    let double = x.converted(to: .float64)
    let whole = Tensor([1, 2, 3, 4], shape: [2, 2], dtype: .int32)
    let (products, half) = autocast {
      ([double.matmul(w.transposed()), whole.matmul(whole)], x.converted(to: .float16).matmul(w.transposed()))
    }
    #expect(products.map(\.dtype) == [.float64, .int32])
    #expect(products[0].scalars(as: Double.self) == double.matmul(w.transposed()).scalars(as: Double.self))
    #expect(half.dtype == .bfloat16)
  }

  private func expectNear(_ a: Tensor?, _ b: Tensor?, _ label: String) throws {
    let (a, b) = try (#require(a), #require(b))
    let (found, wanted) = (a.scalars(as: Double.self), b.scalars(as: Double.self))
    let scale = wanted.map(abs).reduce(1, max)
    for (f, w) in zip(found, wanted) where abs(f - w) > rounding * scale {
      Issue.record("\(label): \(f), in float32 \(w)")
      break
    }
    #expect(found.count == wanted.count)
  }

  /// A convolution, a linear map, attention and a loss: values and gradients against the same in float32.
  @Test func valuesAndGradientsAreThoseOfFloat32WithinRounding() throws {
    let values = [images([2, 3, 6, 5]), images([4, 3, 3, 3]), images([4]), images([8, 5]), images([8])]
    func run(_ dtype: DType?) -> (Tensor, [Tensor]) {
      let leaves = values.map { $0.requiringGrad() }
      let loss = autocast(dtype) {
        let y = convolution(leaves[0], weight: leaves[1], bias: leaves[2], padding: 1).relu()
        let z = linear(y.flattened(from: 1, through: 2), weight: leaves[3], bias: leaves[4]).tanh()
        let attended = scaledDotProductAttention(query: z, key: z, value: z)
        return apply(SquaredError(), [attended, attended.zerosLike()])[0].mean()
      }
      loss.backward()
      return (loss, leaves)
    }
    let (wanted, references) = run(nil)
    let (found, leaves) = run(.bfloat16)
    #expect(found.dtype == .float32)
    try expectNear(found, wanted, "loss")
    for (leaf, reference) in zip(leaves, references) {
      #expect(leaf.grad?.dtype == .float32)
      try expectNear(leaf.grad, reference.grad, "gradient \(leaf.shape)")
    }
  }

  /// Each of 512 uses sends 1 to the weight: a sum in bfloat16 would stop growing at 256.
  @Test func gradientsOfAWeightUsedOftenAddUpInFloat32() {
    let weight = Tensor(ones: [1, 1]).requiringGrad()
    let input = Tensor(ones: [1, 1])
    let loss = autocast {
      (0..<512).map { _ in linear(input, weight: weight).sum() }.reduce(Tensor(0.0, dtype: .float32), +)
    }
    loss.backward()
    #expect(weight.grad?.item() == 512)
  }

  @Test func scopesNestAndEnd() {
    func product() -> DType { x.matmul(w.transposed()).dtype }
    let types = autocast {
      [product(), autocast(nil) { product() }, autocast(nil) { autocast { product() } }, autocast { product() }]
    }
    #expect(types == [.bfloat16, .float32, .bfloat16, .bfloat16])
    #expect(product() == .float32)
    #expect(autocast { noGrad { product() } } == .bfloat16)
  }

  /// In a process of its own: the counters are the whole process's.
  @Test func aWeightIsCastOnceInAScope() async {
    await #expect(processExitsWith: .success) {
      let weight = Tensor(zeros: [512, 512]).requiringGrad()
      let input = Tensor(ones: [1, 512])
      func held(_ uses: Int) -> Int {
        autocast {
          let before = Memory.stats.live
          let results = (0..<uses).map { _ in linear(input, weight: weight) }
          return withExtendedLifetime(results) { Memory.stats.live - before }
        }
      }
      let cast = 512 * 512 * 2
      precondition(held(1) >= cast)
      precondition(held(4) < 2 * cast)
    }
  }

  @Test func aWriteInsideTheScopeShows() {
    var weight = w.requiringGrad()
    let leaf = weight
    autocast {
      _ = linear(x, weight: weight)
      var changed = weight.detach()
      changed[0] = Tensor(zeros: [4])
      weight = changed.asLeaf(of: leaf)
      #expect(linear(x, weight: weight)[0, 0].item() == 0)
    }
  }

  /// The cache lets go of weights when a backward pass begins, so that an update after it is made in place.
  @Test func anUpdateAfterBackwardIsInPlace() throws {
    var weight = w.cloned().requiringGrad()
    let before = ObjectIdentifier(weight.storage)
    autocast {
      for _ in 0..<2 {
        linear(x, weight: weight).sum().backward()
        weight.makeUnique()
      }
    }
    #expect(ObjectIdentifier(weight.storage) == before)
  }

  @Test func checkpointsRunAgainInTheSameTypes() throws {
    func gradients(_ run: @escaping (@escaping () -> Tensor) -> Tensor) -> [[Double]] {
      let (a, b) = (x.requiringGrad(), w.requiringGrad())
      let loss = autocast { run { linear(a, weight: b).tanh().matmul(b) }.sum() }
      loss.backward()
      return [a, b].map { $0.grad?.scalars(as: Double.self) ?? [] }
    }
    let plain = gradients { $0() }
    #expect(plain.allSatisfy { !$0.isEmpty })
    #expect(gradients { checkpoint($0) } == plain)
  }

  @Test func backwardInsideTheScopeIsTheSame() {
    func gradient(inside: Bool) -> [Double]? {
      let weight = w.requiringGrad()
      autocast {
        let loss = linear(x, weight: weight).tanh().sum()
        if inside { loss.backward() } else { autocast(nil) { loss.backward() } }
      }
      return weight.grad?.scalars(as: Double.self)
    }
    #expect(gradient(inside: true) == gradient(inside: false))
  }

  @Test func secondDerivativesFlowThroughCasts() throws {
    func second(_ dtype: DType?) throws -> Tensor {
      let weight = w.requiringGrad()
      let loss = autocast(dtype) { linear(x, weight: weight).tanh().sum() }
      let first = try grad(of: loss, with: weight, createGraph: true)
      #expect(first.dtype == .float32)
      return try grad(of: (first * first).sum(), with: weight)
    }
    let found = try second(.bfloat16)
    #expect(found.dtype == .float32)
    try expectNear(found, try second(nil), "second derivative")
  }

  @Test func tapesAndHooksSeeFloat32() throws {
    let weight = w.requiringGrad()
    nonisolated(unsafe) var seen: [DType] = []
    weight.registerHook {
      seen.append($0.dtype)
      return nil
    }
    let gradient = try withGradientTape { tape in
      let loss = autocast { linear(x, weight: weight).sum() }
      return try tape.gradient(of: loss, with: weight)
    }
    #expect(gradient.dtype == .float32)
    #expect(seen == [.float32])
  }

  @Test func otherTypesAreRefused() {
    for (dtype, text) in [
      (
        DType.float16,
        "[autocast]: expected bfloat16, or nil for no casts, got float16"
      ),
      (.int8, "[autocast]: expected bfloat16, or nil for no casts, got int8"),
    ] {
      let error = #expect(throws: TensorError.self) { try withTensorErrors { autocast(dtype) { x } } }
      #expect(error?.code == .dtype)
      #expect(error?.description.contains(text) == true, "\(error?.description ?? text)")
    }
  }

  @Test func misuseInsideTheScopeIsReported() {
    let error = #expect(throws: TensorError.self) {
      try withTensorErrors { autocast { linear(x, weight: w.transposed()) } }
    }
    #expect(error?.operands.map(\.spec.dtype) == [.bfloat16, .bfloat16])
  }

  @Test func halfPrecisionProductsCanGiveFloat32() throws {
    for dtype in [DType.bfloat16, .float16] {
      let (a, b) = (images([70, 90]).converted(to: dtype), images([90, 40]).converted(to: dtype))
      let wide = a.matmul(b, dtype: .float32)
      #expect(wide.dtype == .float32)
      let exact = a.converted(to: .float64).matmul(b.converted(to: .float64))
      let error = (wide - exact).abs().max().item()
      #expect(error < 1e-4)
      #expect(a.sum(dtype: .float32).dtype == .float32)
    }
  }
}
