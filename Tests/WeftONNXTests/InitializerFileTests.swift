import Foundation
import SwiftProtobuf
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

  /// The initializers of a model of these, all of float32, and of sparse ones.
  private func file(
    _ initializers: [(name: String, sizes: [Int64])], sparse: [Onnx_SparseTensorProto] = [],
    limits: LoadLimits = LoadLimits()
  ) throws -> TensorFile {
    var model = Onnx_ModelProto()
    model.irVersion = 8
    var operators = Onnx_OperatorSetIdProto()
    operators.version = 21
    model.opsetImport = [operators]
    model.graph.name = "graph"
    model.graph.initializer = initializers.map { name, sizes in
      var proto = Onnx_TensorProto()
      (proto.name, proto.dataType, proto.dims) = (name, 1, sizes)
      proto.rawData = Data(count: Int(sizes.reduce(4, *)))
      return proto
    }
    model.graph.sparseInitializer = sparse
    let folder = try TemporaryFolder()
    try Data(try model.serializedBytes() as [UInt8]).write(to: URL(fileURLWithPath: folder("m.onnx")))
    return try TensorFile(onnx: folder("m.onnx"), limits: limits)
  }

  /// One number, the others of so many zero.
  private func sparse(_ name: String, _ count: Int64, type: Int32) -> Onnx_SparseTensorProto {
    var proto = Onnx_SparseTensorProto()
    (proto.values.name, proto.values.dataType, proto.values.dims) = (name, type, [1])
    proto.values.rawData = Data(count: 4)
    (proto.indices.dataType, proto.indices.dims, proto.indices.rawData) = (7, [1], Data(count: 8))
    proto.dims = [count]
    return proto
  }

  /// Each looks on from the last number: they were walked from the first, hours for a file within the limits.
  @Test func manyInitializersMayHaveOneName() throws {
    let count = 50_000
    let many = try file([("w.3", [0])] + Array(repeating: ("w", [0]), count: count))
    #expect(many.entries.map(\.name).prefix(4) == ["w.3", "w", "w.2", "w.4"])
    #expect(many.entries.last?.name == "w.\(count + 1)" && Set(many.entries.map(\.name)).count == count + 1)
  }

  @Test func limitsHoldWhileInitializersAreAdded() throws {
    var limits = LoadLimits()
    (limits.tensors, limits.totalBytes) = (3, 4000)
    let all = try file([("a", [500]), ("b", [499])], sparse: [sparse("s", 1, type: 1)], limits: limits)
    #expect(all.entries.count == 3)
    func refusal(_ initializers: [(name: String, sizes: [Int64])], _ sparse: [Onnx_SparseTensorProto] = []) -> String {
      let error = #expect(throws: ONNXError.self) { try file(initializers, sparse: sparse, limits: limits) }
      return error?.code == .limitExceeded ? "\(error?.hint ?? "")" : "\(String(describing: error))"
    }
    #expect(refusal(Array(repeating: ("w", [1]), count: 4)).contains("LoadLimits.tensors"))
    #expect(refusal([("a", [500]), ("b", [501])]).contains("LoadLimits.totalBytes"))
    // Sparse ones count with their zeros, before there are any.
    #expect(refusal([("a", [500])], [sparse("s", 1 << 33, type: 1)]).contains("LoadLimits.totalBytes"))
  }

  @Test func sparseOnesOfOtherTypesAreSkippedToo() throws {
    let file = try file([("a", [2])], sparse: [sparse("s", 9, type: 14), sparse("t", 9, type: 1)])
    #expect(file.entries.map(\.name) == ["a", "t"])
    #expect(file.skipped.map(\.name) == ["s"])
    #expect(file.skipped.first?.reason.contains("complex64") == true, "\(file.skipped)")
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
