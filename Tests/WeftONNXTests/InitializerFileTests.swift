import Foundation
import Testing
import TestSupport
import Weft
import WeftONNX

/// The initializers of a model as a file of tensors.
@Suite struct InitializerFileTests {
  @Test(arguments: ["mlp", "external", "convolution"]) func initializersAreThoseOfTheModel(_ name: String) throws {
    let file = try TensorFile(onnx: Models.path(name))
    #expect(file.format == .onnx && file.skipped.isEmpty)
    #expect(file.value("producer") == .text("make_models.py") && file.value("operator set ai.onnx") == .integer(18))
    let model = try Models.open(name)
    for (name, parameter) in model.namedParameters() {
      #expect(try file.tensor(named: name).isClose(to: parameter.value, relative: 0, absolute: 0), "\(name)")
    }
    #expect(file.entries.count >= model.namedParameters().count && !file.entries.isEmpty)
  }

  @Test func elementsOfOtherTypesAndSparseOnesAreRead() throws {
    let quantized = try TensorFile(onnx: Models.path("quantized"))
    #expect(quantized["w"]?.type == .plain(.int8) && quantized["w"]?.shape == [4, 3, 3, 3])
    #expect(try !TensorFile(onnx: Models.path("sparse")).entries.isEmpty)
    // A model that cannot be run has tensors all the same.
    #expect(Models.error("bad_shapes") != nil)
    #expect(try TensorFile(onnx: Models.path("bad_shapes"))["w"]?.shape == [3, 2])
  }

  @Test func initializersOfGraphsInsideAreAmongThem() throws {
    // One of the graph's, and one of the same name in a branch.
    func tensor(_ values: [Float]) -> [UInt8] {
      let raw = values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init) }
      return Wire.number(1, values.count) + Wire.number(2, 1) + Wire.text(8, "w") + Wire.bytes(9, raw)
    }
    let inside = Wire.bytes(5, tensor([3])) + Wire.text(2, "branch")
    let branch = Wire.text(1, "then_branch") + Wire.bytes(6, inside) + Wire.number(20, 5)
    let node = Wire.text(4, "If") + Wire.bytes(5, branch)
    let graph = Wire.bytes(1, node) + Wire.bytes(5, tensor([1, 2])) + Wire.text(2, "graph")
    let model = Wire.number(1, 8) + Wire.bytes(7, graph) + Wire.bytes(8, Wire.number(2, 18))
    let folder = try TemporaryFolder()
    try Data(model).write(to: URL(fileURLWithPath: folder("m.onnx")))
    let file = try TensorFile(onnx: folder("m.onnx"))
    #expect(file.entries.map(\.name) == ["w", "w.2"])
    #expect(try file.tensor(named: "w").scalars(as: Float.self) == [1, 2])
    #expect(try file.tensor(named: "w.2").scalars(as: Float.self) == [3])
    #expect(FileKind(firstBytes: model) == .onnx)
  }

  @Test(arguments: ["bad_absolute", "bad_parent", "bad_missing", "bad_short", "bad_huge"])
  func hostileModelsAreRefused(_ name: String) {
    #expect(throws: (any Error).self) { try TensorFile(onnx: Models.path(name)) }
  }
}

/// Fields of a protocol buffer.
private enum Wire {
  static func varint(_ value: Int) -> [UInt8] {
    value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F | 0x80)] + varint(value >> 7)
  }

  static func number(_ field: Int, _ value: Int) -> [UInt8] { varint(field << 3) + varint(value) }

  static func bytes(_ field: Int, _ value: [UInt8]) -> [UInt8] { varint(field << 3 | 2) + varint(value.count) + value }

  static func text(_ field: Int, _ value: String) -> [UInt8] { bytes(field, Array(value.utf8)) }
}
