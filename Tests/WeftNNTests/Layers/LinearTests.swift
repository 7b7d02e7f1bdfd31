import Testing
import Weft

@Suite struct LinearTests {
  @Test func goldens() throws {
    let layers: [String: Module] = [
      "linear": Linear(4, 3), "linear_no_bias": Linear(4, 3, bias: false), "linear_vector": Linear(4, 3),
      "embedding": Embedding(7, 3), "embedding_padding": Embedding(7, 3, paddingIndex: 1),
    ]
    for (name, golden) in try GoldenCase.family("linear") {
      golden.compare(try #require(layers[name]), inputType: .int64)
    }
  }

  @Test func aWrongInputNamesTheLayerAndBothShapes() throws {
    let model = Sequential {
      Linear(784, 128)
      Linear(100, 10)
    }
    let error = try #require(throws: TensorError.self) { try withTensorErrors { model(Tensor(zeros: [2, 784])) } }
    #expect(
      error.description == """
        [linear] in 1: expected the input's last axis to have size 100, the weight's axis 1, got 128
          input: float32 [2, 128]
          weight: float32 [10, 100]
          bias: float32 [10]
          hint: the weight is [out, in]
        """)
  }

  /// `F.linear` with a weight of one axis: one number for each row.
  @Test func aWeightOfOneAxis() throws {
    let w = Tensor([1.0, 2, 3]).requiringGrad()
    let rows = Tensor([[1.0, 1, 1], [0, 1, 2]])
    #expect(linear(rows, weight: w).scalars(as: Double.self) == [6, 8])
    #expect(linear(rows[1], weight: w, bias: Tensor(0.5)).shape == [])
    linear(rows.unsqueezed(0), weight: w, bias: Tensor(0.5)).sum().backward()
    #expect(w.grad?.scalars(as: Double.self) == [1, 2, 3])
    #expect(try vmap { linear($0, weight: w) }(rows).shape == [2])
    for (input, bias) in [(Tensor(zeros: [2, 4]), Tensor(0.5)), (rows, Tensor([0.5])), (Tensor(1), Tensor(0.5))] {
      let error = try #require(throws: TensorError.self) {
        try withTensorErrors { linear(input, weight: w.detach(), bias: bias) }
      }
      #expect(error.description.contains("weight: \(w.dtype) [3]"), "\(error)")
    }
  }

  @Test func thePaddingRowStartsAtZeroAndDoesNotLearn() {
    let layer = Embedding(4, 2, paddingIndex: -1)
    #expect(layer.weight.value.scalars(as: Double.self).suffix(2) == [0, 0])
    layer(Tensor([3, 0])).sum().backward()
    #expect(layer.weight.grad?.scalars(as: Double.self) == [1, 1, 0, 0, 0, 0, 0, 0])
  }

  @Test func aPaddingIndexOutsideTheTableIsAnError() {
    #expect(throws: TensorError.self) { try withTensorErrors { Embedding(4, 2, paddingIndex: 4) } }
  }
}
