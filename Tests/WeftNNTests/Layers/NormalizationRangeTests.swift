import Testing
import Weft

/// Normalization of numbers whose squares, or whose differences, leave the range of their type, at either end: what is right
/// is what float64 gives for the same numbers.
@Suite struct NormalizationRangeTests {
  typealias Function = @Sendable (_ x: Tensor, _ weight: Tensor, _ bias: Tensor, _ epsilon: Double) -> Tensor

  static let functions: [String: Function] = [
    "batch": { $0.batchNormalized(weight: $1, bias: $2, epsilon: $3).output },
    "batch, plain": { $0.batchNormalized(epsilon: $3).output + $1 * $2 },
    "batch, rectified": {
      $0.batchNormalized(weight: $1, bias: $2, epsilon: $3, adding: $0.detach().sign() * 3, rectified: true).output
    },
    "batch, known": { x, weight, bias, epsilon in
      x.batchNormalized(
        mean: x.detach()[0, 0], variance: Tensor([1, 2, 3, 4], dtype: x.dtype), weight: weight, bias: bias,
        epsilon: epsilon)
    },
    "group": { $0.groupNormalized(groups: 2, weight: $1, bias: $2, epsilon: $3) },
    "instance": { $0.instanceNormalized(weight: $1, bias: $2, epsilon: $3) },
    "layer": { $0.layerNormalized(weight: $1, bias: $2, epsilon: $3) },
    "rms": { $0.rmsNormalized(weight: $1, epsilon: $3) + $2 },
    "localResponse": { x, _, _, _ in x.localResponseNormalized(size: 3, alpha: 0.5, beta: 0.5) },
    "normalized": { x, _, _, epsilon in x.normalized(epsilon: Swift.max(epsilon, 1e-60)) },
    "normalized, order 1": { x, _, _, epsilon in x.normalized(order: 1, epsilon: Swift.max(epsilon, 1e-60)) },
  ]

  /// Numbers up to the largest of their type, of both signs.
  private static func input(_ dtype: DType, _ scale: Double) -> Tensor {
    let x = Tensor(uniform: [4, 4, 4], low: -1, high: 1, dtype: .float64, using: RandomStream(seed: 3))
    return (x / x.abs().max() * scale).converted(to: dtype)
  }

  private static let weight = Tensor([0.5, -1, 2, 1.5], dtype: .float64)
  private static let bias = Tensor([1, 0.5, -1, 0], dtype: .float64)
  private static let seed = Tensor(normal: [4, 4, 4], dtype: .float64, using: RandomStream(seed: 5))

  /// The result and the gradients of x, weight and bias, where there are any.
  private func all(_ function: Function, _ x: Tensor, _ epsilon: Double) throws -> [Tensor?] {
    let dtype = x.dtype == .float64 ? DType.float64 : .float32
    let leaves = [x, Self.weight.converted(to: dtype), Self.bias.converted(to: dtype)].map { $0.requiringGrad() }
    let y = try withTensorErrors { function(leaves[0], leaves[1], leaves[2], epsilon) }
    y.backward(gradient: Self.seed.converted(to: y.dtype))
    return [y] + leaves.map(\.grad)
  }

  private func expectNear(_ found: [Tensor?], _ expected: [Tensor?], tolerance: Double, _ what: String) {
    for (place, (found, expected)) in zip(found, expected).enumerated() {
      guard let found, let expected else {
        #expect(found == nil && expected == nil, "\(what), \(place)")
        continue
      }
      let rounded = expected.converted(to: found.dtype).scalars(as: Double.self)
      let largest = rounded.map(\.magnitude).filter(\.isFinite).max() ?? 0
      for (a, b) in zip(found.scalars(as: Double.self), rounded) {
        #expect(a == b || (a - b).magnitude <= tolerance * largest, "\(what), \(place): \(a), not \(b)")
      }
    }
  }

