import Testing
import WeftTensor

/// Slopes of numbers near the ends of a type's range, where a square or an inverse on the way leaves it.
@Suite struct ExtremeSlopeTests {
  private static func slopes(
    _ inputs: [Double], _ dtype: DType, _ function: ([Tensor]) -> Tensor
  ) -> [Double] {
    let leaves = inputs.map { Tensor([$0], dtype: dtype).requiringGrad() }
    function(leaves).sum().backward()
    return leaves.map { $0.grad?.item() ?? 0 }
  }

  private static func expectClose(_ found: [Double], _ expected: [Double], _ label: String) {
    for (found, expected) in zip(found, expected) {
      let isClose = found == expected || Swift.abs(found - expected) <= 1e-5 * Swift.abs(expected)
      #expect(isClose, "\(label): \(found), not \(expected)")
    }
  }

  /// Of y and x: x / (x² + y²) and -y / (x² + y²).
  @Test func anglesOfSmallAndLargePoints() {
    let points: [(inputs: [Double], slopes: [Double])] = [
      ([1e-30, 1e-30], [5e29, -5e29]), ([-1e-30, 2e-30], [4e29, 2e29]), ([0, 1e-40], [.infinity, 0]),
      ([1e30, 1e30], [5e-31, -5e-31]), ([3e38, 1], [0, -1 / 3e38]), ([0, 0], [0, 0]), ([.infinity, 1], [0, 0]),
      ([1, -.infinity], [0, 0]), ([3, 4], [0.16, -0.12]),
    ]
    for (inputs, slopes) in points {
      Self.expectClose(Self.slopes(inputs, .float32) { atan2($0[0], $0[1]) }, slopes, "\(inputs)")
    }
    Self.expectClose(Self.slopes([1e-200, 1e-200], .float64) { atan2($0[0], $0[1]) }, [5e199, -5e199], "float64")
    let ofNaN = Self.slopes([.nan, 1], .float32) { atan2($0[0], $0[1]) }
    #expect(ofNaN[0].isNaN && ofNaN[1].isNaN)
  }

  @Test func secondDerivativesOfAngles() throws {
    // ∂²/∂y² = -2xy / (x² + y²)², ∂²/∂y∂x = (y² - x²) / (x² + y²)².
    let (y, x) = (Tensor([3.0], dtype: .float64).requiringGrad(), Tensor([4.0], dtype: .float64).requiringGrad())
    let first = try grad(of: atan2(y, x).sum(), with: y, createGraph: true)
    let second = try grad(of: [first.sum()], with: [y, x])
    Self.expectClose(second.map { $0?.item() ?? 0 }, [-24.0 / 625, -7.0 / 625], "second derivatives")
  }

  /// They go to ±∞ at ±1 as the slopes do: no difference of infinities.
  @Test(arguments: [DType.float32, .float64]) func bendsOfInverseFunctionsAtOne(_ dtype: DType) throws {
    let functions: [(String, (Tensor) -> Tensor, [Double])] = [
      ("asin", { $0.asin() }, [.infinity, -.infinity, 0.769800359, 0]),
      ("acos", { $0.acos() }, [-.infinity, .infinity, -0.769800359, 0]),
      ("atanh", { $0.atanh() }, [.infinity, -.infinity, 16.0 / 9, 0]),
    ]
    for (name, function, bends) in functions {
      let x = Tensor([1, -1, 0.5, 0], dtype: dtype).requiringGrad()
      let slope = try grad(of: function(x).sum(), with: x, createGraph: true)
      Self.expectClose(try grad(of: slope.sum(), with: x).scalars(as: Double.self), bends, name)
    }
    let outside = Tensor([2, 1e30, .infinity], dtype: dtype).requiringGrad()
    let slope = try grad(of: outside.asin().sum(), with: outside, createGraph: true)
    #expect(try grad(of: slope.sum(), with: outside).isNaN().all().item(as: Bool.self))
    let far = Self.slopes([3, 1e30], dtype) { $0[0].atanh() + $0[1].atanh() }
    Self.expectClose(far, [-0.125, dtype == .float32 ? 0 : -1e-60], "far out")
  }

