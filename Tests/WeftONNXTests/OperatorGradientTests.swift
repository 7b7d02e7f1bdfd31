import TestSupport
import Testing
import Weft
import WeftONNX

/// What imported operators pass back: their gradients are slopes, also at rows of zeros, at bounds, and where there is
/// none.
@Suite struct OperatorGradientTests {
  /// A node, and inputs at which its gradient is checked; those of integers stay as they are.
  struct Case: Sendable, CustomStringConvertible {
    let description: String
    let node: Onnx_NodeProto
    let inputs: [Tensor]
    var opset: Int64 = 21

    init(_ name: String, _ inputs: [Tensor], domain: String = "", _ attributes: [Onnx_AttributeProto] = []) {
      self.init(name, OneNode.node(name, inputs: inputs.count, domain: domain, attributes), inputs)
    }

    init(_ description: String, _ node: Onnx_NodeProto, _ inputs: [Tensor], opset: Int64 = 21) {
      (self.description, self.node, self.inputs, self.opset) = (description, node, inputs, opset)
    }
  }

  private static func x(_ sizes: Int..., seed: Int = 7) -> Tensor { ExportCase.numbers(sizes, seed) }
  private static func int(_ name: String, _ number: Int64) -> Onnx_AttributeProto {
    OneNode.attribute(name, [number], isList: false)
  }
  private static func ints(_ name: String, _ numbers: Int64...) -> Onnx_AttributeProto {
    OneNode.attribute(name, numbers, isList: true)
  }

  private static let reductions = [
    Case("ReduceL2", [x(2, 3), Tensor([1])]),
    Case("LpNormalization", [x(2, 3)], [int("p", 1)]),
    Case("LpNormalization", [x(2, 3)], [int("p", 2), int("axis", 0)]),
    Case("CumSum", [x(2, 3), Tensor(1)], [int("reverse", 1), int("exclusive", 1)]),
    Case("CumProd", [x(2, 3), Tensor(1)], [int("exclusive", 1)]), Case("Softmax", [x(2, 3)], [int("axis", 0)]),
    Case("LogSoftmax", [x(2, 3)]),
  ]

  private static let normalizations = [
    Case("MeanVarianceNormalization", [x(2, 2, 2, 3)]),
    Case(
      "LRN", [x(1, 4, 2, 2)],
      [int("size", 3), OneNode.attribute("alpha", 0.5), OneNode.attribute("beta", 0.6), OneNode.attribute("bias", 2)]),
    Case(
      "RMSNormalization", OneNode.node("RMSNormalization", inputs: 2), [x(2, 3), x(3, seed: 8)], opset: 23),
    Case("LayerNormalization", [x(2, 3), x(3, seed: 8), x(3, seed: 9)]),
  ]

  private static let elementwise = [
    Case("PRelu", [x(2, 3), x(3, seed: 8)]), Case("Pow", [x(2, 3).abs() + 0.5, x(2, 3, seed: 8)]),
    Case("Clip", [x(2, 3), Tensor(-0.5, dtype: .float64), Tensor(0.5, dtype: .float64)]),
  ]

  private static let images = [
    Case(
      "GridSample",
      [x(1, 1, 3, 4), Tensor([-0.6, -0.4, 0.1, 0.3, 0.7, -0.8, -0.9, 0.9], shape: [1, 2, 2, 2], dtype: .float64)]),
    Case(
      "DeformConv",
      [
        x(1, 2, 3, 4), x(1, 2, 2, 2, seed: 8), x(1, 8, 2, 3, seed: 9) * 0.4, x(1, seed: 10),
        x(1, 4, 2, 3, seed: 11),
      ]),
    Case(
      "Resize", OneNode.node("Resize", ["x0", "", "", "x1"], [OneNode.attribute("mode", "linear")]),
      [x(1, 1, 3, 4), Tensor([1, 1, 5, 7])]),
    Case(
      "ConvTranspose", [x(1, 2, 3, 2), x(2, 1, 2, 2, seed: 8), x(1, seed: 9)],
      [ints("strides", 2, 2), ints("output_padding", 1, 1), ints("pads", 1, 0, 0, 1)]),
  ]

