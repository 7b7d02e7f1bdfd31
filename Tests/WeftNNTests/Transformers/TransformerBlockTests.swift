import Testing
import Weft

/// Positions, grouped queries, gates.
@Suite struct TransformerBlockTests {
  private let padding = TransformerMasks.padding

  @Test func positionGoldens() throws {
    for (name, golden) in try TransformerGolden.family("blocks") where name.hasPrefix("rotary") {
      let isLater = name.hasSuffix("later")
      let layer = RotaryEmbedding(
        isLater ? 6 : 8, maxPositions: isLater ? 95 : 5, base: isLater ? 500 : 10_000,
        layout: name.contains("halves") ? .halves : .interleaved)
      golden.compare(layer) { [isLater ? layer($0[0], offset: 90) : layer($0[0])] }
    }
    let goldens = try TransformerGolden.family("blocks")
    let (even, odd) = (SinusoidalPositions(6, maxPositions: 7), SinusoidalPositions(5))
    try #require(goldens["sinusoidal"]).compare(even) { [even($0[0])] }
    try #require(goldens["sinusoidal_odd_later"]).compare(odd) { [odd($0[0], offset: 40)] }
  }

  @Test func groupedQueryGoldens() throws {
    let goldens = try TransformerGolden.family("blocks")
    for name in ["gqa", "gqa_rotary", "gqa_interleaved", "mqa"] {
      let rotary: RotaryEmbedding? =
        switch name {
        case "gqa_rotary": RotaryEmbedding(4)
        case "gqa_interleaved": RotaryEmbedding(4, layout: .interleaved)
        default: nil
        }
      let layer = GroupedQueryAttention(
        16, numHeads: 4, numKeyValueHeads: name == "mqa" ? 1 : name == "gqa_interleaved" ? 4 : 2, rotary: rotary,
        bias: name == "gqa_rotary")
      try #require(goldens[name]).compare(layer) {
        [
          layer(
            $0[0], keyPaddingMask: rotary?.layout == .interleaved || name == "mqa" ? padding : nil,
            attentionMask: name == "mqa" ? TransformerMasks.blocked : nil, isCausal: rotary != nil)
        ]
      }
    }
  }

  @Test func gateAndBlockGoldens() throws {
    let goldens = try TransformerGolden.family("blocks")
    let gates: [(String, TransformerActivation)] = [
      ("silu", .silu), ("gelu", .gelu), ("relu", .relu), ("sigmoid", .sigmoid), ("identity", .identity),
    ]
    for (name, activation) in gates {
      let layer = GatedFeedForward(6, 10, activation: activation, bias: name == "gelu")
      try #require(goldens["gate_\(name)"]).compare(layer) { [layer($0[0])] }
    }
    let block = LlamaBlock(16, numHeads: 4, numKeyValueHeads: 2, hiddenDim: 24)
    let error = { (outputs: [Tensor]) in
      meanSquaredError(outputs[0], TransformerGolden.scrambled(2000, outputs[0].shape.sizes))
    }
    try #require(goldens["llama"]).compare(block, loss: error) { [block($0[0])] }
  }

  @Test func linearBiasGoldens() throws {
    let goldens = try TransformerGolden.family("blocks")
    for heads in [1, 2, 6, 8, 12] {
      let mask = LinearBiases.mask(numHeads: heads, queries: 4, keys: 6, dtype: .float64)
      try #require(goldens["linear_biases_\(heads)"]?.outputs.first).expect(mask, "\(heads) heads")
    }
    let whole = LinearBiases.mask(numHeads: 4, queries: 6, keys: 6)
    let last = LinearBiases.mask(numHeads: 4, queries: 2, keys: 6, past: 4)
    #expect(last.elementsEqual(whole.sliced(axis: 1, from: 4)))
    #expect(LinearBiases.slopes(numHeads: 0).shape == [0])
  }

  @Test func aMaskPerHeadIsGroupedWithItsQueries() {
    let layer = GroupedQueryAttention(16, numHeads: 4, numKeyValueHeads: 2).convert(to: .float64)
    TransformerGolden.fill(layer)
    let x = TransformerGolden.scrambled(1, [2, 5, 16])
    // One mask for all heads, said head by head.
    let mask = TransformerMasks.blocked
    let all = mask.unsqueezed(0).expanded(to: [8, 5, 5])
    #expect(layer(x, attentionMask: all).isClose(to: layer(x, attentionMask: mask), relative: 1e-12))
    // A mask of the first query head of the second group changes the output.
    let one = concatenated([Tensor(zeros: [2, 5, 5]), Tensor(ones: [1, 5, 5]) * 3, Tensor(zeros: [5, 5, 5])])
    let eye = Tensor(eye: 5)
    #expect(!layer(x, attentionMask: one * eye).isClose(to: layer(x), relative: 1e-3))
    let single = layer(x[0], attentionMask: mask, isCausal: true)
    #expect(single.isClose(to: layer(x, attentionMask: mask, isCausal: true)[0], relative: 1e-12))
  }

  @Test func learnedPositionsAddTheirRows() {
    let layer = LearnedPositions(4, maxPositions: 6)
    let x = Tensor(normal: [3, 2, 4])
    let rows = layer.weight.value
    #expect(layer(x).elementsEqual(x + rows.sliced(axis: 0, to: 3).unsqueezed(1)))
    #expect(layer(x, offset: 3).elementsEqual(x + rows.sliced(axis: 0, from: 3).unsqueezed(1)))
    let first = LearnedPositions(4, maxPositions: 6, batchFirst: true)
    let y = Tensor(normal: [2, 3, 4])
    #expect(first(y).elementsEqual(y + first.weight.value.sliced(axis: 0, to: 3)))
    #expect(first(y[0]).elementsEqual(y[0] + first.weight.value.sliced(axis: 0, to: 3)))
  }

  @Test func distancesAloneMatterToRotaryProducts() {
    let layer = RotaryEmbedding(8, maxPositions: 64)
    let (q, k) = (Tensor(normal: [1, 8], dtype: .float64), Tensor(normal: [1, 8], dtype: .float64))
    let near = (layer(q, offset: 7) * layer(k, offset: 3)).sum().item()
    let far = (layer(q, offset: 54) * layer(k, offset: 50)).sum().item()
    #expect(abs(near - far) < 1e-12)
  }

  @Test func misuseIsRefused() throws {
    func message(_ body: () -> Tensor) throws -> String {
      try #require(throws: TensorError.self) { try withTensorErrors { body() } }.description
    }
    let rotary = RotaryEmbedding(4, maxPositions: 3)
    #expect(
      try message { rotary(Tensor(zeros: [2, 4]), offset: 2) } == """
        [RotaryEmbedding]: expected [..., positions, 4] with positions up to 3, got [2, 4] from 2
          input: float32 [2, 4]
        """)
    #expect(
      try message { LearnedPositions(4, maxPositions: 2)(Tensor(zeros: [3, 1, 4])) } == """
        [LearnedPositions]: expected an input [positions, batch, 4] with positions up to 2, got [3, 1, 4] from 0
          input: float32 [3, 1, 4]
        """)
    #expect(
      try message { GroupedQueryAttention(8, numHeads: 2, numKeyValueHeads: 1)(Tensor(zeros: [3, 6])) } == """
        [GroupedQueryAttention]: expected an input [batch, positions, 8], got [3, 6]
          input: float32 [3, 6]
        """)
    #expect(throws: TensorError.self) { try withTensorErrors { RotaryEmbedding(5) } }
    #expect(throws: TensorError.self) {
      try withTensorErrors { GroupedQueryAttention(12, numHeads: 4, numKeyValueHeads: 3) }
    }
  }
}
