import Foundation
import Testing
import Weft

/// Models whose weights are codes of 8 and 4 bits.
@Suite struct QuantizedModelTests {
  final class Network: Module {
    let table = Embedding(20, 64)
    let attention = MultiheadAttention(64, numHeads: 2, batchFirst: true)
    let hidden = Linear(64, 96)
    let out = Linear(96, 64)
    let head = Linear(64, 20, bias: false)

    override init() {
      super.init()
      head.weight = table.weight
    }

    override func forward(_ tokens: Tensor) -> Tensor {
      let x = table(tokens)
      let y = x + attention(x)
      return head(y + out(hidden(y).gelu()))
    }
  }

  private static func network() -> Network { Random.withSeed(7) { Network() } }
  private static let tokens = Tensor([3, 1, 4, 1, 5, 9, 2, 6, 5, 3], shape: [2, 5])

  private static func distance(_ a: Tensor, _ b: Tensor) -> Double {
    (a - b).norm().item(as: Double.self) / b.norm().item(as: Double.self)
  }

  /// Half a step of 127 or of 8 is what a weight may lose, so much of it on average.
  private static let schemes: [(QuantizationScheme, Double)] = [
    (.int8Dynamic, 0.02), (.int8Weights, 0.01), (.int4Weights(group: 32), 0.15), (.int4Weights(group: 64), 0.2),
  ]

  @Test(arguments: 0..<4) func resultsStayNear(_ place: Int) throws {
    let (scheme, allowed) = Self.schemes[place]
    let network = Self.network().eval()
    let before = network(Self.tokens)
    try network.quantized(scheme)
    let after = network(Self.tokens)
    #expect(Self.distance(after, before) < allowed)
    #expect(Self.distance(after, before) > 0)
    let frozen = try network.frozen(for: Self.tokens)
    // Joined operations round otherwise, after which an input may come to lie a step of 127 further.
    #expect(Self.distance(try frozen(Self.tokens), after) < (scheme == .int8Dynamic ? 0.01 : 1e-6))
  }

  /// Codes are multiplied as the numbers that they stand for, however many rows come.
  @Test(arguments: [QuantizationScheme.int8Weights, .int4Weights(group: 32)], [1, 4, 6, 40])
  func productsAreThoseOfTheNumbers(_ scheme: QuantizationScheme, _ rows: Int) throws {
    let layer = try Random.withSeed(1) { Linear(96, 33) }.quantized(scheme)
    let x = Tensor(normal: [rows, 96], using: RandomStream(seed: 5))
    let expected = linear(x, weight: layer.weight.tensor, bias: layer.bias?.tensor)
    #expect(Self.distance(layer(x), expected) < 1e-6)
    let odd = try Random.withSeed(1) { Linear(7, 3) }.quantized(scheme)
    #expect(odd.weight.quantized?.format == .int8)
  }

  @Test func gradientsReachTheInputAndWhatElseLearns() throws {
    for scheme in Self.schemes.map(\.0) {
      let layer = try Random.withSeed(1) { Linear(64, 33) }.quantized(scheme)
      #expect(layer.parameters().count == 1)
      let x = Tensor(normal: [5, 64], using: RandomStream(seed: 5)).requiringGrad()
      let g = Tensor(normal: [5, 33], using: RandomStream(seed: 6))
      layer(x).backward(gradient: g)
      #expect(Self.distance(try #require(x.grad), g.matmul(layer.weight.tensor)) < 1e-6)
      #expect(Self.distance(try #require(layer.bias?.grad), g.sum(axis: 0)) < 1e-6)
    }
  }

  @Test func tiedWeightsShareCodes() throws {
    let network = try Self.network().quantized(.int8Weights)
    #expect(network.head.weight === network.table.weight)
    let names = network.state().map(\.name)
    #expect(names.contains("table.parametrizations.weight.codes") && !names.contains { $0.hasPrefix("head") })
    #expect(names.contains("attention.parametrizations.in_proj_weight.scales"))
    let rows = network.table(Tensor([4, 4, 19], shape: [3]))
    #expect(rows.elementsEqual(network.table.weight.tensor.embedding(Tensor([4, 4, 19]))))
  }

