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

  @Test func besideTensors() {
    let x = Tensor([4.0])
    let half = x * (1 / 2 + 0.25) + max(1 / 2 + 0.25, 0.5)
    #expect(half.item() == 3.75)
  }
}
