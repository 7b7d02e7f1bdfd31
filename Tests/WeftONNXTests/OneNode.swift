import Foundation
import SwiftProtobuf
import Testing
import Weft
import WeftONNX

/// Models of a node or a few, made of the messages of the format: the inputs are `x0`, `x1` ..., the result is `y`.
enum OneNode {
  /// A node of the first `inputs` inputs.
  static func node(
    _ name: String, inputs: Int, domain: String = "", _ attributes: [Onnx_AttributeProto] = []
  ) -> Onnx_NodeProto {
    node(name, (0..<inputs).map { "x\($0)" }, domain: domain, attributes)
  }

  /// A node of values by their names, empty for those that are left out.
  static func node(
    _ name: String, _ inputs: [String], to outputs: [String] = ["y"], domain: String = "",
    _ attributes: [Onnx_AttributeProto] = []
  ) -> Onnx_NodeProto {
    var node = Onnx_NodeProto()
    (node.opType, node.domain, node.name) = (name, domain, "one")
    (node.input, node.output, node.attribute) = (inputs, outputs, attributes)
    return node
  }

  static func attribute(_ name: String, _ numbers: [Int64], isList: Bool) -> Onnx_AttributeProto {
    var attribute = Onnx_AttributeProto()
    attribute.name = name
    attribute.type = isList ? .ints : .int
    if isList { attribute.ints = numbers } else { attribute.i = numbers[0] }
    return attribute
  }

  static func attribute(_ name: String, _ number: Float) -> Onnx_AttributeProto {
    var attribute = Onnx_AttributeProto()
    (attribute.name, attribute.type, attribute.f) = (name, .float, number)
    return attribute
  }

  static func attribute(_ name: String, _ numbers: [Float]) -> Onnx_AttributeProto {
    var attribute = Onnx_AttributeProto()
    (attribute.name, attribute.type, attribute.floats) = (name, .floats, numbers)
    return attribute
  }

  static func attribute(_ name: String, _ text: String) -> Onnx_AttributeProto {
    var attribute = Onnx_AttributeProto()
    (attribute.name, attribute.type, attribute.s) = (name, .string, Data(text.utf8))
    return attribute
  }

  static func attribute(_ name: String, _ texts: [String]) -> Onnx_AttributeProto {
    var attribute = Onnx_AttributeProto()
    (attribute.name, attribute.type, attribute.strings) = (name, .strings, texts.map { Data($0.utf8) })
    return attribute
  }

  static func value(_ name: String) -> Onnx_ValueInfoProto {
    var value = Onnx_ValueInfoProto()
    value.name = name
    return value
  }

  /// - Parameters:
  ///   - initializers: Values of float32 by name.
  ///   - tensors: More initializers, as they stand in a file.
  static func model(
    _ nodes: [Onnx_NodeProto], inputs: Int, opset: Int64 = 21, initializers: [(String, Tensor)] = [],
    tensors: [Onnx_TensorProto] = []
  ) throws -> ONNXModel {
    var proto = Onnx_ModelProto()
    proto.irVersion = 8
    proto.opsetImport = [
      ("", opset), ("com.microsoft", 1), ("ai.onnx.preview.training", 1), ("ai.onnx.ml", 4),
    ].map { domain, version in
      var entry = Onnx_OperatorSetIdProto()
      (entry.domain, entry.version) = (domain, version)
      return entry
    }
    proto.graph.name = "one"
    proto.graph.node = nodes
    proto.graph.input = (0..<inputs).map { value("x\($0)") }
    proto.graph.output = [value("y")]
    proto.graph.initializer = initializers.map { name, tensor in
      var initializer = Onnx_TensorProto()
      (initializer.name, initializer.dataType) = (name, 1)
      initializer.dims = tensor.shape.sizes.map(Int64.init)
      initializer.floatData = tensor.scalars(as: Float.self)
      return initializer
    }
    proto.graph.initializer += tensors
    let bytes: [UInt8] = try proto.serializedBytes()
    return try ONNXModel(FileBytes(name: "one", bytes: bytes))
  }

  @discardableResult static func run(
    _ node: Onnx_NodeProto, _ inputs: [Tensor], opset: Int64 = 21
  ) throws -> Tensor {
    try model([node], inputs: inputs.count, opset: opset).result(inputs)
  }
}

extension ONNXModel {
  /// A value, for inputs in their order.
  func result(_ inputs: [Tensor], _ name: String = "y") throws -> Tensor {
    let named = Dictionary(uniqueKeysWithValues: inputs.enumerated().map { ("x\($0)", $1) })
    return try #require(try run(named, outputs: [name])[name]?.tensor)
  }
}