  @Test func savedAndLoaded() throws {
    let path = "\(FileManager.default.temporaryDirectory.path)/weft-quantized-\(UUID().uuidString).safetensors"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let network = try Self.network().eval().quantized(.int4Weights(group: 32))
    try network.save(to: path)
    let other = try Random.withSeed(8) { Network() }.eval().quantized(.int4Weights(group: 32))
    try other.load(from: path)
    #expect(other(Self.tokens).elementsEqual(network(Self.tokens)))
    #expect(throws: CheckpointError.self) { try Self.network().load(from: path) }
  }

  @Test func adaptersLearnBesideCodes() throws {
    let network = try Self.network().quantized(.int8Dynamic)
    let adapters = try Adapters(network, LoRA(rank: 2, targets: ["hidden", "out"]))
    let before = network.hidden.weight.tensor
    let optimizer = AdamW(adapters.parameters, learningRate: 0.01)
    var losses: [Double] = []
    for _ in 0..<20 {
      optimizer.zeroGrad()
      let loss = network(Self.tokens).squared().mean()
      loss.backward()
      optimizer.step()
      losses.append(loss.item(as: Double.self))
    }
    #expect(losses[19] < losses[0])
    #expect(network.hidden.weight.tensor.elementsEqual(before))
    #expect(throws: TensorError.self) { try adapters.merge() }
  }

