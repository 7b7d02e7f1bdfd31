import struct Foundation.Data
import class Foundation.JSONDecoder
import struct Foundation.URL
import Testing
import WeftTensor

/// A number of a golden file, where NaN and infinities are strings.
struct GoldenNumber: Decodable, Sendable {
  let value: Double

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Double.self) {
      value = number
    } else {
      value = Double(try container.decode(String.self)) ?? .nan
    }
  }
}

/// The contents of a file in `Goldens`; an empty list where it cannot be read, which a test must notice.
func readGoldens<Golden: Decodable>(_ name: String) -> [Golden] {
  let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Goldens/\(name).json")
  guard let data = try? Data(contentsOf: file) else { return [] }
  return (try? JSONDecoder().decode([Golden].self, from: data)) ?? []
}

/// Values of one function (`Goldens/make_special.py`).
struct SpecialGolden: Decodable, Sendable, CustomTestStringConvertible {
  let name: String
  let arguments: [[GoldenNumber]]
  let results: [GoldenNumber]

  var testDescription: String { name }
  static let all: [SpecialGolden] = readGoldens("special")
}

@Suite("Special functions against mpmath, and PyTorch at the edges")
struct SpecialFunctionTests {
  typealias Function = @Sendable ([Tensor]) -> Tensor

  static let functions: [String: Function] = ofOne.merging(ofTwo) { a, _ in a }

  @Test func everyGoldenHasItsFunction() {
    #expect(Set(SpecialGolden.all.map(\.name)) == Set(Self.functions.keys))
  }

  /// 2e-13 of the result in float64; where a sine or a logarithm passes through 0 it is 2e-13 of 1.
  @Test(arguments: SpecialGolden.all)
  func float64(_ golden: SpecialGolden) throws {
    let function = try #require(Self.functions[golden.name])
    let columns = (0..<golden.arguments[0].count).map { column in
      Tensor(golden.arguments.map { $0[column].value }, dtype: .float64)
    }
    let passesZero = golden.name.hasPrefix("bessel") || ["digamma", "logGamma", "xlogy", "logit"].contains(golden.name)
    let results = function(columns).scalars(as: Double.self)
    for (place, (got, wanted)) in zip(results, golden.results.map(\.value)).enumerated() {
      let scale = passesZero ? max(1, abs(wanted)) : abs(wanted)
      let isSame = got == wanted || (got.isNaN && wanted.isNaN) || abs(got - wanted) <= 2e-13 * scale
      #expect(isSame, "\(golden.name)\(golden.arguments[place].map(\.value)) is \(got), expected \(wanted)")
    }
  }

  /// In float32 the functions are computed in float64 and rounded once, so they agree with float64 to 1 unit in the
  /// last place; the formulas around them add a few more.
  @Test(arguments: SpecialGolden.all)
  func float32(_ golden: SpecialGolden) throws {
    let function = try #require(Self.functions[golden.name])
    let columns = (0..<golden.arguments[0].count).map { column in
      Tensor(golden.arguments.map { $0[column].value }, dtype: .float32)
    }
    let wide = function(columns.map { $0.converted(to: .float64) }).scalars(as: Double.self)
    let results = function(columns)
    #expect(results.dtype == .float32)
    for (place, (got, wanted)) in zip(results.scalars(as: Float.self), wide).enumerated() {
      let nearest = Float(wanted)
      let isTiny = abs(wanted) < 0x1p-120 || abs(wanted) > 0x1p120
      let isSame =
        got == nearest || (got.isNaN && nearest.isNaN) || abs(Double(got) - wanted) <= 4e-6 * max(1, abs(wanted))
      #expect(isSame || isTiny, "\(golden.name)\(golden.arguments[place].map(\.value)) is \(got), expected \(nearest)")
    }
  }

  @Test func multivariateLogGamma() {
    let x = Tensor([2.5, 4, 1], dtype: .float64).multivariateLogGamma(dimension: 3).scalars(as: Double.self)
    #expect(abs(x[0] - 1.8809954616117743) < 1e-13)
    #expect(x[2].isNaN)
  }

  @Test func logitCutsItsInput() {
    let x = Tensor([0.0, 0.5, 1], dtype: .float64).logit(epsilon: 0.1).scalars(as: Double.self)
    #expect(abs(x[0] + 2.1972245773362196) < 1e-14 && x[1] == 0 && abs(x[2] - 2.1972245773362196) < 1e-14)
  }

  /// By Python's mpmath.
  @Test func besidePoles() {
    func expect(_ got: Tensor, _ wanted: [Double]) {
      for (got, wanted) in zip(got.scalars(as: Double.self), wanted) {
        #expect(abs(got / wanted - 1) < 1e-14, "\(got), expected \(wanted)")
      }
    }
    let below = Tensor([-1e-20, -1e-10, -0.3], dtype: .float64)
    expect(below.digamma(), [1e20, 9999999999.422785, 2.1133097796353986])
    let other = Tensor([-1e-17, -0.3], dtype: .float64)
    expect(other.polygamma(order: 1), [9.99999999999999857e33, 13.9451602678057225])
    let orders = Tensor([3.0, 3, 2, 5], dtype: .float64)
    let places = Tensor([-1e-9, -2.25, -7.5, -100.3], dtype: .float64)
    expect(
      zeta(orders, places), [-9.99999999999999813e26, -61.9484748870300828, 9.7447662821704326, -405.781679241513377])
  }

