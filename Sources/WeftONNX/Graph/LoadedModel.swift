import Foundation
import SwiftProtobuf
import WeftData
import WeftIO

/// A file that was read and checked: its graph, what it learns, and what it says of itself.
struct LoadedModel {
  let path: String
  let graph: Graph
  let initializers: Initializers
  /// The version of each operator set, by domain.
  let versions: [String: Int]
  let producer: String
  let irVersion: Int
  let description: String
  let metadata: [(key: String, value: String)]
  let functionCount: Int

  init(_ path: String, limits: LoadLimits) throws {
    let memory = try FileMemory(mapping: path, limits: limits)
    try self.init(memory, path, external: ExternalData(besides: path, limits: limits), limits)
  }

  init(_ file: FileBytes, limits: LoadLimits) throws {
    try self.init(FileMemory(file), file.name, external: nil, limits)
  }

  private init(_ memory: FileMemory, _ path: String, external: ExternalData?, _ limits: LoadLimits) throws {
    let proto = try Self.parse(memory, path, limits)
    let tensors = TensorReader(file: path, memory: memory, external: external, limits: limits)
    guard proto.graph.initializer.count <= limits.tensors else {
      throw ONNXError(
        .limitExceeded, file: path, "\(proto.graph.initializer.count) initializers, at most \(limits.tensors) allowed")
    }
    let context = ModelContext(tensors, proto.functions)
    var scope = NodeScope(versions: [:])
    for entry in proto.opsetImport { scope.versions[ModelContext.plain(entry.domain)] = Int(entry.version) }
    if let version = scope.versions[""], version > OperatorTable.newestVersion {
      context.problems.append(
        .init("operator set \(version) is newer than \(OperatorTable.newestVersion), the newest that Weft knows"))
    }
    let graph = try GraphBuilder(context, scope).build(proto.graph)
    guard context.problems.isEmpty else {
      throw ONNXError(context.isInvalid ? .invalid : .unsupported, file: path, context.problems)
    }
    (self.path, self.graph, initializers, versions) = (path, graph, context.initializers, scope.versions)
    producer = [proto.producerName, proto.producerVersion].filter { !$0.isEmpty }.joined(separator: " ")
    (irVersion, description, functionCount) = (Int(proto.irVersion), proto.docString, proto.functions.count)
    metadata = proto.metadataProps.map { ($0.key, $0.value) }
  }

  static func parse(_ memory: FileMemory, _ path: String, _ limits: LoadLimits) throws -> Onnx_ModelProto {
    let brief = try ModelMemory(memory, limits: limits).model()
    var options = BinaryDecodingOptions()
    options.messageDepthLimit = limits.nesting * 4
    let proto: Onnx_ModelProto
    do { proto = try Onnx_ModelProto(serializedBytes: brief, options: options) } catch {
      throw ONNXError(.malformed, file: path, "expected an ONNX model, found bytes that are none: \(error)")
    }
    guard proto.hasGraph, !proto.opsetImport.isEmpty || proto.irVersion < 3 else {
      throw ONNXError(
        .malformed, file: path, "expected an ONNX model with a graph and its operator sets, found none of them")
    }
    return proto
  }
}
