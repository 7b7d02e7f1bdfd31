import Testing
import WeftTensor

/// A formula in a kernel's last pass gives the bits that it gives by itself; weights that kernels keep packed are those
/// that the program has.
@Suite struct FinishingTests {
  private static func numbers(_ sizes: Int..., seed: UInt64 = 1) -> Tensor {
    Tensor(normal: Shape(sizes), using: RandomStream(seed: seed))
  }

  /// Numbers with some that are none, infinite, and zero below zero.
  private static func odd(_ sizes: Int..., seed: UInt64 = 1) -> Tensor {
    var plain = Tensor(normal: Shape(sizes), using: RandomStream(seed: seed)).scalars(as: Float.self)
    for place in stride(from: 5, to: plain.count, by: 97) {
      plain[place] = [Float.nan, .infinity, -.infinity, -0.0][place % 4]
    }
    return Tensor(plain, shape: Shape(sizes))
  }

  /// Runs a plan three times beside the function, and says what it runs.
  @discardableResult
  private func replay(
    _ inputs: [Tensor], _ name: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: @escaping ([Tensor]) -> [Tensor]
  ) throws -> String {
    let plan = try Plan(Program(recording: inputs, body))
    for _ in 0..<3 {
      let (found, right) = (try plan.run(inputs), noGrad { body(inputs) })
      for (found, right) in zip(found, right) {
        let isSame = found.spec == right.spec && found.strides == right.strides && found.hasBits(of: right)
        #expect(isSame, "\(name)\n\(plan)", sourceLocation: sourceLocation)
      }
    }
    return plan.description
  }

  private static let formulas: [(String, @Sendable (Tensor) -> Tensor)] = [
    ("relu", { $0.relu() }), ("relu6", { $0.relu6() }), ("clip", { $0.clamped(low: -0.5, high: 0.5) }),
    ("a clip at 0", { $0.clamped(low: -1, high: 0) }), ("silu", { $0.silu() }), ("gelu", { $0.gelu() }),
    ("hardswish", { $0.hardswish() }),
  ]

  @Test func behindALayerOfSeveralRows() throws {
    for (rows, width, out) in [(8, 16, 16), (16, 70, 130), (61, 33, 40), (200, 24, 20)] {
      let x = Self.odd(rows, width)
      let (weight, bias) = (Self.numbers(out, width, seed: 2), Self.numbers(out, seed: 3))
      let (residual, scale) = (Self.odd(rows, out, seed: 4), Self.numbers(out, seed: 5))
      for (name, formula) in Self.formulas {
        let text = try replay([x], "\(name) \(rows)") { [formula(linear($0[0], weight: weight, bias: bias))] }
        #expect(text.split(separator: "\n").count == 1 && text.contains("linear → "))
        try replay([x, residual], "\(name) and residual \(rows)") {
          [formula(linear($0[0], weight: weight) * scale + $0[1])]
        }
      }
    }
  }

  /// A result with axes of size 1 lies in memory as it does by itself.
  @Test func whereAxesHaveSize1() throws {
    for (channels, out, height, width) in [(20, 40, 1, 1), (20, 1, 7, 5), (20, 40, 6, 1), (1, 1, 1, 1)] {
      let x = Self.odd(2, channels, height, width)
      let weight = Self.numbers(out, channels, 1, 1, seed: 2)
      for (name, formula) in Self.formulas {
        try replay([x], "\(name), \(out)x\(height)x\(width)") { [formula(convolution($0[0], weight: weight))] }
      }
    }
  }

  @Test func behindConvolutionsOfPointsAndOfEachChannel() throws {
    let image = Self.odd(2, 20, 13, 11)
    let (points, own) = (Self.numbers(40, 20, 1, 1, seed: 2), Self.numbers(40, 1, 3, 3, seed: 3))
    let (strange, bias) = (Self.odd(40, 1, 3, 3, seed: 4), Self.numbers(40, seed: 5))
    for (name, formula) in Self.formulas {
      let text = try replay([image], name) {
        let wide = formula(convolution($0[0].relu(), weight: points, bias: bias))
        let each = formula(convolution(wide, weight: own, padding: 1, groups: 40))
        return [convolution(each, weight: own, bias: bias, stride: 2, padding: 1, groups: 40) + each.sum()]
      }
      #expect(text.contains("convolution → "))
      // What padding would spoil does not, before a formula that hides it.
      try replay([image], "\(name), weights that are no numbers") {
        let wide = convolution($0[0].relu(), weight: points)
        return [formula(convolution(wide, weight: strange, bias: bias, padding: 2, groups: 40))]
      }
      try replay([image], "\(name), a residual") {
        let wide = convolution($0[0].relu(), weight: points)
        return [formula(wide + convolution(wide, weight: own, padding: 1, groups: 40))]
      }
    }
  }

  /// Padding takes no part in the kernel of each channel by itself.
  @Test func paddingMeetsNoWeight() {
    var taps = [Float](repeating: 1, count: 32 * 9)
    for channel in 0..<32 { taps[channel * 9] = .infinity }
    let weight = Tensor(taps, shape: [32, 1, 3, 3])
    let found = convolution(Tensor(ones: [1, 32, 4, 4]), weight: weight, padding: 1, groups: 32)
    let first = found[0, 0].scalars(as: Float.self)
    #expect(first[0] == 4 && first[1] == 6 && first[4] == 6 && first[5] == .infinity)
  }

  /// What kernels keep of a weight goes when the weight changes.
  @Test func aChangedWeightIsPackedAgain() {
    var weight = Self.numbers(70, 96, seed: 2)
    let x = Self.numbers(16, 96)
    for round in 0..<3 {
      let first = linear(x, weight: weight)
      for _ in 0..<3 { #expect(linear(x, weight: weight).hasBits(of: first)) }
      let right = x.converted(to: .float64).matmul(weight.converted(to: .float64).transposed())
      #expect((first.converted(to: .float64) - right).abs().max().item() < 1e-4, "round \(round)")
      weight[0] = Tensor(zeros: [96])
      weight = weight * 2
    }
  }

  /// Rows of results do not depend on what is computed beside them, where a few share a packed weight.
  @Test func aRowHasItsBitsInEveryBatch() {
    let (x, weight) = (Self.numbers(90, 80), Self.numbers(72, 80, seed: 2))
    let all = linear(x, weight: weight)
    for count in [8, 9, 31, 60] {
      let some = linear(x[0..<count].contiguous(), weight: weight)
      #expect(some.hasBits(of: all[0..<count].contiguous()))
    }
  }

  /// What somebody else reads is made by itself.
  @Test func aResultThatIsReadTwiceStands() throws {
    let (x, weight) = (Self.numbers(9, 20), Self.numbers(20, 20, seed: 2))
    let text = try replay([x], "twice") { inputs in
      let y = linear(inputs[0], weight: weight)
      return [y.relu(), y]
    }
    #expect(text.split(separator: "\n").count == 2)
  }
}
