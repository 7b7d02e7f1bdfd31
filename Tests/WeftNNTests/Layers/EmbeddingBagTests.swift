import Testing
import Weft

@Suite struct EmbeddingBagTests {
  @Test func goldens() throws {
    let layers: [String: (layer: EmbeddingBag, offsets: [Int]?)] = [
      "bag_mean": (EmbeddingBag(7, 3), nil), "bag_sum": (EmbeddingBag(7, 3, mode: .sum), nil),
      "bag_max": (EmbeddingBag(7, 3, mode: .maximum), nil), "bag_offsets": (EmbeddingBag(7, 3), [0, 2, 2, 5]),
      "bag_last": (EmbeddingBag(7, 3, mode: .sum, includesLastOffset: true), [0, 3, 7]),
      "bag_padding": (EmbeddingBag(7, 3, paddingIndex: 2), [0, 2, 5]),
      "bag_weights": (EmbeddingBag(7, 3, mode: .sum), [0, 3]),
    ]
    for (name, golden) in try GoldenCase.family("bags") {
      let (layer, offsets) = try #require(layers[name])
      golden.compare(layer, inputType: .int64) { inputs in
        guard let offsets else { return [layer(inputs[0])] }
        return [layer(inputs[0], offsets: Tensor(offsets), perSampleWeights: inputs.count > 1 ? inputs[1] : nil)]
      }
    }
  }

  @Test func theRowOfThePaddingIsZero() throws {
    let layer = EmbeddingBag(4, 2, paddingIndex: -1)
    #expect(layer.paddingIndex == 3)
    #expect(layer.weight.value[3].scalars(as: Float.self) == [0, 0])
    let error = try #require(throws: TensorError.self) {
      try withTensorErrors { EmbeddingBag(4, 2, paddingIndex: 4) }
    }
    #expect(error.description == "[EmbeddingBag]: expected a padding index in -4 ..< 4, got 4")
  }
}