  private static func recurrent(_ name: String, gates: Int, _ attributes: [Onnx_AttributeProto] = []) -> Case {
    Case(
      name,
      [x(3, 2, 2), x(1, gates * 2, 2, seed: 8), x(1, gates * 2, 2, seed: 9), x(1, gates * 4, seed: 10)],
      [int("hidden_size", 2)] + attributes)
  }

  private static let sequences = [
    recurrent("RNN", gates: 1), recurrent("GRU", gates: 3, [int("linear_before_reset", 0)]),
    recurrent("GRU", gates: 3, [int("linear_before_reset", 1)]), recurrent("LSTM", gates: 4),
    recurrent("LSTM", gates: 4, [OneNode.attribute("direction", "reverse"), int("input_forget", 1)]),
    Case(
      "Attention", OneNode.node("Attention", inputs: 3, [int("is_causal", 1)]),
      [x(1, 4, 3, 2), x(1, 2, 3, 2, seed: 8), x(1, 2, 3, 2, seed: 9)], opset: 23),
    Case(
      "MultiHeadAttention", [x(1, 3, 4), x(1, 3, 4, seed: 8), x(1, 3, 4, seed: 9), x(12, seed: 10)],
      domain: "com.microsoft", [int("num_heads", 2), int("unidirectional", 1)]),
  ]

  @Test(arguments: reductions + normalizations + elementwise + images + sequences)
  func gradientsAreSlopes(_ one: Case) throws {
    let model = try OneNode.model([one.node], inputs: one.inputs.count, opset: one.opset)
    try gradcheck({ try model.result($0) }, at: one.inputs)
  }

  // MARK: Rows of zeros, bounds

  /// The gradient of the sum of the results, weighed, by the first input, which is float32.
  private func gradient(
    _ node: Onnx_NodeProto, _ x: Tensor, _ others: [Tensor] = [], weights: Tensor = Tensor(1.0, dtype: .float32)
  ) throws -> Tensor {
    let x = x.requiringGrad()
    let y = try OneNode.run(node, [x] + others)
    (y * weights).sum().backward()
    return try #require(x.grad)
  }

  @Test func rowsOfZerosHaveGradients() throws {
    let x = Tensor([[0.0, 0.0], [3.0, 4.0]])
    let length = try gradient(OneNode.node("ReduceL2", inputs: 2), x, [Tensor([1])])
    #expect(length.isClose(to: Tensor([[0.0, 0.0], [0.6, 0.8]]), relative: 1e-6, absolute: 1e-6))
    for p in [1, 2] as [Int64] {
      let normal = try gradient(OneNode.node("LpNormalization", inputs: 1, [Self.int("p", p)]), x)
      #expect(normal[0].scalars(as: Float.self) == [1, 1])
      #expect(normal.scalars(as: Float.self).allSatisfy { $0.isFinite })
    }
    let channels = try gradient(
      OneNode.node("MeanVarianceNormalization", inputs: 1), Tensor(full: [1, 1, 2, 2], 2.0),
      weights: Self.x(1, 1, 2, 2))
    #expect(channels.scalars(as: Float.self).allSatisfy { $0.isFinite })
  }

  @Test func boundsPassTheGradient() throws {
    let clipped = try gradient(
      OneNode.node("Clip", inputs: 3), Tensor([-1.0, 0.0, 3.0, 6.0, 7.0]),
      [Tensor(0.0, dtype: .float32), Tensor(6.0, dtype: .float32)])
    #expect(clipped.scalars(as: Float.self) == [0, 1, 1, 1, 0])
  }

  @Test func slopesStandAtZeroAndNaNStays() throws {
    let x = Tensor([-2.0, 0.0, 2.0, Double.nan])
    let node = OneNode.node("PRelu", inputs: 2)
    let slopes = try gradient(node, x, [Tensor([0.25])])
    #expect(slopes.scalars(as: Float.self).prefix(3) == [0.25, 0.25, 1])
    let y = try OneNode.run(node, [x, Tensor([0.25])]).scalars(as: Float.self)
    #expect(y.prefix(3) == [-0.5, 0, 2])
    #expect(y[3].isNaN)
  }

  /// Taps above and below the only row lie outside of it.
  @Test func aDeformableKernelOverOneRowSeesItOnce() throws {
    let x = Self.x(1, 1, 1, 4)
    let node = OneNode.node("DeformConv", inputs: 3, [Self.ints("pads", 1, 0, 1, 0)])
    let y = try OneNode.run(node, [x, Tensor(ones: [1, 1, 3, 1]), Tensor(zeros: [1, 6, 1, 4])])
    #expect(y.isClose(to: x, relative: 1e-6, absolute: 1e-6))
  }

