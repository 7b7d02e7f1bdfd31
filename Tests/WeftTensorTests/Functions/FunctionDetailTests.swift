import Testing
import WeftTensor

/// Where quantiles, integrals and bags of embeddings have a choice: PyTorch's.
@Suite struct FunctionDetailTests {
  @Test func quantilesAtWholePlaces() {
    let x = Tensor((0...10).map(Float.init))
    #expect(x.quantile(0.1, interpolation: .higher).item() == 1)
    #expect(x.quantile(0.7, interpolation: .lower).item() == 7)
    #expect(x.quantile(0.1, interpolation: .midpoint).item() == 1)
    #expect(x.nanQuantile(0.1, interpolation: .higher).item() == 1)
    let several = x.quantile(Tensor([0.1, 0.6, 1] as [Float]), interpolation: .higher)
    #expect(several.scalars(as: Double.self) == [1, 6, 10])
  }

  @Test func integralsOverPositionsOfFewerAxes() {
    let y = Tensor([0.0, 1, 2, 3, 4, 5, 6, 8], shape: [2, 2, 2])
    let positions = Tensor([[0.0, 1], [3, 5]])
    #expect(y.trapezoid(at: positions, axis: 1).elementsEqual(Tensor([[3.0, 8], [15, 26]])))
    #expect(y.trapezoid(at: positions, axis: -2).elementsEqual(Tensor([[3.0, 8], [15, 26]])))
    #expect(y.cumulativeTrapezoid(at: positions, axis: 1).squeezed(1).elementsEqual(Tensor([[3.0, 8], [15, 26]])))
  }

  @Test func indicesBehindTheLastOffsetDoNotCount() {
    let table = Tensor([[0.0, 1], [2, 3], [4, 5]])
    func bag(_ mode: EmbeddingBagMode, _ weights: Tensor? = nil) -> [Double] {
      table.embeddingBag(
        Tensor([0, 1, 2]), offsets: Tensor([0, 2]), mode: mode, perSampleWeights: weights, includesLastOffset: true
      ).scalars(as: Double.self)
    }
    #expect(bag(.sum) == [2, 4] && bag(.mean) == [1, 2] && bag(.maximum) == [2, 3])
    #expect(bag(.sum, Tensor([2.0, 3, 4])) == [6, 11])
  }

  /// Whole factors keep integers integers, as in PyTorch.
  @Test(arguments: [DType.int8, .uint8, .int32, .int64]) func factorsOfIntegers(_ dtype: DType) {
    let x = Tensor([[1, 2], [3, 4]], dtype: dtype)
    let added = x.indexAdded(x, at: Tensor([1, 1]), axis: 0, scale: 2)
    #expect(added.dtype == dtype && added.rows(as: Int.self) == [[1, 2], [11, 16]])
    let product = x.addingMatrixProduct(x, x, alpha: 2, beta: 3)
    #expect(product.dtype == dtype && product.rows(as: Int.self) == [[17, 26], [39, 56]])
    let error = #expect(throws: TensorError.self) {
      try withTensorErrors { x.indexAdded(x, at: Tensor([1, 1]), axis: 0, scale: 0.5) }
    }
    #expect(error?.description.contains("[indexAdded]: expected a whole scale for integers, got 0.5") == true)
  }

  /// What depends on the values has none inside `vmap`.
  @Test func countsOfABatchAreRefused() {
    let lists = Tensor([[0, 1], [2, 2]])
    let table = Tensor(ones: [3, 2])
    let functions: [(Tensor) -> Tensor] = [
      { $0.binCount() }, { table.embeddingBag(Tensor([0, 1]), offsets: $0, mode: .sum) },
    ]
    for function in functions {
      let error = #expect(throws: TensorError.self) { _ = try vmap(over: [lists]) { [function($0[0])] } }
      #expect(error?.description.contains("inside `vmap`") == true)
    }
  }
}