  @Test(arguments: functions.keys.sorted(), [3.4e38, 1e30, 1e19, 1e-19, 3e-22, 1e-30, 1e-38])
  func float32IsAsFloat64(_ name: String, _ scale: Double) throws {
    let function = try #require(Self.functions[name])
    let x = Self.input(.float32, scale)
    for epsilon in [1e-5, 0] {
      let (found, expected) = (try all(function, x, epsilon), try all(function, x.converted(to: .float64), epsilon))
      // Differences from a mean that is told are no float32 themselves.
      let count = name == "batch, known" ? 2 : 4
      expectNear(
        Array(found.prefix(count)), Array(expected.prefix(count)), tolerance: 2e-5, "\(name) \(scale) \(epsilon)")
    }
  }

  /// Numbers without all their digits; the gradients of x are larger than any float32.
  @Test(arguments: functions.keys.sorted())
  func subnormalNumbersAreToo(_ name: String) throws {
    let function = try #require(Self.functions[name])
    let x = Self.input(.float32, 1e-42)
    for epsilon in [1e-5, 0] {
      let expected = try all(function, x.converted(to: .float64), epsilon)
      var found = try all(function, x, epsilon)
      if epsilon == 0 { found[1] = expected[1] }
      // Numbers of three digits, where the result is not in the unit of 1.
      expectNear(Array(found.prefix(2)), Array(expected.prefix(2)), tolerance: 2e-5, "\(name) \(epsilon)")
      expectNear(Array(found[2...]), Array(expected[2...]), tolerance: 1e-2, "\(name) \(epsilon), parameters")
    }
  }

  @Test(arguments: functions.keys.sorted())
  func halfPrecisionIsToo(_ name: String) throws {
    let function = try #require(Self.functions[name])
    for (dtype, scale) in [(DType.bfloat16, 3e38), (.bfloat16, 1e-30), (.float16, 65504), (.float16, 300)] {
      let x = Self.input(dtype, scale)
      let expected = try all(function, x.converted(to: .float64), 1e-5)
      let (tolerance, count) = (dtype == .bfloat16 ? 0.02 : 0.003, name == "batch, known" ? 2 : 4)
      let found = try all(function, x, 1e-5).prefix(count)
      expectNear(
        Array(found), Array(expected.prefix(count)), tolerance: tolerance, "\(name) \(dtype) \(scale)")
    }
  }

  @Test(arguments: functions.keys.sorted())
  func float64HasARangeToo(_ name: String) throws {
    let function = try #require(Self.functions[name])
    for (scale, tolerance) in [(1e300, 1e-9), (1e-300, 1e-9)] {
      let isBounded = name.hasPrefix("normalized") || name == "localResponse"
      if name == "batch, known" || name == "batch, plain" || (isBounded && scale < 1) { continue }
      // As for small numbers: without ε it does not depend on the unit.
      let expected = try all(function, Self.input(.float64, name == "localResponse" ? 1e60 : 1), 0)
      let found = try all(function, Self.input(.float64, scale), 0)
      expectNear([found[0], found[2]], [expected[0], expected[2]], tolerance: tolerance, "\(name) \(scale)")
      let ofX = found[1].map { $0 * scale / (name == "localResponse" ? 1e60 : 1) }
      expectNear([ofX], [expected[1]], tolerance: tolerance, "\(name) \(scale), x")
    }
  }

  @Test(
    arguments: ["batch", "batch, rectified", "group", "instance", "layer", "rms"],
    [1e38, 1e30, 1e19, 3e-22, 1e-30, 1e-37])
  func tangentsAndSecondDerivatives(_ name: String, _ scale: Double) throws {
    let function = try #require(Self.functions[name])
    let x = Self.input(.float32, scale)
    let direction = Self.input(.float32, scale).flipped(axes: [0])
    func derivatives(_ x: Tensor, _ direction: Tensor) throws -> [Tensor?] {
      let (weight, bias) = (Self.weight.converted(to: x.dtype), Self.bias.converted(to: x.dtype))
      let seed = Self.seed.converted(to: x.dtype)
      // Scaled, as derivatives of this order are no float32.
      func first(_ x: Tensor) throws -> Tensor {
        let sum = (function(x, weight, bias, 0) * seed).sum()
        return try grad(of: [sum], with: [x], createGraph: true)[0].map { $0 * (scale / 16) } ?? Tensor(Double.nan)
      }
      let tangent = try jvp(at: [x], along: [direction]) { [function($0[0], weight, bias, 0)] }.tangents[0]
      let leaf = x.requiringGrad()
      let second = try grad(of: [(first(leaf) * seed).sum()], with: [leaf])[0]
      let mixed = try jvp(at: [x], along: [direction]) { [try first($0[0].requiringGrad())] }.tangents[0]
      return [tangent, second, mixed]
    }
    let expected = try derivatives(x.converted(to: .float64), direction.converted(to: .float64))
    expectNear(try derivatives(x, direction), expected, tolerance: 1e-4, "\(name) \(scale)")
  }