  /// Of small orders Q is next to nothing, and 1 - P would have lost it. By Python's mpmath.
  @Test func gammaIntegralsOfSmallOrders() {
    let points: [(a: Double, x: Double, value: Double)] = [
      (3.95e-74, 3.37e-187, 1.6937255717234521e-71), (1e-20, 1.05, 2.0187281322019657e-21),
      (1e-5, 0.3, 9.056782717213817e-6), (0.01, 0.02, 0.033067868623581178), (1e-300, 1e-3, 6.3315393641361495e-300),
    ]
    for (a, x, value) in points {
      let (a, x) = (Tensor([a], dtype: .float64), Tensor([x], dtype: .float64))
      #expect(abs(gammaUpper(a, x).item() / value - 1) < 1e-13, "\(a.item()), \(x.item())")
      #expect(abs(gammaLower(a, x).item() - (1 - value)) < 1e-15)
    }
  }

  /// Around 0 its slope is the difference of almost equal numbers. By Python's mpmath.
  @Test func slopesOfSincNearZero() throws {
    let x = Tensor([0, -1e-8, 1e-3, 0.3], dtype: .float64).requiringGrad()
    let first = try grad(of: x.sinc().sum(), with: x, createGraph: true)
    let second = try grad(of: first.sum(), with: x)
    let slopes = [0, 3.2898681336964526e-8, -0.0032898648867278963, -0.90202813013888879]
    let bends = [-3.2898681336964529, -3.2898681336964519, -3.289858392793072, -2.4584852862661743]
    for (found, expected) in [(first, slopes), (second, bends)] {
      for (found, expected) in zip(found.scalars(as: Double.self), expected) {
        #expect(abs(found - expected) <= 1e-13 * abs(expected), "\(found), not \(expected)")
      }
    }
  }

  /// By Python's mpmath: quadrature in the middle, the continued fraction with 60 digits far out.
  @Test func gammaIntegralsOfLargeOrders() {
    let upper: [(a: Double, x: Double, value: Double)] = [
      (1e5, 1e5, 0.499579477889634823), (1e5, 100158.11388300842, 0.308259225000053583),
      (1e5, 101581.1388300842, 3.26337895080693075e-7), (1e5, 106324.55532033676, 8.6449246384286542e-86),
      (3e6, 3e6, 0.499923223522197525), (3e6, 3034641.0161513775, 1.26705280926434174e-88),
      (1e16, 1e16, 0.499999998670192399), (1e16, 1.000000005e+16, 0.30853753784582358),
    ]
    for (a, x, value) in upper {
      let (a, x) = (Tensor([a], dtype: .float64), Tensor([x], dtype: .float64))
      #expect(abs(gammaUpper(a, x).item() / value - 1) < 1e-13 && abs(gammaLower(a, x).item() - (1 - value)) < 1e-15)
    }
    let below = gammaLower(
      Tensor([1e5, 3e6, 1e300], dtype: .float64),
      Tensor([97470.1778718653, 2986143.593539449, 1e-300], dtype: .float64))
    for (got, wanted) in zip(below.scalars(as: Double.self), [3.58999044136462e-16, 5.63566612093701e-16, 0]) {
      #expect(abs(got - wanted) <= 1e-13 * wanted)
    }
  }

  @Test("No gradient of a first operand that has none, instead of a wrong one")
  func missingSlopes() {
    let functions: [(Tensor, Tensor) -> Tensor] = [zeta, gammaLower, gammaUpper]
    for function in functions {
      let (a, x) = (Tensor([2.0]).requiringGrad(), Tensor([1.5]))
      let error = #expect(throws: TensorError.self) { try withTensorErrors { function(a, x).sum().backward() } }
      #expect(error?.description.contains("in which there is no derivative") == true)
    }
  }

  private static let ofOne: [String: Function] = [
    "logGamma": { $0[0].logGamma() }, "digamma": { $0[0].digamma() },
    "polygamma 1": { $0[0].polygamma(order: 1) }, "polygamma 4": { $0[0].polygamma(order: 4) },
    "erfInverse": { $0[0].erfInverse() }, "erfcScaled": { $0[0].erfcScaled() },
    "normalCDF": { $0[0].normalCDF() }, "normalQuantile": { $0[0].normalQuantile() },
    "logNormalCDF": { $0[0].logNormalCDF() },
    "besselI0": { $0[0].besselI0() }, "besselI0Scaled": { $0[0].besselI0Scaled() },
    "besselI1": { $0[0].besselI1() }, "besselI1Scaled": { $0[0].besselI1Scaled() },
    "besselJ0": { $0[0].besselJ0() }, "besselJ1": { $0[0].besselJ1() },
    "besselY0": { $0[0].besselY0() }, "besselY1": { $0[0].besselY1() },
    "entropy": { $0[0].entropy() }, "sinc": { $0[0].sinc() }, "logit": { $0[0].logit() },
  ]

  private static let ofTwo: [String: Function] = [
    "xlogy": { xlogy($0[0], $0[1]) }, "xlog1py": { xlog1py($0[0], $0[1]) },
    "logAddExp": { logAddExp($0[0], $0[1]) }, "logAddExp2": { logAddExp2($0[0], $0[1]) },
    "hypot": { hypot($0[0], $0[1]) }, "zeta": { zeta($0[0], $0[1]) },
    "gammaLower": { gammaLower($0[0], $0[1]) }, "gammaUpper": { gammaUpper($0[0], $0[1]) },
  ]
}
