import Testing
import Weft

private func equal(_ a: Tensor?, _ b: Tensor?) -> Bool {
  a?.flattened().scalars(as: Double.self) == b?.flattened().scalars(as: Double.self) && a != nil
}

/// What nobody looks at must not matter, be it NaN or ∞: to outputs, to gradients, to tangents.
@Suite struct UnseenPaddingTests {
  private func layers() -> [RecurrentLayer] {
    [
      RNN(2, 3), RNN(2, 3, nonlinearity: .relu, bidirectional: true), LSTM(2, 3, numLayers: 2, bidirectional: true),
      LSTM(2, 4, bidirectional: true, projSize: 2), GRU(2, 3, numLayers: 2, bidirectional: true), GRU(2, 3),
    ]
  }

  private func output(_ layer: RecurrentLayer, _ input: Tensor, _ lengths: [Int]) -> Tensor {
    switch layer {
    case let layer as RNN: layer(input, lengths: lengths).output
    case let layer as GRU: layer(input, lengths: lengths).output
    case let layer as LSTM: layer(input, lengths: lengths).output
    default: input
    }
  }

  /// [3 steps, 2, 2 features], of which the second sequence has one step.
  private func input(padding: Double, _ dtype: DType) -> Tensor {
    var values = (0..<12).map { Double($0 % 5) / 4 - 0.3 }
    for place in [6, 7, 10, 11] { values[place] = padding }
    return Tensor(values, shape: [3, 2, 2], dtype: dtype)
  }

