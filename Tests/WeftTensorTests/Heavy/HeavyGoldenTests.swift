import Testing
import WeftTensor

@Suite("Convolutions, pools, attention and recurrent steps against PyTorch")
struct HeavyGoldenTests {
  typealias Call = @Sendable (GoldenInputs) -> [Tensor]

  static let calls: [String: Call] = convolutions.merging(pools) { a, _ in a }.merging(sequences) { a, _ in a }

  @Test func everyGoldenHasItsCall() {
    #expect(Set(HeavyGolden.all.map(\.name)) == Set(Self.calls.keys))
  }

  @Test("As PyTorch, with gradients", arguments: HeavyGolden.all, [DType.float64, .float32])
  func golden(_ golden: HeavyGolden, _ dtype: DType) throws {
    guard let call = Self.calls[golden.name] else { return }
    let tolerance = dtype == .float64 ? 1e-10 : 3e-5
    let inputs = golden.inputs.mapValues { values in
      let tensor = values.tensor
      return tensor.dtype == .float64 ? tensor.converted(to: dtype).requiringGrad() : tensor
    }
    let results = call(GoldenInputs(tensors: inputs))
    #expect(results.count == golden.outputs.count)
    for (result, wanted) in zip(results, golden.outputs) {
      expectAgree(result, wanted.tensor, within: tolerance, golden.name)
    }
    let recorded = results.filter(\.dtype.isFloatingPoint)
    let seeds = golden.seeds.map { $0.tensor.converted(to: dtype) }
    let loss = zip(recorded, seeds).map { ($0 * $1).sum() }.reduce(Tensor(0.0, dtype: dtype), +)
    loss.backward()
    for (name, wanted) in golden.gradients {
      let gradient = inputs[name]?.grad ?? Tensor(zeros: [])
      expectAgree(gradient, wanted.tensor, within: tolerance, "\(golden.name), gradient of \(name)")
    }
  }

  private static let convolutions: [String: Call] = [
    "conv1d strided dilated grouped": { x in
      [convolution(x["input"], weight: x["weight"], bias: x["bias"], stride: 2, padding: 2, dilation: 2, groups: 2)]
    },
    "conv2d same padding, even kernel": { x in
      [convolution(x["input"], weight: x["weight"], padding: .same, dilation: [1, 2])]
    },
    "conv2d depthwise": { x in
      [convolution(x["input"], weight: x["weight"], bias: x["bias"], stride: [2, 1], padding: 1, groups: 3)]
    },
    "conv3d": { x in
      [convolution(x["input"], weight: x["weight"], bias: x["bias"], stride: [1, 2, 1], padding: [0, 1, 1])]
    },
    "conv_transpose1d": { x in
      [convolutionTransposed(x["input"], weight: x["weight"], bias: x["bias"], stride: 3, outputPadding: 2)]
    },
    "conv_transpose2d grouped": { x in
      [
        convolutionTransposed(
          x["input"], weight: x["weight"], bias: x["bias"], stride: 2, padding: 1, outputPadding: [1, 0],
          dilation: [1, 2], groups: 2)
      ]
    },
    "conv_transpose3d": { x in
      [convolutionTransposed(x["input"], weight: x["weight"], stride: [1, 2, 2], padding: [1, 0, 1])]
    },
  ]

  private static let pools: [String: Call] = [
    "max_pool2d ceil": { x in
      let result = x["input"].maxPooledWithIndices(kernel: 3, stride: 2, padding: 1, ceilMode: true)
      return [result.values, result.indices]
    },
    "max_pool1d dilated": { x in [x["input"].maxPooled(kernel: 3, stride: 2, padding: 1, dilation: 2, spatialAxes: 1)]
    },
    "max_pool3d": { x in [x["input"].maxPooled(kernel: 2, stride: [1, 2, 2])] },
    "adaptive_max_pool2d": { x in apply(MaxPool(.adaptive(outputSize: [3, 2])), [x["input"]]) },
    "avg_pool2d ceil": { x in [x["input"].averagePooled(kernel: 3, stride: 2, padding: 1, ceilMode: true)] },
    "avg_pool2d without padding": { x in
      [x["input"].averagePooled(kernel: [2, 3], stride: 2, padding: 1, countsPadding: false)]
    },
    "avg_pool2d divisor": { x in [x["input"].averagePooled(kernel: 2, stride: 1, divisor: 3)] },
    "adaptive_avg_pool3d": { x in [x["input"].adaptiveAveragePooled(to: [2, 3, 1])] },
    "adaptive_avg_pool1d": { x in [x["input"].adaptiveAveragePooled(to: 5, spatialAxes: 1)] },
  ]

  private static let sequences: [String: Call] = [
    "attention": { x in [attention(x)] },
    "attention masked, one row fully": { x in [attention(x)] },
    "attention with an additive mask": { x in [attention(x)] },
    "attention causal": { x in [attention(x, isCausal: true, scale: 0.3)] },
    "lstm_cell": { x in
      let gates = mapped(x, "input", "ih") + mapped(x, "hidden", "hh")
      let next = lstmStep(gates: gates, cell: x["cell"])
      return [next.hidden, next.cell]
    },
    "gru_cell": { x in
      [gruStep(inputGates: mapped(x, "input", "ih"), hiddenGates: mapped(x, "hidden", "hh"), hidden: x["hidden"])]
    },
  ]

  private static func attention(_ x: GoldenInputs, isCausal: Bool = false, scale: Double? = nil) -> Tensor {
    scaledDotProductAttention(
      query: x["query"], key: x["key"], value: x["value"], attentionMask: x.optional("mask"), isCausal: isCausal,
      scale: scale)
  }

  private static func mapped(_ x: GoldenInputs, _ input: String, _ name: String) -> Tensor {
    linear(x[input], weight: x["weight_\(name)"], bias: x["bias_\(name)"])
  }
}
