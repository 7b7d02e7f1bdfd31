import Foundation
import TestSupport
import Testing
import Weft
import WeftModels

/// Each family in a small configuration against transformers (Goldens/make_decoders.py).
@Suite struct DecoderTests {
  static let names = [
    "llama", "llama biases", "llama linear", "llama dynamic", "llama llama3", "llama yarn", "llama yarn mscale",
    "llama longrope", "llama longrope long", "mistral", "qwen2", "qwen2 window", "qwen3", "gemma", "gemma2", "gemma3",
    "gpt2",
  ]

  @Test func everyCaseIsTested() throws {
    #expect(try #require(DecoderGolden.shared).cases.keys.sorted() == Self.names.sorted())
  }

  @Test(arguments: names) func logitsAndStates(_ name: String) throws {
    let golden = try #require(DecoderGolden.shared)
    let expected = try #require(golden.cases[name])
    let model = try DecoderGolden.model(name)
    let tokens = Tensor([golden.tokens])
    let logits = noGrad { model(tokens) }[0].indexSelected(Tensor([0, 6, 11]), axis: 0)
    #expect(deviation(logits, expected.logits) < 1e-5)
    let states = noGrad { model.model.hiddenStates(tokens) }
    #expect(states.count == expected.states.count)
    for (state, numbers) in zip(states, expected.states) {
      #expect(deviation(state[0, 11].sliced(axis: 0, to: 6), numbers) < 1e-5)
    }
  }

  @Test(arguments: names) func gradients(_ name: String) throws {
    let golden = try #require(DecoderGolden.shared)
    let expected = try #require(golden.cases[name])
    let model = try DecoderGolden.model(name)
    let next = Tensor(Array(golden.tokens.dropFirst()) + [golden.tokens[0]])
    let loss = crossEntropy(model(Tensor([golden.tokens]))[0], classIndices: next)
    loss.backward()
    #expect(abs(loss.item() - expected.loss) < 1e-5)
    let isGPT2 = name == "gpt2"
    var compared = 0
    for (stored, numbers) in expected.gradients {
      guard let parameter = model.parameter(named: isGPT2 ? Self.gpt2(stored) : stored) else { continue }
      let gradient = try #require(parameter.grad, "\(stored)")
      let turned = isGPT2 && stored.contains("c_") && gradient.rank == 2 ? gradient.transposed() : gradient
      let first = turned.flattened().sliced(axis: 0, to: 3)
      #expect(abs(gradient.norm().item() - numbers[0]) < 1e-5 * max(1, numbers[0]), "\(stored)")
      #expect(deviation(first, Array(numbers.dropFirst())) < 1e-5, "\(stored)")
      compared += 1
    }
    #expect(compared == model.parameters().count && compared == expected.gradients.count)
  }

