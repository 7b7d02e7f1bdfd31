import Foundation
import SwiftProtobuf
import TestSupport
import Testing
import Weft
import WeftONNX

/// Models of one node whose attributes and inputs are any numbers: refused or run, they do not end the process.
@Suite struct HostileNodeTests {
  static let numbers: [Int64] = [.min, .max, 1 << 62]

  /// An attribute that no node of its operator can do anything with.
  struct Setting: Sendable, CustomStringConvertible {
    let operatorName: String
    let attribute: String
    let inputs: [Tensor]
    var domain = ""
    var others: [String: Int64] = [:]
    /// How many times the number stands in a list; nil for a number alone.
    var count: Int?

    var description: String { "\(operatorName).\(attribute)" }
  }

  private static let image = Tensor(ones: [1, 1, 4, 4])

  static let settings: [Setting] = [
    Setting(operatorName: "SpaceToDepth", attribute: "blocksize", inputs: [image]),
    Setting(operatorName: "DepthToSpace", attribute: "blocksize", inputs: [image]),
    Setting(operatorName: "Flatten", attribute: "axis", inputs: [image]),
    Setting(operatorName: "Gather", attribute: "axis", inputs: [image, Tensor([0])]),
    Setting(operatorName: "Softmax", attribute: "axis", inputs: [image]),
    Setting(operatorName: "Concat", attribute: "axis", inputs: [image, image]),
    Setting(operatorName: "SplitToSequence", attribute: "axis", inputs: [image]),
    Setting(operatorName: "QuantizeLinear", attribute: "axis", inputs: [Tensor(ones: [2, 3]), Tensor(ones: [3])]),
    Setting(
      operatorName: "QuantizeLinear", attribute: "block_size", inputs: [Tensor(ones: [2, 3]), Tensor(ones: [3])]),
    Setting(operatorName: "Conv", attribute: "group", inputs: [image, Tensor(ones: [1, 1, 3, 3])]),
    Setting(operatorName: "Conv", attribute: "strides", inputs: [image, Tensor(ones: [1, 1, 3, 3])], count: 2),
    Setting(operatorName: "Conv", attribute: "dilations", inputs: [image, Tensor(ones: [1, 1, 3, 3])], count: 2),
    Setting(operatorName: "Conv", attribute: "pads", inputs: [image, Tensor(ones: [1, 1, 3, 3])], count: 4),
    Setting(
      operatorName: "ConvTranspose", attribute: "output_padding", inputs: [image, Tensor(ones: [1, 1, 3, 3])], count: 2),
    Setting(operatorName: "MaxPool", attribute: "kernel_shape", inputs: [image], count: 2),
    Setting(
      operatorName: "DeformConv", attribute: "group",
      inputs: [image, Tensor(ones: [1, 1, 1, 1]), Tensor(ones: [1, 2, 4, 4])]),
    Setting(
      operatorName: "DeformConv", attribute: "offset_group",
      inputs: [image, Tensor(ones: [1, 1, 1, 1]), Tensor(ones: [1, 2, 4, 4])]),
    Setting(operatorName: "GroupQueryAttention", attribute: "num_heads", inputs: [image], domain: "com.microsoft"),
    Setting(
      operatorName: "MatMulNBits", attribute: "N", inputs: packed, domain: "com.microsoft", others: ["K": 16]),
    Setting(
      operatorName: "MatMulNBits", attribute: "K", inputs: packed, domain: "com.microsoft", others: ["N": 1]),
    Setting(
      operatorName: "MatMulNBits", attribute: "block_size", inputs: packed, domain: "com.microsoft",
      others: ["K": 16, "N": 1]),
  ]

  private static let packed = [
    Tensor(ones: [1, 16]), Tensor(zeros: [1, 1, 16], dtype: .uint8), Tensor(ones: [1]),
  ]

  @Test(arguments: settings) func extremeAttributesAreRefused(_ setting: Setting) {
    for number in Self.numbers {
      var node = OneNode.node(setting.operatorName, inputs: setting.inputs.count, domain: setting.domain)
      node.attribute = setting.others.map { OneNode.attribute($0, [$1], isList: false) }
      node.attribute.append(
        OneNode.attribute(
          setting.attribute, Array(repeating: number, count: setting.count ?? 1), isList: setting.count != nil))
      #expect(throws: ONNXError.self, "\(number)") { try OneNode.run(node, setting.inputs) }
    }
  }

