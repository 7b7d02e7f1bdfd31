import Testing
import Weft
import WeftTensor

/// What enters a parameter, a buffer, an optimizer or a cache has the shape and type that is expected there.
@Suite struct CheckedValueTests {
  private func error(_ body: () throws -> Void) -> TensorError? {
    #expect(throws: TensorError.self) { try withTensorErrors(body) }
  }

  @Test func aGradientOfAnotherShapeOrTypeIsRefused() {
    for sizes in [[2], [5], [2, 3], []] {
      let parameter = Parameter(Tensor(ones: [3]))
      let found = error {
        parameter.grad = Tensor(ones: Shape(sizes))
        SGD([parameter], learningRate: 1).step()
      }
      #expect(
        found?.description == """
          [grad]: expected a gradient of the tensor's shape and type, float32 [3], got float32 \(Shape(sizes))
            tensor: float32 [3]
            gradient: float32 \(Shape(sizes))
          """)
      #expect(parameter.grad == nil)
      #expect(parameter.value.scalars(as: Double.self) == [1, 1, 1])
    }
    for dtype in [DType.float64, .bfloat16, .int32, .bool] {
      #expect(error { Parameter(Tensor(ones: [3])).grad = Tensor(ones: [3], dtype: dtype) }?.code == .dtype)
    }
  }

  @Test func aBufferKeepsItsShapeAndType() {
    let layer = BatchNorm1d(2)
    let found = error { layer.runningMean?.value = Tensor(zeros: [3_000_000]) }
    #expect(
      found?.description == """
        [Buffer]: expected a value of the buffer's shape and type, float32 [2], got float32 [3000000]
          buffer: float32 [2]
          value: float32 [3000000]
        """)
    #expect(error { layer.runningVar?.value = Tensor(zeros: [2], dtype: .float64) }?.code == .dtype)
    #expect(error { layer.numBatchesTracked?.value = Tensor(1.5) }?.code == .dtype)
    layer.runningMean?.value = Tensor([3.0, 4])
    layer.convert(to: .float64)
    #expect(layer.runningMean?.value.dtype == .float64)
    #expect(layer.runningMean?.value.scalars(as: Double.self) == [3, 4])
    #expect(layer(Tensor(normal: [4, 2], dtype: .float64)).dtype == .float64)
  }

  @Test func valuesOfABatchAreRefused() {
    let (parameter, buffer) = (Parameter(Tensor(zeros: [2])), Buffer(Tensor(zeros: [2])))
    let sets: [(Tensor) -> Void] = [
      { parameter.value = $0 }, { buffer.value = $0 }, { _ = Parameter($0) }, { _ = Buffer($0) },
    ]
    for set in sets {
      let found = #expect(throws: TensorError.self) {
        try vmap(over: [Tensor(ones: [3, 2])]) { x in
          set(x[0])
          return x
        }
      }
      #expect(found?.code == .unsupported)
    }
    #expect(error { _ = Parameter(Tensor([1, 2])) }?.code == .dtype)
  }

  @Test func valuesGivenToAFunctionalCallAreChecked() throws {
    let model = Linear(2, 1)
    let x = Tensor(ones: [1, 2])
    let found = #expect(throws: TensorError.self) {
      try functionalCall(model, ["bias": Tensor([1.0], dtype: .float64)], x)
    }
    #expect(
      found?.description == """
        [functionalCall]: expected type float32, got float64
          bias: float64 [1]
          hint: `value.converted(to: .float32)`, or `model.convert(to:)`
        """)
    #expect(try functionalCall(model, ["weight": Tensor([[1, 2]]), "bias": Tensor([10])], x).item() == 13)
  }

  /// What is given stays what it is: statistics that are given are not written, nor is their memory.
  @Test func statisticsThatAreGivenAreNotWritten() throws {
    let layer = BatchNorm1d(2)
    let given = [
      "running_mean": Tensor([5.0, 6]), "running_var": Tensor([7.0, 8]), "num_batches_tracked": Tensor(9),
    ]
    _ = try functionalCall(layer, given, Tensor(normal: [4, 2]))
    #expect(given["running_mean"]?.scalars(as: Double.self) == [5, 6])
    #expect(given["running_var"]?.scalars(as: Double.self) == [7, 8])
    #expect(given["num_batches_tracked"]?.item() == 9)
    #expect(layer.numBatchesTracked?.value.item() == 0)
  }

  @Test func aCheckpointMovesStatisticsOnce() {
    func statistics(_ run: (@escaping () -> Tensor) -> Tensor) -> [[Double]] {
      let model = Sequential {
        Linear(2, 2)
        BatchNorm1d(2)
        Linear(2, 1)
      }
      for parameter in model.parameters() { parameter.value = Tensor(full: parameter.shape, 0.5) }
      model[2].spectrallyNormalized()
      let x = Tensor([[1.0, 2], [3, 5], [2, -1]])
      run { model(x).squared().sum() }.backward()
      return model.namedBuffers().filter { !$0.name.hasSuffix("._u") && !$0.name.hasSuffix("._v") }
        .map { $0.buffer.value.scalars(as: Double.self) }
    }
    let plain = statistics { $0() }
    #expect(plain.count == 3 && plain[2] == [1])
    #expect(statistics { checkpoint($0) } == plain)
    #expect(statistics { body in checkpoint { checkpoint(body) } } == plain)
  }

  @Test func keysThatDoNotContinueACacheAreRefused() {
    let decoder = TransformerDecoder(numLayers: 1) { TransformerDecoderLayer(4, numHeads: 2, dimFeedforward: 8) }
    decoder.eval()
    let cache = KeyValueCache(numLayers: 1)
    let memory = Tensor(normal: [3, 2, 4])
    noGrad { _ = decoder(Tensor(normal: [1, 2, 4]), memory, cache: cache) }
    for sizes: Shape in [[1, 3, 4], [1, 1, 4]] {
      let found = error { noGrad { _ = decoder(Tensor(normal: sizes), memory, cache: cache) } }
      #expect(found?.operation == "KeyValueCache")
      #expect(found?.hint.contains("reset()") == true)
    }
    #expect(cache.positionCount == 1)
    let attention = MultiheadAttention(4, numHeads: 2, batchFirst: true)
    let fixed = AttentionCache(isFixed: true)
    let keys = Tensor(normal: [2, 3, 4])
    _ = attention(keys, keys, keys, cache: fixed)
    let query = Tensor(normal: [3, 1, 4])
    #expect(error { _ = attention(query, query, query, cache: fixed) } != nil)
  }

  /// One sequence of queries would broadcast to all that are kept.
  @Test func queriesOfAnotherBatchThanThatOfAFixedCacheAreRefused() {
    for batchFirst in [true, false] {
      let attention = MultiheadAttention(4, numHeads: 2, batchFirst: batchFirst)
      let fixed = AttentionCache(isFixed: true)
      let keys = Tensor(normal: batchFirst ? [2, 3, 4] : [3, 2, 4])
      _ = attention(keys, keys, keys, cache: fixed)
      let query = Tensor(normal: batchFirst ? [1, 3, 4] : [3, 1, 4])
      let found = error { _ = attention(query, query, query, cache: fixed) }
      #expect(
        found?.operation == "KeyValueCache" && found?.expected == "queries of the 2 sequences whose keys are kept")
    }
  }

  /// A table that was replaced is written in place by `maxNorm`.
  @Test func aTableOfOtherAxesIsRefused() {
    for sizes: Shape in [[], [0], [7], [3, 2, 2]] {
      for layer in [Embedding(3, 2, paddingIndex: 1, maxNorm: 1), Embedding(3, 2, maxNorm: 0)] {
        layer.weight = Parameter(Tensor(ones: sizes))
        #expect(error { _ = layer(Tensor([0, 1])) } != nil, "\(sizes)")
      }
      let bag = EmbeddingBag(3, 2, mode: .sum, maxNorm: 1)
      bag.weight = Parameter(Tensor(ones: sizes))
      #expect(error { _ = bag(Tensor([[0, 1]])) } != nil, "\(sizes)")
    }
    var table = Tensor(zeros: [3, 2])
    table.makeUnique()
    for (rows, places) in [
      (Tensor(ones: [1, 3]), [0]), (Tensor(ones: [1, 2]), [3]), (Tensor(ones: [2, 2]), [0]),
      (Tensor(ones: [1, 2]), [-1]),
    ] {
      #expect(error { table.write(rows: rows, at: Tensor(places)) }?.operation == "writing in place")
    }
    #expect(table.sum().item() == 0)
    // Tokens of any integer type.
    for dtype in [DType.int8, .uint8, .int16, .int32, .uint32, .uint64] {
      let layer = Embedding(300, 2, maxNorm: 1)
      layer.weight.value = Tensor(full: [300, 2], 3)
      let found = layer(Tensor([5, 2, 5], dtype: dtype))
      #expect(abs(found.squared().sum().item() - 3) < 1e-5, "\(dtype)")
      let lengths = layer.weight.value.norm(axis: 1).scalars(as: Double.self)
      #expect(lengths.enumerated().allSatisfy { ($0 == 2 || $0 == 5) == ($1 < 1.01) }, "\(dtype)")
    }
    for order in [0, -1, Double.nan] { #expect(error { _ = Embedding(3, 2, maxNorm: 1, normType: order) } != nil) }
  }

  @Test func anAttentionWithoutWeightsIsRefused() {
    let x = Tensor(normal: [2, 3, 4])
    let whole = MultiheadAttention(4, numHeads: 2)
    whole.inProjWeight = nil
    #expect(
      error { _ = whole(x, x + 1, x + 2) }?.got == "none, and no qProjWeight, kProjWeight, vProjWeight")
    #expect(error { _ = whole(x) } != nil)
    let parts = MultiheadAttention(4, numHeads: 2, kDim: 4, vDim: 3)
    parts.kProjWeight = nil
    #expect(error { _ = parts(x, x, Tensor(normal: [2, 3, 3])) }?.got == "none, and no kProjWeight")
  }

  @Test func partsOfAnAdaptiveSoftmaxFit() {
    let layer = AdaptiveLogSoftmaxWithLoss(4, classes: 6, cutoffs: [2, 4])
    let x = Tensor(normal: [2, 4])
    let tail = layer.tail
    layer.tail = []
    #expect(error { _ = layer(x, target: Tensor([0, 5])) }?.got == "[4, 4] and 0")
    #expect(error { _ = layer.logProbabilities(x) } != nil)
    layer.tail = tail
    layer.head = Linear(4, 9, bias: false)
    #expect(error { _ = layer.predictions(x) }?.expected == "a head of 4 outputs and a tail of 2 clusters")
  }

  /// Averages are of what the model has.
  @Test func anAverageOfAPartThatWasReplacedIsRefused() {
    let model = Sequential {
      Linear(2, 2); BatchNorm1d(2)
    }
    let (average, withBuffers) = (WeightAverage(of: model), WeightAverage(of: model, includesBuffers: true))
    average.update()
    (model[1] as? BatchNorm1d)?.runningMean = Buffer(Tensor(zeros: [2]))
    average.update()
    #expect(error { withBuffers.update() }?.got == "another 1.running_mean")
    model.layers[0] = Linear(2, 2)
    for use in [average.update, average.apply] {
      let found = error(use)
      #expect(found?.operation == "WeightAverage" && found?.got == "another 0.weight, 0.bias")
    }
  }

  @Test func runningStatisticsAreNoIntegers() {
    let layer = BatchNorm1d(2)
    layer.runningVar = Buffer(Tensor([1, 2]))
    #expect(error { _ = layer(Tensor(normal: [4, 2])) }?.expected == "a buffer of a floating-point type")
    for momentum in [Double.nan, -0.1, 1.5] {
      #expect(error { layer.momentum = momentum }?.got == "\(momentum)")
      #expect(layer.momentum == 0.1)
      #expect(error { _ = InstanceNorm1d(2, momentum: momentum) } != nil)
      #expect(error { _ = BatchNorm2d(2, momentum: momentum) } != nil)
    }
    layer.momentum = nil
    #expect(layer.momentum == nil)
  }

  @Test func aParametersValueIsConvertedToItsType() {
    let parameter = Parameter(Tensor(zeros: [2]))
    parameter.grad = Tensor([1.0, 2])
    parameter.value = Tensor([3, 4])
    #expect(parameter.value.dtype == .float32 && parameter.grad?.scalars(as: Double.self) == [1, 2])
    #expect(error { parameter.value = Tensor(zeros: [3]) }?.code == .shape)
  }

  @Test func aUsersUpdateOfAnotherShapeIsRefused() {
    let parameter = Parameter(Tensor(ones: [3]))
    let optimizer = Misshapen([parameter], learningRate: 1)
    parameter.grad = Tensor(ones: [3])
    let found = error { optimizer.step() }
    #expect(
      found?.description == """
        [writing in place]: expected 2 targets of one shape, [3], and 3 inputs that broadcast to it, got [3], [3], [2], \
        [3], [2]
          input 0: float32 [3]
          input 1: float32 [3]
          input 2: float32 [2]
          target 0: float32 [3]
          target 1: float32 [2]
        """)
    #expect(parameter.value.scalars(as: Double.self) == [1, 1, 1])
  }

  /// Its state does not have the parameter's shape.
  private final class Misshapen: Optimizer {
    override func stateNames(of parameter: Parameter, in group: ParameterGroup) -> [String] { ["sum"] }
    override func initialState(_ name: String, of value: Tensor, in group: ParameterGroup) -> Tensor {
      Tensor(zeros: [2])
    }
    override func rule(in group: ParameterGroup, step: Int) -> UpdateRule? {
      UpdateRule(Formula(inputs: 3) { x, _ in [x[0] - x[1], x[2] + x[1]] }, [])
    }
  }
}