  @Test func reportOfErrors() throws {
    let network = Self.network().eval()
    var score = 0.0
    let report = try QuantizationReport(
      quantizing: network, .int8Weights, where: { $0 != "out.weight" }, sample: { _ = network(Self.tokens) },
      score: {
        score += 1
        return score
      })
    #expect(
      report.layers.map(\.name) == [
        "attention.in_proj_weight", "attention.out_proj.weight", "hidden.weight", "head.weight",
      ])
    for layer in report.layers {
      #expect(layer.weightError > 0 && layer.weightError < 0.01, "\(layer.name)")
      #expect(layer.outputError.map { $0 > 0 && $0 < 0.01 } ?? (layer.name == "attention.in_proj_weight"))
    }
    #expect(report.score?.before == 1 && report.score?.after == 2)
    #expect(report.bytes.before == 4 * (3 * 64 * 64 + 64 * 64 + 96 * 64 + 20 * 64))
    #expect(report.bytes.after == 3 * 64 * 64 + 64 * 64 + 96 * 64 + 20 * 64 + 4 * (192 + 64 + 96 + 20))
    #expect("\(report)".contains("score 1.0 before, 2.0 after"))
    #expect(network.out.weight.quantized == nil)
  }

  /// What was of 16 bits stays so around codes: converted before or after, and where codes are looked up.
  @Test(arguments: [DType.float16, .bfloat16, .float64], [true, false])
  func typesStay(_ dtype: DType, _ isConvertedFirst: Bool) throws {
    let (wide, network) = (Self.network().eval(), Self.network().eval())
    if isConvertedFirst { network.convert(to: dtype) }
    try network.quantized(.int8Weights)
    if !isConvertedFirst { network.convert(to: dtype) }
    #expect(network.table.weight.tensor.dtype == dtype && network.table(Self.tokens).dtype == dtype)
    let result = network(Self.tokens)
    #expect(result.dtype == dtype)
    #expect(Self.distance(result.converted(to: .float32), wide(Self.tokens)) < 0.03)
  }

  /// Gradients have the types of what they belong to, and are summed up in the wider one.
  @Test func gradientsOfHalfTypes() throws {
    let layer = try Random.withSeed(1) { Linear(64, 33, bias: false) }.quantized(.int8Weights)
    let x = Tensor(normal: [5, 64], using: RandomStream(seed: 5)).converted(to: .float16)
    let g = Tensor(normal: [5, 33], using: RandomStream(seed: 6)).converted(to: .float16)
    let leaf = x.requiringGrad()
    layer(leaf).backward(gradient: g)
    let found = try #require(leaf.grad)
    #expect(found.dtype == .float16)
    let expected = g.converted(to: .float32).matmul(layer.weight.tensor).converted(to: .float16)
    #expect(found.elementsEqual(expected))
    let weight = try #require(layer.weight.quantized)
    let (codes, plain) = (weight.codes.value, try #require(weight.scales).value)
    let scales = plain.requiringGrad()
    // A weight for each example.
    let operands = [x, codes, plain].map { stacked([$0, $0]) }
    let product = try vmap(over: operands) { apply(QuantizedLinear(format: .int8), $0) }[0]
    #expect(product.dtype == .float16 && Self.distance(product[1], layer(x)) < 1e-3)
    apply(QuantizedLinear(format: .int8), [x, codes, scales])[0].backward(gradient: g)
    #expect(scales.grad?.dtype == .float32)
  }

  /// Attention to other texts multiplies the codes of each map, and never has numbers of all of them.
  @Test(arguments: [true, false]) func mapsOfAttentionStayCodes(isUniform: Bool) throws {
    let attention = Random.withSeed(2) {
      MultiheadAttention(64, numHeads: 2, kDim: isUniform ? nil : 32, vDim: isUniform ? nil : 32, batchFirst: true)
    }.eval()
    let query = Tensor(normal: [2, 5, 64], using: RandomStream(seed: 5))
    let memory = Tensor(normal: [2, 7, isUniform ? 64 : 32], using: RandomStream(seed: 6))
    let before = attention(query, memory, memory).output
    try attention.quantized(.int8Weights)
    var after = before
    let seen: Profile = noGrad { profile { after = attention(query, memory, memory).output } }
    #expect(Self.distance(after, before) < 0.02)
    let names = seen.operations.map { $0.name }
    #expect(names.contains("quantizedLinear") && !names.contains("dequantize"), "\(names)")
  }

  @Test func numbersAreNotSetWhereCodesAre() throws {
    let layer = try Random.withSeed(1) { Linear(64, 33) }.quantized(.int8Weights)
    let before = layer.weight.tensor
    let error = #expect(throws: TensorError.self) {
      try withTensorErrors { layer.weight.value = Tensor(zeros: [33, 64]) }
    }
    #expect("\(try #require(error))".contains("expected a weight that holds numbers, got one in codes of int8"))
    #expect(layer.weight.tensor.elementsEqual(before))
    layer.removeParametrization()
    layer.weight.value = Tensor(zeros: [33, 64])
    #expect(layer.weight.tensor.elementsEqual(Tensor(zeros: [33, 64])))
  }

  /// Rows of no numbers have one scale; products with them are zero, and so are their gradients.
  @Test(arguments: [CodeFormat.int8, .int4]) func rowsOfNothing(_ format: CodeFormat) throws {
    let codes = Tensor(zeros: [3, 0], dtype: format.dtype)
    let scales = Tensor(ones: [3, 1]).requiringGrad()
    for dtype in [DType.float32, .float64, .float16] {
      let x = Tensor(zeros: [2, 0], dtype: dtype).requiringGrad()
      let y = apply(QuantizedLinear(format: format), [x, codes, scales])[0]
      #expect(y.elementsEqual(Tensor(zeros: [2, 3], dtype: dtype)))
      y.backward(gradient: Tensor(ones: [2, 3], dtype: dtype))
      #expect(x.grad?.shape == [2, 0] && scales.grad?.shape == [3, 1])
      #expect(apply(Dequantize(format: format), [codes, scales.converted(to: dtype)])[0].shape == [3, 0])
    }
    #expect(throws: TensorError.self) {
      try withTensorErrors {
        apply(QuantizedLinear(format: format), [Tensor(zeros: [2, 0]), codes, Tensor(ones: [3, 5])])
      }
    }
  }

  @Test func whatCannotBe() {
    #expect {
      try Self.network().quantized(.int4Weights(group: 48))
    } throws: {
      "\($0)".contains("expected groups of a multiple of 32 inputs, got groups of 48")
    }
    #expect {
      try Dropout(0.5).quantized(.int8Weights)
    } throws: {
      "\($0)".contains("expected a model with weights of linear maps")
    }
    #expect {
      try Self.network().quantized(.int8Weights).quantized(.int4Weights())
    } throws: {
      "\($0)".contains("got Network whose weights are in codes already")
    }
  }
}
