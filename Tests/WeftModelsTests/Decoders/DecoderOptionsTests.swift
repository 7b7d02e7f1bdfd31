import Foundation
import TestSupport
import Testing
import Weft
import WeftModels

/// What configurations say, and what is said of those that cannot be.
@Suite struct DecoderOptionsTests {
  private func options(_ name: String, _ changes: [String: Any?]) throws -> DecoderOptions {
    var settings = try DecoderGolden.configuration(name)
    for (key, value) in changes { settings[key] = value }
    let json = try JSONSerialization.data(withJSONObject: settings)
    return try DecoderOptions(ModelConfiguration(json: Array(json)))
  }

  private func failure(_ name: String, _ changes: [String: Any?]) -> String {
    do { _ = try options(name, changes) } catch { return "\(error)" }
    return "none"
  }

  /// Before transformers 5 bases and scaling stood apart.
  @Test func olderConfigurations() throws {
    let old = try options(
      "llama",
      ["rope_parameters": nil, "rope_theta": 5e5, "rope_scaling": ["type": "linear", "factor": 4] as [String: Any]])
    #expect(old.rotary == RotaryOptions(dim: 8, base: 5e5, scaling: .linear(factor: 4)))
    let gemma = try options(
      "gemma3",
      [
        "rope_parameters": nil, "rope_theta": 1e6, "rope_local_base_freq": 1e4, "layer_types": nil,
        "rope_scaling": ["rope_type": "linear", "factor": 8] as [String: Any],
      ])
    #expect(gemma.rotary == RotaryOptions(dim: 12, base: 1e6, scaling: .linear(factor: 8)))
    #expect(gemma.windowedRotary == RotaryOptions(dim: 12, base: 1e4))
    let plain = try options("gemma3", ["rope_parameters": nil, "layer_types": nil, "sliding_window_pattern": nil])
    #expect(plain.rotary?.base == 1e6 && plain.windowedRotary?.base == 1e4)
    #expect(plain.isWindowed == [true, true, true])
    // null is no window; left out, transformers has 4096.
    #expect(try options("mistral", ["sliding_window": NSNull()]).isWindowed == [false, false])
    let windowed = try options("mistral", ["sliding_window": nil])
    #expect(windowed.window == 4096 && windowed.isWindowed == [true, true])
    #expect(
      try options("qwen2", ["use_sliding_window": true, "layer_types": nil, "max_window_layers": 1]).isWindowed
        == [false, true])
  }

  /// Gemma's first files name the exact function and mean its approximation; null takes bounds and windows away, and what is
  /// left out is as transformers has it.
  @Test func whatGemmaMeans() throws {
    #expect(try options("gemma", ["hidden_act": "gelu"]).activation == .geluTanh)
    let later = ["hidden_act": "gelu", "hidden_activation": "gelu_pytorch_tanh"]
    #expect(try options("gemma", later).activation == .geluTanh)
    #expect(try options("gemma", ["hidden_act": "gelu", "hidden_activation": "relu"]).activation == .relu)
    #expect(try options("gemma", ["hidden_act": nil, "head_dim": nil]).headDim == 256)
    #expect(try !options("gemma", ["use_bidirectional_attention": true]).isCausal)
    let keys = ["attn_logit_softcapping", "final_logit_softcapping", "sliding_window"]
    let none = try options("gemma2", Dictionary(uniqueKeysWithValues: keys.map { ($0, NSNull()) }))
    #expect(none.scoreCap == nil && none.logitCap == nil && none.window == nil)
    let standard = try options("gemma2", Dictionary(uniqueKeysWithValues: (keys + ["layer_types"]).map { ($0, nil) }))
    #expect(standard.scoreCap == 50 && standard.logitCap == 30 && standard.window == 4096)
    #expect(standard.isWindowed == [true, false, true])
  }

  @Test func whatCannotBe() throws {
    #expect(failure("llama", ["model_type": "bert"]).contains("one of llama, mistral, qwen2, qwen3, gemma, gemma2, "))
    #expect(failure("llama", ["model_type": nil]).hasPrefix("[model.missing]"))
    #expect(failure("llama", ["hidden_size": 0]).contains("hidden_size: expected a whole number from 1"))
    #expect(failure("llama", ["hidden_size": 1e30]).contains("hidden_size"))
    #expect(failure("llama", ["vocab_size": "many"]).contains("vocab_size"))
    #expect(failure("llama", ["num_hidden_layers": 1_000_000]).contains("from 1 to 1024"))
    #expect(failure("llama", ["num_key_value_heads": 3]).contains("a number that divides the 4 heads"))
    #expect(failure("llama", ["head_dim": 7]).contains("an even number of features"))
    #expect(failure("llama", ["hidden_act": "sine"]).contains("one of silu"))
    #expect(failure("llama", ["rms_norm_eps": -1]).contains("a number above 0"))
    #expect(failure("llama", ["partial_rotary_factor": 0.5]).contains("[model.unsupported]"))
    func rope(_ settings: [String: Any]) -> String { failure("llama", ["rope_parameters": settings]) }
    #expect(rope(["rope_type": "spiral"]).contains("rope_parameters.rope_type: expected one of default, linear"))
    #expect(rope(["rope_type": "linear"]).contains("rope_parameters.factor"))
    #expect(rope(["rope_type": "dynamic", "factor": 0.5]).contains("a number from 1"))
    #expect(rope(["rope_type": "linear", "factor": 2, "rope_theta": 0]).contains("rope_theta"))
    #expect(
      rope(["rope_type": "llama3", "factor": 2, "low_freq_factor": 4, "high_freq_factor": 1])
        .contains("more than low_freq_factor"))
    #expect(rope(["rope_type": "longrope", "short_factor": [1], "long_factor": [1]]).contains("4 numbers above 0"))
    #expect(failure("gemma3", ["layer_types": ["full_attention"]]).contains("3 of full_attention"))
    #expect(failure("gemma3", ["attn_logit_softcapping": 50]).contains("[model.unsupported]"))
    #expect(failure("gemma3", ["final_logit_softcapping": 0]).contains("a number above 0"))
    #expect(failure("gemma2", ["attn_logit_softcapping": -1]).contains("a number above 0"))
    #expect(failure("gemma2", ["use_bidirectional_attention": true]).contains("[model.unsupported]"))
    #expect(failure("gpt2", ["n_head": 5]).contains("heads that divide the 32 features"))
    #expect(failure("gpt2", ["add_cross_attention": true]).contains("[model.unsupported]"))
  }

  /// A configuration that promises more than the file has costs nothing: the report names what is missing.
  @Test func weightsThatDoNotFit() throws {
    func failure(_ changes: [String: Any]) throws -> String {
      do { _ = try DecoderGolden.model("llama", changing: changes) } catch {
        return "\(error)"
      }
      return "none"
    }
    #expect(try failure(["vocab_size": 100_000, "hidden_size": 4096]).contains("[model.weights]"))
    // More than memory has.
    #expect(try failure(["vocab_size": 4_000_000, "hidden_size": 1_000_000]).contains("TiB"))
    #expect(try failure(["num_hidden_layers": 3]).contains("missing (9)"))
    #expect(try failure(["intermediate_size": 41]).contains("model.layers.0.mlp.up_proj.weight: file [40, 32]"))
  }
}
