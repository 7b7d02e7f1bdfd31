import Testing
import Weft

@Suite struct TableNetworkTests {
  @Test func vectorsOfCategoriesStandBesideNumbers() throws {
    let network = TableNetwork(numbers: 1, categories: [3, 200], outputs: 1, hidden: [2], dropout: 0)
    #expect(
      network.namedParameters().map(\.name).sorted() == [
        "embeddings.0.weight", "embeddings.1.weight", "head.bias", "head.weight", "layers.0.0.bias",
        "layers.0.0.weight",
      ])
    #expect(network.embeddings.map(\.weight.shape) == [[3, 2], [200, 50]])
    func set(_ parameter: Parameter, _ values: [Float]) {
      parameter.value = Tensor(values, shape: parameter.shape)
    }
    set(network.embeddings[0].weight, [1, 2, 3, 4, 5, 6])
    set(network.embeddings[1].weight, [Float](repeating: 0, count: 10_000))
    // 10·7 for the number and 5 + 6·2 for the category in the first unit; the second is below 0.
    set(
      network.layers.namedParameters()[0].parameter,
      [10, 1, 2] + [Float](repeating: 1, count: 50)
        + [-1, 0, 0] + [Float](repeating: 1, count: 50))
    set(network.layers.namedParameters()[1].parameter, [0, 0])
    set(network.head.weight, [2, 100])
    if let bias = network.head.bias { set(bias, [0.5]) }
    let output = network(Tensor([Float(7)], shape: [1, 1]), Tensor([Int64(2), 9], shape: [1, 2]))
    #expect(output.shape == [1, 1] && output.scalars(as: Float.self) == [174.5])
  }

  @Test func columnsOfOneKindAreEnough() throws {
    let texts = TableNetwork(numbers: 0, categories: [4], outputs: 3)
    #expect(texts(Tensor(zeros: [5, 0]), Tensor(zeros: [5, 1], dtype: .int64)).shape == [5, 3])
    let numbers = TableNetwork(numbers: 2, categories: [], outputs: 3, hidden: [])
    #expect(numbers(Tensor(zeros: [5, 2]), Tensor(zeros: [5, 0], dtype: .int64)).shape == [5, 3])
  }
}
