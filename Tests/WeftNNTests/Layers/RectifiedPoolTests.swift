import Testing
import Weft

/// `Sequential` pools before it rectifies: nobody may be able to tell.
@Suite struct RectifiedPoolTests {
  @Test(arguments: [Float.nan, 0.5]) func resultsAndGradientsAreThoseOfTheWrittenOrder(special: Float) {
    // Ties, windows without a positive element, and a NaN.
    var values = (0..<128).map { Float(($0 * 37) % 11 - 6) }
    values[5] = special
    for layout in [[0, 1, 2, 3], [0, 2, 3, 1]] {
      let x = Tensor(values, shape: [2, 4, 4, 4]).permuted(layout)
      let (a, b) = (x.requiringGrad(), x.requiringGrad())
      let pool = MaxPool2d(2, stride: 1, padding: 1)
      let written = pool(ReLU()(a))
      let run = Sequential {
        ReLU(); pool
      }(b)
      #expect(Self.bits(run) == Self.bits(written))
      let seed = Tensor((0..<run.elementCount).map { Float($0 % 7) - 3 }, shape: run.shape)
      written.backward(gradient: seed)
      run.backward(gradient: seed)
      #expect(a.grad.map(Self.bits) == b.grad.map(Self.bits))
    }
  }

  @Test func theSummaryShowsTheLayersAsWritten() {
    let model = Sequential {
      ReLU(); MaxPool2d(2)
    }
    let text = "\(model.summary(input: [1, 3, 4, 4]))"
    #expect(text.contains("[1, 3, 4, 4]") && text.contains("[1, 3, 2, 2]"))
  }

  private static func bits(_ tensor: Tensor) -> [UInt32] { tensor.scalars(as: Float.self).map(\.bitPattern) }
}