  /// Where these stand in tensors.
  @Test func extremeSizesAreRefused() throws {
    for number in Self.numbers.map({ Int($0) }) {
      #expect(throws: ONNXError.self) {
        try OneNode.run(
          OneNode.node("Col2Im", inputs: 3), [Tensor(ones: [1, 4, 4]), Tensor([number]), Tensor([number])])
      }
      #expect(throws: ONNXError.self) {
        try OneNode.run(OneNode.node("Col2Im", inputs: 3), [Tensor(ones: [1, 4, 4]), Tensor([4]), Tensor([number])])
      }
    }
    let kernel = Tensor([1 << 19, 1 << 19, 1 << 19, 1 << 19])
    #expect(throws: ONNXError.self) {
      try OneNode.run(OneNode.node("Col2Im", inputs: 3), [Tensor(ones: [1, 4, 4]), Tensor([1, 1, 1, 1]), kernel])
    }
  }

  /// Before version 7 the second operand stood at an axis of the first.
  @Test(arguments: numbers) func axesOfOldOperandsMayBeAnything(_ axis: Int64) {
    var node = OneNode.node("Add", inputs: 2)
    node.attribute = [
      OneNode.attribute("axis", [axis], isList: false), OneNode.attribute("broadcast", [1], isList: false),
    ]
    #expect(throws: ONNXError.self) { try OneNode.run(node, [Tensor(ones: [2, 3]), Tensor(ones: [3])], opset: 6) }
  }

  /// A tensor without elements costs nothing, and may have axes of any length.
  @Test func longAxesWithoutElementsAreNotWalked() throws {
    let long = Tensor(zeros: [1 << 40, 0])
    #expect(throws: ONNXError.self) { try OneNode.run(OneNode.node("SplitToSequence", inputs: 1), [long]) }
    var scan = OneNode.node("Scan", inputs: 1)
    scan.attribute = [
      Self.body(inputs: ["part"], outputs: ["part"]), OneNode.attribute("num_scan_inputs", [1], isList: false),
    ]
    #expect(throws: ONNXError.self) { try OneNode.run(scan, [long]) }
    let sequence = Tensor(zeros: [1 << 40, 1, 0])
    #expect(throws: ONNXError.self) {
      try OneNode.run(
        OneNode.node("LSTM", inputs: 3), [sequence, Tensor(zeros: [1, 4, 0]), Tensor(zeros: [1, 4, 1])])
    }
    let reversed = try OneNode.run(OneNode.node("ReverseSequence", inputs: 2), [sequence, Tensor([0])])
    #expect(reversed.shape == sequence.shape)
  }

  @Test(arguments: numbers) func scansOfAnyNumberOfInputs(_ count: Int64) {
    var node = OneNode.node("Scan", inputs: 2)
    node.attribute = [
      Self.body(inputs: ["sum", "part"], outputs: ["sum", "part"]),
      OneNode.attribute("num_scan_inputs", [count], isList: false),
    ]
    #expect(throws: ONNXError.self) { try OneNode.run(node, [Tensor(ones: [2]), Tensor(ones: [3, 2])]) }
  }

  /// A loop that carries nothing, and one that runs not once.
  /// Numbers, nothing, and lists in the place of whatever an operator expects.
  @Test(arguments: [DType.float32, .int64, .uint8, .bool]) func anyOperatorOfFewAxes(_ dtype: DType) {
    for (name, domain) in OperatorTable.names {
      for count in 1...9 {
        let node = OneNode.node(name, inputs: count, domain: domain)
        guard let model = try? OneNode.model([node], inputs: count) else { continue }
        for shape in [[], [0], [1, 2], [2, 0, 3], [1, 2, 2, 2]] as [Shape] {
          let inputs = (0..<count).map { ("x\($0)", Tensor(ones: shape, dtype: dtype)) }
          _ = try? model.run(Dictionary(uniqueKeysWithValues: inputs))
        }
      }
    }
  }

  @Test func loopsThatCarryNothing() throws {
    var node = OneNode.node("Loop", inputs: 1)
    node.attribute = [Self.body(inputs: ["i", "on"], outputs: ["on", "i"], type: 7)]
    let rows = try OneNode.run(node, [Tensor(3)])
    #expect(rows.scalars(as: Int.self) == [0, 1, 2])
    let none = try OneNode.run(node, [Tensor(0)])
    #expect(none.shape == [0] && none.dtype == .int64)
  }

  /// Zero points of scalars that are lists.
  @Test func zeroPointsOfScalarsMayBeLists() {
    let scalar = Tensor(1).converted(to: .uint8)
    #expect(throws: ONNXError.self) {
      try OneNode.run(
        OneNode.node("MatMulInteger", inputs: 4), [scalar, scalar, Tensor([1, 2, 3]), Tensor([1, 2, 3])])
    }
  }

  @Test func bandsFarBeyondTheSpectrumAreNotWalked() throws {
    let weights = try OneNode.run(
      OneNode.node("MelWeightMatrix", inputs: 5),
      [Tensor(4), Tensor(65535), Tensor(1), Tensor(0.0, dtype: .float32), Tensor(9e8, dtype: .float32)])
    #expect(weights.shape == [32768, 4])
  }

  @Test func unsupportedResultsOfQuantizationAreFoundFirst() {
    let refused: [(String, Int64, String)] = [
      ("QuantizeLinear", 14, "complex64"), ("DequantizeLinear", 17, "float8e4m3fn"),
      ("DequantizeLinear", 22, "int4"), ("DequantizeLinear", 3, "int8"),
    ]
    for (name, type, said) in refused {
      let node = OneNode.node(name, inputs: 2, [OneNode.attribute("output_dtype", [type], isList: false)])
      #expect {
        try OneNode.model([node], inputs: 2, opset: 23)
      } throws: {
        ($0 as? ONNXError)?.code == .unsupported && "\($0)".contains("a result of \(said)")
      }
    }
  }

  /// Each gradient runs what leads to its value once more, with the gradients in it.
  @Test func gradientsOfGradientsAreCounted() {
    var nodes: [Onnx_NodeProto] = []
    for level in 0..<80 {
      var product = Onnx_NodeProto()
      product.opType = "Mul"
      (product.input, product.output) = ([level == 0 ? "x0" : "g\(level - 1)", "x0"], ["y\(level)"])
      var gradient = Onnx_NodeProto()
      (gradient.opType, gradient.domain) = ("Gradient", "ai.onnx.preview.training")
      (gradient.input, gradient.output) = (["x0"], [level == 79 ? "y" : "g\(level)"])
      var (sources, target) = (Onnx_AttributeProto(), Onnx_AttributeProto())
      (sources.name, sources.type, sources.strings) = ("xs", .strings, [Data("x0".utf8)])
      (target.name, target.type, target.s) = ("y", .string, Data("y\(level)".utf8))
      gradient.attribute = [sources, target]
      nodes += [product, gradient]
    }
    #expect {
      try OneNode.model(nodes, inputs: 1, opset: 21)
    } throws: {
      ($0 as? ONNXError)?.code == .limitExceeded
    }
  }

  /// A graph that gives what it is given.
  private static func body(inputs: [String], outputs: [String], type: Int32 = 1) -> Onnx_AttributeProto {
    var graph = Onnx_GraphProto()
    graph.input = inputs.map(OneNode.value)
    for (place, name) in outputs.enumerated() {
      var node = Onnx_NodeProto()
      (node.opType, node.input, node.output) = ("Identity", [name], ["out\(place)"])
      graph.node.append(node)
      var output = OneNode.value("out\(place)")
      output.type.tensorType.elemType = place == outputs.count - 1 ? type : 0
      if type == 7 { output.type.tensorType.shape = Onnx_TensorShapeProto() }
      graph.output.append(output)
    }
    var attribute = Onnx_AttributeProto()
    (attribute.name, attribute.type, attribute.g) = ("body", .graph, graph)
    return attribute
  }
}