  /// Far out slopes are small, and not 0 yet. As float64 has them; second ones where they do not go by σ's own, y(1 - y).
  @Test func slopesOfActivationsFarOut() throws {
    let functions: [(String, (Tensor) -> Tensor)] = [
      ("logSigmoid", { $0.logSigmoid() }), ("softplus", { $0.softplus(threshold: 1000) }), ("silu", { $0.silu() }),
      ("mish", { $0.mish() }),
      ("gelu", { $0.gelu() }), ("geluTanh", { $0.gelu(approximation: .tanh) }),
      ("softsign", { $0.softsign() }), ("elu", { $0.elu() }), ("selu", { $0.selu() }), ("celu", { $0.celu(alpha: 2) }),
    ]
    let bySigmoid = ["logSigmoid", "softplus", "silu", "geluTanh"]
    let places = [-30, -18, -12, -9.5, -5, -1, -0.25, 0, 0.25, 1, 5, 9.5, 12, 18, 30]
    for (name, function) in functions {
      func slopes(_ dtype: DType) throws -> [[Double]] {
        let x = Tensor(places, dtype: dtype).requiringGrad()
        let first = try grad(of: function(x).sum(), with: x, createGraph: true)
        return [first, try grad(of: first.sum(), with: x)].map { $0.scalars(as: Double.self) }
      }
      let orders = zip(try slopes(.float32), try slopes(.float64)).prefix(bySigmoid.contains(name) ? 1 : 2)
      for (order, (found, exact)) in orders.enumerated() {
        for (place, (found, exact)) in zip(places, zip(found, exact)) {
          let size = Swift.max(Swift.abs(exact), Double(Float.leastNormalMagnitude))
          let allowed = name.hasPrefix("gelu") || order == 1 ? 3e-5 : 2e-6
          #expect(
            Swift.abs(found - exact) <= allowed * size, "\(name), order \(order + 1), at \(place): \(found), \(exact)")
        }
      }
    }
    #expect(Self.slopes([.infinity], .float32) { $0[0].tanh() } == [0])
    #expect(Self.slopes([.nan], .float32) { $0[0].tanh() }[0].isNaN)
  }

  /// The branch that is not chosen would multiply infinity by 0.
  @Test func whatIsNotChosenMakesNoNaN() throws {
    let cases: [(String, Double, slopes: [Double], (Tensor) -> Tensor)] = [
      ("asinh", 0, [1, 0, -1], { $0.asinh() }), ("asinh", 1e-20, [1, -1e-20, -1], { $0.asinh() }),
      ("asinh", 1e20, [1e-20, 0, 0], { $0.asinh() }), ("power of 0", 1e-20, [0, 0, 0], { $0.pow(0) }),
      ("power of 1", 1e-20, [1, 0, 0], { $0.pow(1) }), ("power of 1", 0, [1, 0, 0], { $0.pow(Tensor(1)) }),
      ("geluTanh", 1e20, [1, 0, 0], { $0.gelu(approximation: .tanh) }),
      ("geluTanh", -1e20, [0, 0, 0], { $0.gelu(approximation: .tanh) }),
      ("logNormalCDF", 40, [0, 0, 0], { $0.logNormalCDF() }), ("logNormalCDF", 1e20, [0, 0, 0], { $0.logNormalCDF() }),
      ("mish", 1e20, [1, 0, 0], { $0.mish() }), ("softplus", 1e20, [1, 0, 0], { $0.softplus() }),
      ("elu", 1e4, [1, 0, 0], { $0.elu() }), ("celu", 1e4, [1, 0, 0], { $0.celu() }),
    ]
    for (name, place, slopes, function) in cases {
      let x = Tensor([place], dtype: .float32).requiringGrad()
      var y = function(x)
      for (order, slope) in slopes.enumerated() {
        y = try grad(of: y.sum(), with: x, createGraph: true)
        let isClose = Swift.abs(y.item() - slope) <= 1e-6 * Swift.abs(slope) + 1e-38
        #expect(isClose, "\(name) at \(place), order \(order + 1): \(y.item()), not \(slope)")
        if !y.requiresGrad { break }
      }
    }
  }

  @Test func inverseFunctionsNearTheEndsOfTheirRange() {
    // 1 - x² of x = 1 - 2⁻²⁴, whose square is no float32.
    let x = 1 - 0x1p-24
    let rest = (1 - x) * (1 + x)
    Self.expectClose(Self.slopes([x], .float32) { $0[0].atanh() }, [1 / rest], "atanh")
    Self.expectClose(Self.slopes([-x], .float32) { $0[0].asin() }, [1 / rest.squareRoot()], "asin")
    Self.expectClose(Self.slopes([x], .float32) { $0[0].acos() }, [-1 / rest.squareRoot()], "acos")
  }

  @Test func inverseHyperbolicFunctionsOfLargeNumbers() {
    Self.expectClose(Self.slopes([1e30], .float32) { $0[0].asinh() }, [1e-30], "asinh")
    Self.expectClose(Self.slopes([-1e30], .float32) { $0[0].asinh() }, [1e-30], "asinh")
    Self.expectClose(Self.slopes([1e30], .float32) { $0[0].acosh() }, [1e-30], "acosh")
    Self.expectClose(Self.slopes([1e200], .float64) { $0[0].asinh() }, [1e-200], "asinh, float64")
    Self.expectClose(Self.slopes([2], .float64) { $0[0].asinh() }, [0.4472135954999579], "asinh of 2")
  }

  @Test func aPowerOfZeroIsFlatForEveryBase() {
    for base in [1e-40, -1e-40, 0, 1, -2, 1e38] {
      #expect(Self.slopes([base, 0], .float32) { $0[0].pow($0[1]) }[0] == 0, "\(base)")
      #expect(Self.slopes([base], .float32) { $0[0].pow(0) } == [0], "\(base)")
    }
    #expect(Self.slopes([.nan, 0], .float32) { $0[0].pow($0[1]) }[0].isNaN)
  }

  /// ∂²aᵇ/∂a∂b is aᵇ⁻¹(1 + b·log a), at b = 0 too, in either order.
  @Test func mixedDerivativesOfPowers() throws {
    let points: [(Double, Double, Double)] = [
      (2, 0, 0.5), (2, 1, 1.6931471805599453), (0.25, 0, 4), (3, 2, 9.591673732),
    ]
    for (base, exponent, mixed) in points {
      let a = Tensor([base], dtype: .float64).requiringGrad()
      let b = Tensor([exponent], dtype: .float64).requiringGrad()
      let byBase = try grad(of: a.pow(b).sum(), with: a, createGraph: true)
      let byExponent = try grad(of: a.pow(b).sum(), with: b, createGraph: true)
      let found = [try grad(of: byBase.sum(), with: b).item(), try grad(of: byExponent.sum(), with: a).item()]
      Self.expectClose(found, [mixed, mixed], "\(base) to the power of \(exponent)")
    }
  }

  /// The second and third derivatives of functions whose first is a quotient with a limit at 0, or of a series there, near
  /// and far from it. By 40 digits.
  @Test(arguments: [DType.float32, .float64]) func laterDerivativesOfQuotients(_ dtype: DType) throws {
    let functions: [(String, (Tensor) -> Tensor, [(place: Double, second: Double, third: Double)])] = [
      (
        "I₁", { $0.besselI1() },
        [(0, 0, 0.375), (1e-7, 3.75e-8, 0.375), (1e-4, 3.75000002e-5, 0.375), (0.5, 0.194082, 0.41478)]
      ),
      (
        "I₁ scaled", { $0.besselI1Scaled() },
        [(1e-10, -1, 1.875), (1e-7, -0.9999998125, 1.8749995), (1e-4, -0.99981251, 1.87475)]
      ),
      ("J₁", { $0.besselJ1() }, [(0, 0, -0.375), (1e-7, -3.75e-8, -0.375), (1e-4, -3.75e-5, -0.375)]),
      (
        "sinc", { $0.sinc() },
        [
          (0, -3.2898681337, 0), (1e-3, -3.28985839, 0.0194817953), (1000.25, -2.22229930e-3, -6.97045469e-3),
          (1e20, 0, 0),
        ]
      ),
    ]
    for (name, function, points) in functions {
      for (place, second, third) in points {
        let x = Tensor([place], dtype: dtype).requiringGrad()
        let slope = try grad(of: function(x).sum(), with: x, createGraph: true)
        let bend = try grad(of: slope.sum(), with: x, createGraph: true)
        let last = try grad(of: bend.sum(), with: x)
        for (found, right) in [(bend.item(), second), (last.item(), third)] {
          let isClose = Swift.abs(found - right) <= 1e-3 * Swift.abs(right) + 1e-12
          #expect(isClose, "\(name) at \(place): \(found), not \(right)")
        }
      }
    }
  }

  @Test func besselFunctionsAtTheEndsOfTheRange() {
    Self.expectClose(Self.slopes([1e-40], .float32) { $0[0].besselI1Scaled() }, [0.5], "I₁ scaled")
    let huge = Tensor([1e308, -1e308], dtype: .float64)
    #expect(huge.besselI0().scalars(as: Double.self) == [.infinity, .infinity])
    #expect(huge.besselI1().scalars(as: Double.self) == [.infinity, -.infinity])
    // 1 / √(2πx)
    Self.expectClose(
      huge.besselI0Scaled().scalars(as: Double.self), [3.989422804014327e-155, 3.989422804014327e-155], "I₀ scaled")
  }

  /// Each is the difference of two numbers that are nearly equal far out. By 60 digits.
  @Test(arguments: [DType.float32, .float64]) func slopesOfScaledFunctionsFarOut(_ dtype: DType) {
    let ofErfc = [
      9.5: -0.0061502783967986477, 12: -0.003877862738062271, 50: -0.00022554056313532388,
      1215.4873046875: -3.8187723414351181e-7,
    ]
    for (place, slope) in ofErfc {
      Self.expectClose(Self.slopes([place], dtype) { $0[0].erfcScaled() }, [slope], "e^(x²)·erfc at \(place)")
    }
    let ofBessel: [(Double, Double, Double)] = [
      (90, -0.00023460712032959251, -0.00023068595478668003), (206, -6.7588486670629424e-5, -6.709573583293066e-5),
      (10_000, -1.9947862106984188e-7, -1.9944869852852435e-7),
    ]
    for (place, zero, one) in ofBessel {
      Self.expectClose(Self.slopes([place], dtype) { $0[0].besselI0Scaled() }, [zero], "I₀ at \(place)")
      Self.expectClose(Self.slopes([-place], dtype) { $0[0].besselI0Scaled() }, [-zero], "I₀ at -\(place)")
      Self.expectClose(Self.slopes([place], dtype) { $0[0].besselI1Scaled() }, [one], "I₁ at \(place)")
      Self.expectClose(Self.slopes([-place], dtype) { $0[0].besselI1Scaled() }, [one], "I₁ at -\(place)")
    }
    #expect(Self.slopes([1e30], .float32) { $0[0].erfcScaled() } == [0])
    #expect(Self.slopes([.nan], dtype) { $0[0].besselI0Scaled() + $0[0].erfcScaled() }[0].isNaN)
  }

  @Test(arguments: [DType.float32, .float64]) func secondDerivativeOfTheLogarithmOfACDF(_ dtype: DType) throws {
    let places = [-5.0, -14, -30, -1000]
    let x = Tensor(places, dtype: dtype).requiringGrad()
    let second = try grad(of: grad(of: x.logNormalCDF().sum(), with: x, createGraph: true).sum(), with: x)
    let expected = [-0.96730356538288777, -0.99504783408821625, -0.99889622848810991, -0.99999900000599995]
    for (found, exact) in zip(second.scalars(as: Double.self), expected) {
      #expect(Swift.abs(found - exact) <= (dtype == .float64 ? 1e-11 : 3e-5), "\(found), not \(exact)")
    }
  }

  /// x - tanh x, of which little is left near 0: of the float32 numbers next to these.
  @Test func tanhshrinkNearZero() {
    let values: [(Double, Double)] = [
      (3.5e-7, 1.4291665862085132e-20),
      (1e-3, 3.3333324749747586e-10),
      (-0.0625, -8.125325248748551e-5),
      (0.1875, 0.0021668000918604825),
      (-0.25, -0.0050813375962908707),
      (2, 1.0359724199241831),
    ]
    for (place, value) in values {
      let number = Tensor([place], dtype: .float32)
      Self.expectClose([number.tanhshrink().item()], [value], "float32 at \(place)")
      let exact = number.converted(to: .float64).tanhshrink().item()
      #expect(Swift.abs(exact - value) <= 3e-14 * Swift.abs(value), "float64 at \(place): \(exact), not \(value)")
    }
  }

  /// A probability of 1, whose logarithm is held at -100.
  @Test func derivativesOfAHeldLogarithm() throws {
    for place in [0.0, 1, 0.25] {
      let (x, t) = (Tensor([place]).requiringGrad(), Tensor([0.3]).requiringGrad())
      let first = try grad(of: [apply(ProbabilityError(), [x, t])[0].sum()], with: [x, t], createGraph: true)
      let second = try grad(of: first.compactMap { $0?.sum() }, with: [x, t])
      for found in first + second { #expect(try #require(found).isFinite().all().item(as: Bool.self), "at \(place)") }
    }
    // What is no probability has no logarithm that is held.
    for place in [-0.5, 1.5] {
      let (x, t) = (Tensor([place]), Tensor([0.3]).requiringGrad())
      let found = try grad(of: [apply(ProbabilityError(), [x, t])[0].sum()], with: [t])
      #expect(try #require(found[0]).isNaN().all().item(as: Bool.self), "at \(place)")
    }
  }

  /// Activations that become the identity, or 0, far out: the gradient times x overflows on the way.
  @Test func activationsOfHugeNumbers() {
    let functions: [(name: String, function: (Tensor) -> Tensor)] = [
      ("silu", { $0.silu() }), ("gelu", { $0.gelu() }), ("gelu (tanh)", { $0.gelu(approximation: .tanh) }),
      ("mish", { $0.mish() }), ("hardswish", { $0.hardswish() }),
    ]
    for (dtype, huge) in [(DType.float32, 3e38), (.float64, 1.7e308), (.bfloat16, 3e38)] {
      for (name, function) in functions {
        Self.expectClose(Self.slopes([huge], dtype) { 4 * function($0[0]) }, [4], "\(name), \(dtype)")
        Self.expectClose(Self.slopes([-huge], dtype) { 4 * function($0[0]) }, [0], "\(name), \(dtype)")
      }
    }
  }

  @Test func logarithmsOfSubnormalNumbers() {
    let x = 1.4693679385278594e-39
    Self.expectClose(Self.slopes([x], .float32) { 0.25 * $0[0].log() }, [0.25 / x], "log")
    Self.expectClose(Self.slopes([x], .float32) { 0.25 * $0[0].log2() }, [0.36067376022224085 / x], "log2")
    Self.expectClose(Self.slopes([x], .float32) { 0.25 * $0[0].log10() }, [0.10857362047581294 / x], "log10")
  }

  /// A negative quotient that underflows is rounded down to -1.
  @Test func remaindersOfTinyNumbers() {
    Self.expectClose(Self.slopes([1e-38, -1e16], .float32) { $0[0] % $0[1] }, [1, 1], "remainder")
    Self.expectClose(Self.slopes([-5, .infinity], .float32) { $0[0] % $0[1] }, [1, 1], "remainder by infinity")
    Self.expectClose(Self.slopes([7.5, -2], .float64) { $0[0] % $0[1] }, [1, 4], "remainder")
  }
}