  /// A step that was recorded while numbers were ordinary gives what it should for others too.
  @Test(arguments: [1e30, 1e-42]) func replaysLookAtTheirOwnNumbers(_ scale: Double) throws {
    let layers: [@Sendable () -> Module] = [
      { RMSNorm(4, epsilon: 0) }, { LayerNorm(4, epsilon: 0) }, { GroupNorm(2, 4, epsilon: 0) },
      { BatchNorm1d(4, epsilon: 0) },
    ]
    for make in layers {
      let (narrow, wide) = (make(), make().convert(to: .float64))
      let step = Recorded(narrow) { (layer: Module, x: Tensor) in
        layer.zeroGrad()
        layer(x).backward(gradient: Self.seed.converted(to: x.dtype))
        return layer.parameters()[0].grad ?? Tensor(Double.nan)
      }
      for _ in 0..<4 { _ = try step(Self.input(.float32, 1)) }
      let x = Self.input(.float32, scale)
      let found = try step(x)
      #expect(step.replayCount > 0)
      wide(x.converted(to: .float64)).backward(gradient: Self.seed)
      // The smaller numbers have three digits.
      expectNear(
        [found], [wide.parameters()[0].grad], tolerance: scale < 1 ? 1e-2 : 2e-5, "\(type(of: narrow)) \(scale)")
    }
  }

  /// A row whose statistics leave the range costs no other row's gradient a bit.
  @Test(arguments: ["layer", "rms"], [3.4e38, 0])
  func otherRowsKeepTheirGradients(_ name: String, _ factor: Double) throws {
    let function = try #require(Self.functions[name])
    let x = Self.input(.float32, 1)
    var changed = x
    changed[2, 1] = x[2, 1] * factor
    let (expected, found) = (try all(function, x, 0)[1], try all(function, changed, 0)[1])
    let (whole, other) = (try #require(expected), try #require(found))
    for n in 0..<4 {
      for c in 0..<4 where (n, c) != (2, 1) { #expect(other[n, c].elementsEqual(whole[n, c]), "\(name) \(n) \(c)") }
    }
  }

  @Test(arguments: [3.4e38, 1e30, 1e-30])
  func runningStatisticsAreToo(_ scale: Double) throws {
    let x = Self.input(.float32, scale)
    let layers: [@Sendable () -> Module] = [
      { BatchNorm1d(4) }, { BatchNorm1d(4, momentum: nil) }, { InstanceNorm1d(4, trackRunningStats: true) },
    ]
    for make in layers {
      let (narrow, wide) = (make(), make().convert(to: .float64))
      for (layer, x) in [(narrow, x), (wide, x.converted(to: .float64))] { _ = layer(x) }
      expectNear(
        narrow.buffers().map(\.value), wide.buffers().map(\.value), tolerance: 1e-5, "\(type(of: narrow)) \(scale)")
      // Evaluation, where they are numbers.
      if scale < 1 {
        expectNear([narrow.eval()(x)], [wide.eval()(x.converted(to: .float64))], tolerance: 1e-5, "\(scale)")
      }
    }
  }

  /// One group beyond the range leaves the others as they were, bit for bit.
  @Test func otherGroupsStayAsTheyAre() {
    let x = Self.input(.float32, 1)
    let expected = x.instanceNormalized()
    var large = x
    large[2, 1] = x[2, 1] * 3e38
    let found = large.instanceNormalized()
    #expect(found[2, 1].isClose(to: expected[2, 1], relative: 1e-4, absolute: 1e-4))
    for n in 0..<4 {
      for c in 0..<4 where (n, c) != (2, 1) { #expect(found[n, c].elementsEqual(expected[n, c])) }
    }
  }
}