  /// Padding behind a text changes no gradient of it.
  @Test(arguments: ["llama", "mistral", "gemma2", "gemma3", "gpt2"])
  func paddingLeavesGradientsAlone(_ name: String) throws {
    let tokens = Array(try #require(DecoderGolden.shared).tokens[..<6])
    func gradients(_ padding: Int) throws -> [Tensor] {
      let model = try DecoderGolden.model(name)
      let mask = Tensor([Array(repeating: 1, count: 6) + Array(repeating: 0, count: padding)])
      let logits = model(Tensor([tokens + Array(repeating: 0, count: padding)]), attentionMask: mask)
      crossEntropy(logits[0].sliced(axis: 0, to: 5), classIndices: Tensor(Array(tokens.dropFirst()))).backward()
      return try model.parameters().map { try #require($0.grad) }
    }
    let (alone, padded) = (try gradients(0), try gradients(4))
    #expect(alone.count == padded.count && !alone.isEmpty)
    for (a, b) in zip(alone, padded) { #expect(a.isClose(to: b, relative: 1e-4, absolute: 1e-6)) }
  }

  /// What a name of GPT-2 is called here.
  private static func gpt2(_ name: String) -> String {
    let rules = [
      ("transformer.", "model."), ("h.", "layers."), ("wte", "embed_tokens"), ("wpe", "embed_positions"),
      ("ln_f", "norm"), ("ln_1", "input_layernorm"), ("ln_2", "post_attention_layernorm"),
      ("attn.c_attn", "self_attn.qkv_proj"), ("attn.c_proj", "self_attn.o_proj"), ("mlp.c_fc", "mlp.up_proj"),
      ("mlp.c_proj", "mlp.down_proj"),
    ]
    return rules.reduce(name) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
  }

  @Test(arguments: names) func logitsWithACache(_ name: String) throws {
    let golden = try #require(DecoderGolden.shared)
    let expected = try #require(golden.cases[name])
    let model = try DecoderGolden.model(name)
    let cache = SequenceCache(model.options)
    var (last, start) = (Tensor(0), 0)
    for count in [5] + Array(repeating: 1, count: 7) {
      last = model.logits(continuing: [(cache, Array(golden.tokens[start..<(start + count)]))])
      start += count
    }
    #expect(deviation(last[0], expected.cached) < 1e-5)
    #expect(cache.count == 12)
  }

  /// Several texts at once, of which one brings a prompt and another one token, get what each gets alone.
  @Test(arguments: ["llama", "mistral", "gemma2", "gemma3", "gpt2"]) func textsTogether(_ name: String) throws {
    let tokens = try #require(DecoderGolden.shared).tokens
    let model = try DecoderGolden.model(name)
    let whole = noGrad { model(Tensor([tokens])) }[0]
    let caches = (0..<3).map { _ in SequenceCache(model.options) }
    _ = model.logits(continuing: [(caches[0], Array(tokens[..<7])), (caches[1], Array(tokens[..<3]))])
    let result = model.logits(continuing: [
      (caches[0], [tokens[7]]), (caches[1], Array(tokens[3..<9])), (caches[2], Array(tokens[..<12])),
    ])
    for (row, place) in [(0, 7), (1, 8), (2, 11)] {
      #expect(deviation(result[row], whole[place].scalars(as: Double.self)) < 1e-5)
    }
    // A cache that was cut goes on from there.
    caches[2].truncate(to: 4)
    let again = model.logits(continuing: [(caches[2], Array(tokens[4..<6]))])
    #expect(deviation(again[0], whole[5].scalars(as: Double.self)) < 1e-5)
    let copied = model.logits(continuing: [(caches[0].copy(of: 5), [tokens[5]])])
    #expect(deviation(copied[0], whole[5].scalars(as: Double.self)) < 1e-5)
  }

  @Test func paddingOnTheRightChangesNothing() throws {
    let tokens = try #require(DecoderGolden.shared).tokens
    let model = try DecoderGolden.model("mistral")
    let whole = noGrad { model(Tensor([tokens])) }
    let padded = Tensor([Array(tokens[..<6]) + Array(repeating: 0, count: 6), tokens])
    let mask = Tensor([Array(repeating: 1, count: 6) + Array(repeating: 0, count: 6), Array(repeating: 1, count: 12)])
    let both = noGrad { model(padded, attentionMask: mask) }
    #expect(deviation(both[0].sliced(axis: 0, to: 6), whole[0].sliced(axis: 0, to: 6).scalars(as: Double.self)) < 1e-5)
    #expect(deviation(both[1], whole[0].scalars(as: Double.self)) < 1e-5)
  }

  /// A folder with the body alone, its names without what stands before them elsewhere.
  @Test func theBodyAlone() throws {
    let golden = try #require(DecoderGolden.shared)
    let folder = try DecoderGolden.folder("qwen3")
    let tensors = try #require(golden.cases["qwen3"]).shapes.filter { $0.key != "lm_head.weight" }.map {
      (String($0.key.dropFirst("model.".count)), DecoderGolden.weights($0.key, Shape($0.value)))
    }
    let whole = try Decoder.open(ModelFolder(folder.path))
    try SafeTensors(tensors).write(to: folder("model.safetensors"))
    let body = try withExtendedLifetime(folder) { try Decoder.open(ModelFolder(folder.path)) }
    let encoder = try withExtendedLifetime(folder) { try ModelFolder(folder.path).textEncoder() }
    let expected = try #require(golden.cases["qwen3"]?.states.last)
    for model in [whole, body, encoder] as [Module] {
      let states = noGrad { model(Tensor([golden.tokens])) }
      #expect(deviation(states[0, 11].sliced(axis: 0, to: 6), expected) < 1e-5)
    }
  }

  /// Misuse is said, and changes no cache.
  @Test func misuse() throws {
    let model = try DecoderGolden.model("gpt2")
    let cache = SequenceCache(model.options)
    func message(_ body: () -> Tensor) -> String {
      do { _ = try withTensorErrors(body) } catch { return "\(error)" }
      return ""
    }
    #expect(message { model.logits(continuing: [(cache, [48])]) }.contains("tokens in 0 ..< 48"))
    #expect(message { model.logits(continuing: [(cache, [])]) }.contains("at least one token"))
    #expect(message { model.logits(continuing: [(cache, [1]), (cache, [2])]) }.contains("each cache once"))
    let long = Array(repeating: 1, count: 65)
    #expect(message { model.logits(continuing: [(cache, long)]) }.contains("at most 64 positions"))
    #expect(message { model(Tensor([long])) }.contains("at most 64 positions"))
    #expect(message { model(Tensor([1, 2])) }.contains("tokens [batch, positions]"))
    let mask = Tensor([[1, 1]])
    #expect(message { model(Tensor([[1, 2, 3]]), attentionMask: mask) }.contains("an attention mask [1, 3]"))
    #expect(cache.count == 0)
  }
}