  // MARK: No gradients, gradients of gradients

  @Test func dynamicQuantizationPassesNoGradient() throws {
    let x = Tensor([[-1.0, 0.5, 2.0]]).requiringGrad()
    let model = try OneNode.model(
      [
        OneNode.node("DynamicQuantizeLinear", ["x0"], to: ["whole", "scale", "zero"]),
        OneNode.node("DequantizeLinear", ["whole", "scale", "zero"]),
      ], inputs: 1)
    #expect(try !model.result([x], "scale").requiresGrad)
    let y = try model.result([x])
    #expect(!y.requiresGrad)
    #expect(y.isClose(to: x.detach(), relative: 0, absolute: 0.01))
    let product = OneNode.node("DynamicQuantizeMatMul", inputs: 3, domain: "com.microsoft")
    let sums = try OneNode.run(product, [x, Tensor(ones: [3, 2], dtype: .uint8), Tensor([0.5])])
    #expect(!sums.requiresGrad)
  }

  /// y0 = x², g = dy0/dx, y1 = g·x = 2x², y = dy1/dx = 4x.
  @Test func gradientsOfGradients() throws {
    func derived(_ target: String, to output: String) -> Onnx_NodeProto {
      OneNode.node(
        "Gradient", ["x0"], to: [output], domain: "ai.onnx.preview.training",
        [OneNode.attribute("xs", ["x0"]), OneNode.attribute("y", target)])
    }
    let nodes = [
      OneNode.node("Mul", ["x0", "x0"], to: ["y0"]), derived("y0", to: "g"),
      OneNode.node("Mul", ["g", "x0"], to: ["y1"]), derived("y1", to: "y"),
    ]
    let model = try OneNode.model(nodes, inputs: 1)
    let still = try noGrad { try model.result([Tensor([3.0])]) }
    #expect(still.scalars(as: Float.self) == [12])
    #expect(!still.requiresGrad)
    let x = Tensor([3.0]).requiringGrad()
    let y = try model.result([x])
    #expect(y.scalars(as: Float.self) == [12])
    y.sum().backward()
    #expect(x.grad?.scalars(as: Float.self) == [4])
  }

  // MARK: What learns

  @Test func exponentsDoNotLearnButWhereTheyAreComputed() throws {
    let fixed = try OneNode.model(
      [OneNode.node("Pow", ["x0", "e"])], inputs: 1, initializers: [("e", Tensor([2.0]))])
    #expect(fixed.parameters().isEmpty)
    #expect(try fixed.result([Tensor([3.0])]).scalars(as: Float.self) == [9])
    let computed = try OneNode.model(
      [OneNode.node("Add", ["w", "w"], to: ["e"]), OneNode.node("Pow", ["x0", "e"])], inputs: 1,
      initializers: [("w", Tensor([1.0]))])
    #expect(computed.namedParameters().map(\.name) == ["w"])
    try computed.result([Tensor([2.0])]).sum().backward()
    // 2·ln 2·2².
    let slope = try #require(computed.parameter(named: "w")?.grad).item(as: Double.self)
    #expect(abs(slope - 5.545177) < 1e-4)
  }

  @Test func tablesOfRotaryEmbeddingsDoNotLearn() throws {
    let tables = [("cos", Tensor(ones: [4, 2])), ("sin", Tensor(zeros: [4, 2]))]
    let heads = [Self.int("num_heads", 1), Self.int("kv_num_heads", 1), Self.int("do_rotary", 1)]
    let nodes = [
      OneNode.node("RotaryEmbedding", ["x0", "cos", "sin", "x1"]),
      OneNode.node("RotaryEmbedding", ["x0", "x1", "cos", "sin"], domain: "com.microsoft"),
      OneNode.node(
        "GroupQueryAttention", ["x0", "x1", "x2", "", "", "x3", "x4", "cos", "sin"], domain: "com.microsoft", heads),
    ]
    for node in nodes {
      let model = try OneNode.model([node], inputs: 5, opset: 23, initializers: tables)
      #expect(model.parameters().isEmpty, "\(node.domain).\(node.opType)")
    }
  }
}
