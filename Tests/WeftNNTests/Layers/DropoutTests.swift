import Testing
import Weft

@Suite struct DropoutTests {
  @Test func keptElementsGrowSoThatTheMeanStays() {
    let values = Random.withSeed(1) { Dropout(0.25)(Tensor(ones: [100, 100])) }.scalars(as: Float.self)
    let kept = values.filter { $0 != 0 }
    #expect(kept.allSatisfy { abs($0 - 4 / 3) < 1e-6 })
    // The count is binomial with deviation 43.
    #expect(abs(kept.count - 7500) < 250)
  }

  @Test func gradientsPassWhereElementsWereKept() {
    let x = Tensor(ones: [50]).requiringGrad()
    let output = Dropout(0.5)(x)
    output.sum().backward()
    #expect(x.grad?.scalars(as: Float.self) == output.scalars(as: Float.self))
  }

  @Test func theSeedDecidesAndEachCallDiffers() {
    func draws() -> [[Float]] {
      let layer = Dropout(0.5)
      return Random.withSeed(5) { (0..<2).map { _ in layer(Tensor(ones: [64])).scalars(as: Float.self) } }
    }
    let (first, second) = (draws(), draws())
    #expect(first == second)
    #expect(first[0] != first[1])
  }

  @Test func evaluationGivesTheInput() {
    let layer = Dropout(0.9).eval()
    #expect(layer(Tensor([1.0, 2, 3])).scalars(as: Float.self) == [1, 2, 3])
  }

  @Test func aRateOutsideZeroToOneIsAnError() throws {
    let error = try #require(throws: TensorError.self) { try withTensorErrors { Dropout(1.5) } }
    #expect(error.description == "[Dropout]: expected a probability in 0 ... 1, got 1.5")
  }
}