  @Test(arguments: [DType.float32, .float64])
  func thePaddingOfSequencesReachesNoGradient(_ dtype: DType) throws {
    for layer in layers() {
      if dtype == .float64 { layer.convert(to: .float64) }
      func gradients(_ padding: Double) throws -> [Tensor?] {
        layer.zeroGrad()
        let x = input(padding: padding, dtype).requiringGrad()
        output(layer, x, [3, 1]).sin().sum().backward()
        return [x.grad] + layer.parameters().map(\.grad)
      }
      let clean = try gradients(0)
      for padding in [Double.nan, .infinity, 1e38] {
        let found = try gradients(padding)
        for (a, b) in zip(found, clean) { #expect(equal(a, b), "\(layer), \(padding)") }
      }
    }
  }

  @Test func thePaddingOfSequencesReachesNoTangentAndNoExample() throws {
    for layer in layers() {
      let inputs = [0, Double.nan].map { input(padding: $0, .float32) }
      let tangents = try inputs.map { x in
        try jvp(at: [x], along: [x.onesLike()]) { output(layer, $0[0], [3, 1]) }.tangent
      }
      #expect(equal(tangents[1], tangents[0]))
      let batches = try inputs.map { x in
        try vmap(over: [stacked([x, x])]) { batch in
          [try valueAndGrad(at: batch[0]) { output(layer, $0, [3, 1]).sin().sum() }.gradient]
        }[0]
      }
      #expect(equal(batches[1], batches[0]))
    }
  }

  // MARK: - Attention

  private func attention(_ padding: Double, _ body: (Tensor, Tensor, Tensor, Tensor) -> Tensor) throws -> [Tensor] {
    let query = Tensor((0..<8).map { Double($0 % 3) - 0.7 }, shape: [1, 2, 4])
    let key = Tensor((0..<12).map { $0 >= 8 ? padding : Double($0 % 5) / 3 }, shape: [1, 3, 4])
    let value = Tensor((0..<12).map { $0 >= 8 ? padding : Double($0 % 4) / 3 }, shape: [1, 3, 4])
    let keep = Tensor([true, true, false], shape: [1, 1, 3])
    let (result, gradients) = try valueAndGrad(at: [query, key, value]) { body($0[0], $0[1], $0[2], keep).sin().sum() }
    return [result] + gradients
  }

  @Test func keysThatNoQuerySeesMayHoldAnything() throws {
    let ways: [(Tensor, Tensor, Tensor, Tensor) -> Tensor] = [
      { scaledDotProductAttention(query: $0, key: $1, value: $2, attentionMask: $3) },
      { q, k, v, keep in
        scaledDotProductAttention(
          query: q, key: k, value: v, attentionMask: Tensor.where(keep, 0.0, Tensor(-Double.infinity)))
      },
      { scaledDotProductAttention(query: $0, key: $1, value: $2, attentionMask: $3.flattened()) },
      {
        scaledDotProductAttention(
          query: $0, key: $1, value: $2, attentionMask: $3, dropout: 0.5, using: RandomStream(seed: 3))
      },
      { attentionWeights(query: $0, key: $1, attentionMask: $3) + $2.sum() * 0 },
    ]
    for (place, way) in ways.enumerated() {
      let clean = try attention(0, way)
      for padding in [Double.nan, .infinity] where place < 4 {
        let found = try attention(padding, way)
        for (a, b) in zip(found, clean) { #expect(equal(a, b), "\(place), \(padding)") }
      }
    }
  }

  @Test func thePaddingOfGroupedQueriesReachesNoWeight() {
    let grouped = GroupedQueryAttention(8, numHeads: 4, numKeyValueHeads: 2, rotary: RotaryEmbedding(2), bias: true)
    let block = LlamaBlock(8, numHeads: 4, numKeyValueHeads: 2, hiddenDim: 6)
    let hidden = Tensor([false, false, true, false, true, true], shape: [2, 3])
    let shown = (.!hidden).unsqueezed(-1)
    let values = Tensor((0..<48).map { Double($0 % 7) / 5 - 0.5 }, shape: [2, 3, 8])
    func gradients(_ module: Module, _ padding: Double, _ run: (Tensor) -> Tensor) -> [Tensor?] {
      module.zeroGrad()
      let x = Tensor.where(shown, values, Tensor(padding)).requiringGrad()
      Tensor.where(shown, run(x), 0).sin().sum().backward()
      return [x.grad] + module.parameters().map(\.grad)
    }
    for padding in [Double.nan, .infinity, 1e38, -3e38] {
      let found = [0, padding].map { padding in
        gradients(grouped, padding) { grouped($0, keyPaddingMask: hidden) }
          + gradients(block, padding) { block($0, keyPaddingMask: hidden) }
      }
      for (a, b) in zip(found[1], found[0]) { #expect(equal(a, b), "\(padding)") }
    }
  }

  /// Nor second derivatives, in which products of finite numbers are infinite.
  @Test func largePaddingReachesNoSecondDerivative() throws {
    let layer = TransformerEncoderLayer(4, numHeads: 2, dimFeedforward: 6, dropout: 0, batchFirst: true)
    let attention = MultiheadAttention(4, numHeads: 2, batchFirst: true)
    let grouped = GroupedQueryAttention(4, numHeads: 2, numKeyValueHeads: 1)
    let hidden = Tensor([false, false, true, false, true, true], shape: [2, 3])
    let shown = (.!hidden).unsqueezed(-1)
    let values = Tensor((0..<24).map { Double($0 % 7) / 5 - 0.5 }, shape: [2, 3, 4])
    let calls: [(Tensor) -> Tensor] = [
      { layer($0, keyPaddingMask: hidden) }, { attention($0, $0, $0, keyPaddingMask: hidden).output },
      { grouped($0, keyPaddingMask: hidden) },
    ]
    for (place, call) in calls.enumerated() {
      func second(_ padding: Double) throws -> Tensor {
        let x = Tensor.where(shown, values, Tensor(padding)).requiringGrad()
        let first = try grad(of: Tensor.where(shown, call(x), 0).sin().sum(), with: x, createGraph: true)
        return try grad(of: (Tensor.where(shown, first, 0) * values).sum(), with: x)
      }
      let clean = try second(0)
      for padding in [1e38, -3e38, .infinity, .nan] {
        #expect(equal(try second(padding), clean), "\(place), \(padding)")
      }
    }
  }

  /// In a causal order, a position that is not finite reaches those before it in no layer.
  @Test func laterPositionsReachNoEarlierOne() {
    let causal = MultiheadAttention(8, numHeads: 2, batchFirst: true)
    let grouped = GroupedQueryAttention(8, numHeads: 4, numKeyValueHeads: 2, rotary: RotaryEmbedding(2))
    let block = LlamaBlock(8, numHeads: 4, numKeyValueHeads: 2, hiddenDim: 6)
    let later = Tensor(arange: 5).unsqueezed(0) .> Tensor(arange: 5).unsqueezed(1)
    let values = (0..<40).map { Double($0 % 7) / 5 - 0.5 }
    let (clean, spoiled) = (
      Tensor(values, shape: [1, 5, 8]), Tensor(values.enumerated().map { $0 == 27 ? .nan : $1 }, shape: [1, 5, 8])
    )
    let ways: [(Tensor) -> Tensor] = [
      { causal($0, $0, $0, isCausal: true).output }, { causal($0, $0, $0, attentionMask: later).output },
      { grouped($0, isCausal: true) }, { grouped($0, attentionMask: later) }, { block($0) },
    ]
    for (place, way) in ways.enumerated() {
      #expect(equal(way(spoiled)[0, 0..<3], way(clean)[0, 0..<3]), "\(place)")
    }
  }

  @Test func thePaddingOfTransformersReachesNoWeight() throws {
    let encoder = TransformerEncoderLayer(4, numHeads: 2, dimFeedforward: 6, dropout: 0, batchFirst: true)
    let decoder = TransformerDecoderLayer(4, numHeads: 2, dimFeedforward: 6, dropout: 0)
    let hidden = Tensor([false, false, true, false, true, true], shape: [2, 3])
    func gradients(_ module: Module, batchFirst: Bool, _ padding: Double, _ run: (Tensor) -> Tensor) -> [Tensor?] {
      module.zeroGrad()
      let shown = (.!hidden).unsqueezed(-1)
      let values = Tensor((0..<24).map { Double($0 % 7) / 5 - 0.5 }, shape: [2, 3, 4])
      let rows = Tensor.where(shown, values, Tensor(padding))
      let x = (batchFirst ? rows : rows.transposed(0, 1)).requiringGrad()
      let result = run(x)
      Tensor.where(shown, batchFirst ? result : result.transposed(0, 1), 0).sin().sum().backward()
      return [x.grad] + module.parameters().map(\.grad)
    }
    for padding in [Double.nan, .infinity] {
      let found = [0, padding].map { padding in
        gradients(encoder, batchFirst: true, padding) { encoder($0, keyPaddingMask: hidden) }
          + gradients(decoder, batchFirst: false, padding) {
            decoder($0, $0, keyPaddingMask: hidden, memoryKeyPaddingMask: hidden)
          }
      }
      for (a, b) in zip(found[1], found[0]) { #expect(equal(a, b), "\(padding)") }
    }
  }

  /// What padding holds is looked at once in an attention, and in a layer around it.
  @Test func paddingIsMadeFiniteOnce() {
    let (x, hidden) = (Tensor(ones: [2, 3, 4]), Tensor([false, false, true, false, true, true], shape: [2, 3]))
    let attention = MultiheadAttention(4, numHeads: 2, batchFirst: true)
    let encoder = TransformerEncoderLayer(4, numHeads: 2, dimFeedforward: 6, dropout: 0, batchFirst: true)
    let decoder = TransformerDecoderLayer(4, numHeads: 2, dimFeedforward: 6, dropout: 0, batchFirst: true)
    let calls: [(once: Int, call: () -> Void)] = [
      (1, { _ = attention(x, x, x, keyPaddingMask: hidden) }), (1, { _ = encoder(x, keyPaddingMask: hidden) }),
      (2, { _ = decoder(x, x, keyPaddingMask: hidden, memoryKeyPaddingMask: hidden) }),
    ]
    for (once, call) in calls {
      let maps = profile { noGrad { call() } }.entries.filter { $0.name == "map" }
      #expect(maps.reduce(0) { $0 + $1.usage.calls } == once)
    }
  }

  // MARK: - Others

  @Test func stepsBeyondASequencesLengthReachNoCTCLoss() throws {
    let (targets, lengths) = (Tensor([[1, 2], [2, 0]]), (Tensor([4, 2]), Tensor([2, 1])))
    func derivatives(_ padding: Double) throws -> [Tensor] {
      var values = (0..<24).map { Double($0 % 5) / 4 }
      for step in 2..<4 { for place in 3..<6 { values[step * 6 + place] = padding } }
      let x = Tensor(values, shape: [4, 2, 3], dtype: .float64)
      func loss(_ x: Tensor) -> Tensor {
        ctcLoss(logProbabilities: x, targets: targets, inputLengths: lengths.0, targetLengths: lengths.1)
      }
      let first = try valueAndGrad(at: x, loss)
      return [first.value, first.gradient, try hessian(at: x, loss)]
    }
    let clean = try derivatives(0)
    for padding in [Double.nan, .infinity, -.infinity] {
      for (a, b) in zip(try derivatives(padding), clean) { #expect(equal(a, b), "\(padding)") }
    }
  }
}

/// `Note: NaN in derivatives`, in layers. Of single operations the contract checks it.
@Suite struct VisibleNaNTests {
  @Test func aNaNReachesEveryGradientOfATransformerLayer() {
    for activation in [TransformerActivation.relu, .gelu] {
      let layer = TransformerEncoderLayer(
        4, numHeads: 2, dimFeedforward: 6, dropout: 0, activation: activation, batchFirst: true)
      var values = (0..<12).map { Double($0 % 7) / 5 - 0.5 }
      values[5] = .nan
      layer(Tensor(values, shape: [1, 3, 4])).sum().backward()
      for (name, parameter) in layer.namedParameters() where name.hasPrefix("linear1") {
        #expect(parameter.grad?.scalars(as: Float.self).allSatisfy(\.isNaN) == true, "\(name)")
      }
    }
  }

  /// A key that an attention mask hides from every query is padding by another name.
  @Test(arguments: [Double.nan, .infinity, -.infinity], [true, false])
  func aKeyHiddenFromAllQueriesReachesNoGradient(_ value: Double, _ batchFirst: Bool) throws {
    let layers = [
      MultiheadAttention(4, numHeads: 2, batchFirst: batchFirst),
      MultiheadAttention(4, numHeads: 2, addsBiasKV: true, addsZeroAttention: true, batchFirst: batchFirst),
      MultiheadAttention(4, numHeads: 2, kDim: 4, vDim: 4, batchFirst: batchFirst),
    ]
    let query = Tensor((0..<24).map { Double($0 % 7) / 5 - 0.5 }, shape: batchFirst ? [2, 3, 4] : [3, 2, 4])
    let hidden = Tensor([false, false, true, true, false, true, false, false, true], shape: [3, 3])
    let added = Tensor(zeros: [3, 3]).maskedFilled(where: hidden, with: -.infinity)
    let perHead = hidden.unsqueezed(0).expanded(to: [4, 3, 3])
    for layer in layers {
      for (mask, needsWeights) in [(hidden, false), (hidden, true), (added, false), (perHead, false)] {
        func gradients(_ value: Double) throws -> [Tensor?] {
          layer.zeroGrad()
          var memory = query * 0.5
          if batchFirst {
            memory[0..., 2] = Tensor(floatLiteral: value)
          } else {
            memory[2] = Tensor(floatLiteral: value)
          }
          let leaf = memory.requiringGrad()
          let result = layer(query, leaf, leaf, attentionMask: mask, needsWeights: needsWeights).output
          result.squared().sum().backward()
          return layer.parameters().map(\.grad) + [leaf.grad, result.detach()]
        }
        let (clean, dirty) = (try gradients(0), try gradients(value))
        #expect(zip(clean, dirty).allSatisfy { equal($0, $1) }, "\(mask.spec)")
      }
    }
  }

  /// A batch inside `vmap` is the same tensor as query and key too.
  @Test func paddingOfExamplesIsNotSeenEither() throws {
    let layer = MultiheadAttention(4, numHeads: 2, batchFirst: true)
    var x = Tensor(normal: [2, 1, 3, 4])
    x[0..., 0, 2] = Tensor(floatLiteral: .nan)
    let padding = Tensor([[false, false, true]])
    let all = try vmap { layer($0, $0, $0, keyPaddingMask: padding).output }(x)
    let each = stacked((0..<2).map { layer(x[$0], x[$0], x[$0], keyPaddingMask: padding).output })
    #expect(all.isFinite().all().item(as: Bool.self) && all.isClose(to: each, relative: 1e-5, absolute: 1e-6))
    let tangent = try jvp(at: [x[0]], along: [Tensor(ones: [1, 3, 4])]) {
      layer($0[0], $0[0], $0[0], keyPaddingMask: padding).output
    }
    #expect(tangent.value.isFinite().all().item(as: Bool.self) && tangent.tangent.isFinite().all().item(as: Bool.self))
  }

  @Test func aNaNReachesTheGradientsOfRecurrentLayers() {
    for layer in [RNN(2, 3, nonlinearity: .relu), RNN(2, 3)] {
      let x = Tensor([0.5, 1, .nan, 0.2, 0.1, 0.3], shape: [3, 1, 2]).requiringGrad()
      layer(x).output.sum().backward()
      #expect(layer.parameters().allSatisfy { $0.grad?.scalars(as: Float.self).allSatisfy(\.isNaN) == true })
    }
  }

  @Test func bothOperandsOfAMaximumWithNaNHaveNaN() throws {
    let (a, b) = (Tensor([Double.nan, 1, 2, .infinity]), Tensor([1, .nan, 2, .infinity]))
    for function in [{ maximum($0, $1) }, { minimum($0, $1) }, { $0.clamped(low: $1) }] as [(Tensor, Tensor) -> Tensor]
    {
      let gradients = try valueAndGrad(at: [a, b]) { function($0[0], $0[1]).sum() }.gradients
      for gradient in gradients.map({ $0.scalars(as: Float.self) }) {
        #expect(gradient[0].isNaN && gradient[1].isNaN && gradient[2].isFinite && gradient[3].isFinite)
      }
    }
  }
}
