import Testing
import WeftTensor

/// Arithmetic of Swift's own numbers means beside the library what it means without: an operator of ours that fits
/// `1 / 2 + d` would make a whole number of its first half.
@Suite struct PlainNumberTests {
  private static func same<Value: Equatable>(_ a: Value, _ b: Value) -> Bool { a == b }

  @Test func literalsAreDoublesAmongDoubles() {
    let (d, some): (Double, [Double]?) = (2, [4])
    let isFour = some == [7 / 2 + 1 / 2]
    #expect(isFour)
    let greater = max(1 / 2 + 0.25, d / 8)
    #expect(greater == 0.75)
    #expect(Self.same([1 / 2 + 1 / 4], [d - 1.25]))
    #expect(Self.same([1 / 2 - 1 / 4, 3 / 4 * d, 1 / 4 / d], [d / 8, d - 0.5, d / 16]))
  }

  @Test func literalsAreFloatsAmongFloats() {
    let (f, some): (Float, [Float]?) = (2, [4])
    let isFour = some == [7 / 2 + 1 / 2]
    #expect(isFour)
    #expect(Self.same([1 / 2 + 1 / 4, 3 / 4 * f], [f - 1.25, f - 0.5]))
  }

  /// The type that is found for a value, and the value.
  private static func described<Value>(_ value: Value) -> String { "\(Value.self) \(value)" }

  @Test func literalsAloneAreDoubles() {
    let (sum, product) = (1 / 2 + 0.25, 3 / 2 * 1.0)
    #expect(Self.described(sum) == "Double 0.75")
    #expect(Self.described(product) == "Double 1.5")
    #expect(Self.described(0.25 + 1 / 2) == "Double 0.75")
    #expect(Self.described(-1 / 2 * 1.5) == "Double -0.75")
    #expect(Self.described([1 / 2 + 0.25]) == "Array<Double> [0.75]")
    #expect(Self.described((1 / 2 + 0.25, 3 / 2 - 0.5)) == "(Double, Double) (0.75, 1.0)")
    #expect(Self.described(["a": 1 / 2 - 0.25]) == "Dictionary<String, Double> [\"a\": 0.25]")
    #expect(Self.described({ 1 / 2 + 0.25 }()) == "Double 0.75")
    #expect(Self.described(1 / 2) == "Int 0")
  }

  @Test func besideTensors() {
    let x = Tensor([4.0])
    let half = x * (1 / 2 + 0.25) + max(1 / 2 + 0.25, 0.5)
    #expect(half.item() == 3.75)
    let (n, f, d): (Int, Float, Double) = (3, 0.5, 0.25)
    #expect((x * (1 / 2)).item() == 2)
    #expect((0.5 * n * x).item() == 6)
    let mixed: Tensor = (1.5 + n) * x - n / x * f
    #expect(mixed.item() == 17.625)
    let halves: Tensor = x * (n + 0.5) - (n * 0.5) * d * x
    #expect(halves.item() == 12.5)
    #expect((n / 2 * x).item() == 4)
  }

  @Test func besideComplexTensorsAndInFormulas() {
    let (n, f, d): (Int, Float, Double) = (3, 0.5, 0.25)
    let c = ComplexTensor(real: Tensor([4.0]), imaginary: Tensor([2.0]))
    let product: ComplexTensor = 0.5 * n * c - f + d / (c / n)
    let (real, imaginary) = (product.real.item(), product.imaginary.item())
    #expect(abs(real - 5.65) < 1e-6)
    #expect(abs(imaginary - 2.925) < 1e-6)
    let line = Formula { a in n * a + a / f - d }
    let sameLine = Formula { a in 3 * a + a / 0.5 - 0.25 }
    #expect(line == sameLine)
  }
}
