import Testing
import Weft
import WeftONNX

@Suite struct ONNXGoldenTests {
  static let names = [
    "mlp", "convolution", "lstm", "resize", "if_positive", "if_negative", "loop", "scan", "functions", "version_7",
    "version_11", "version_13", "version_22", "shapes", "sequences", "sparse", "default", "integers", "quantized",
    "fused", "packed", "group_attention", "external", "quantized_layers", "packed_attention", "dynamic_lstm",
    "quantized_attention", "quantized_pools", "packed_table",
    "resize_fractions", "attention_sinks", "key_lengths", "packed_groups", "own_matrices", "pool_halves",
    "slices_before", "quantized_pairs", "narrow_numbers",
  ]

  /// Results are ONNX Runtime's but for the order of sums: 1e-5 of the largest, and a quantum where they are quantized.
  @Test(arguments: names) func equalsONNXRuntime(_ name: String) throws {
    let (inputs, expected) = try Models.goldens(name)
    let results = Models.flat(try Models.open(name).run(inputs))
    #expect(Set(results.keys) == Set(expected.keys))
    for (key, tensor) in expected {
      let result = try #require(results[key])
      #expect(result.spec == tensor.spec, "\(key)")
      if tensor.elementCount == 0 { continue }
      let largest = max(tensor.converted(to: .float64).abs().max().item(), 1)
      #expect(result.isClose(to: tensor, relative: 0, absolute: 1e-5 * largest), "\(key): \(result) \(tensor)")
    }
  }

  @Test func frozenModelsGiveTheSame() throws {
    for (name, input) in [("mlp", "x"), ("convolution", "x"), ("shapes", "x"), ("resize", "x"), ("fused", "x")] {
      let model = try Models.open(name)
      let (inputs, expected) = try Models.goldens(name)
      let names = inputs.keys.sorted { ($0 == input ? 0 : 1, $0) < ($1 == input ? 0 : 1, $1) }
      let results = model.summary.outputs.map(\.name)
      let frozen = try model.frozen(for: [names.map { inputs[$0] ?? Tensor(0) }]) { tensors in
        let ran = try model.run(Dictionary(uniqueKeysWithValues: zip(names, tensors)))
        return results.compactMap { ran[$0]?.tensor }
      }
      let found = try frozen.run(names.compactMap { inputs[$0] })
      #expect(found.count == results.count && results.count == expected.count, "\(name)")
      for (result, key) in zip(found, results) {
        #expect(result.isClose(to: try #require(expected[key]), relative: 1e-5, absolute: 1e-5), "\(name) \(key)")
      }
    }
  }

  @Test func aModelIsFrozenByTheNamesOfItsInputs() throws {
    let model = try Models.open("mlp")
    let (inputs, expected) = try Models.goldens("mlp")
    let found = try model.frozen(for: [inputs]).run(inputs)
    #expect(Set(found.keys) == Set(expected.keys))
    for (key, tensor) in expected {
      #expect(try #require(found[key]).isClose(to: tensor, relative: 1e-5, absolute: 1e-5), "\(key)")
    }
    // How often a loop runs is part of the frozen model.
    let loop = try Models.goldens("loop")
    let free = loop.inputs.filter { $0.key == "x" }
    let frozen = try Models.open("loop").frozen(for: [free], fixing: loop.inputs.filter { $0.key == "count" })
    let results = try frozen.run(free)
    #expect(Set(results.keys) == Set(loop.outputs.keys))
    for (key, tensor) in loop.outputs {
      #expect(try #require(results[key]).isClose(to: tensor, relative: 1e-5, absolute: 1e-5), "\(key)")
    }
  }

  @Test func batchesOfAnySizeAreFrozen() throws {
    let model = try Models.open("mlp")
    let x = try #require(try Models.goldens("mlp").inputs["x"])
    let frozen = try model.frozen(forBatchesOf: x)
    let many = concatenated([x, x, x], axis: 0)
    #expect(try frozen(many).isClose(to: model(many), relative: 1e-5, absolute: 1e-5))
  }
}
