import WeftData
import WeftIO
import WeftTensor

extension TensorFile {
  /// The initializers of an ONNX model, of its graph and of those inside it, as a file of tensors: also of a model with
  /// operators that Weft does not have.
  ///
  /// A name that several graphs have gets a number from the second on. Texts, and numbers of a type that tensors do not
  /// have, are listed in `skipped`.
  /// - Parameter limits: How much the file may ask for.
  /// - Throws: `DataFileError` or `ONNXError`.
  public init(onnx path: String, limits: LoadLimits = LoadLimits()) throws {
    let memory = try FileMemory(mapping: path, limits: limits)
    let model = try LoadedModel.parse(memory, path, limits)
    let external = ExternalData(besides: path, limits: limits)
    var list = InitializerList(TensorReader(file: path, memory: memory, external: external, limits: limits))
    try list.add(model.graph)
    for function in model.functions { for node in function.node { try list.add(node) } }
    guard list.count <= limits.tensors else {
      throw ONNXError(.limitExceeded, file: path, "\(list.count) initializers, at most \(limits.tensors) allowed")
    }
    var metadata: [(key: String, value: FileValue)] = []
    let producer = [model.producerName, model.producerVersion].filter { !$0.isEmpty }.joined(separator: " ")
    if !producer.isEmpty { metadata.append(("producer", .text(producer))) }
    metadata += model.opsetImport.map { entry in
      ("operator set \(entry.domain.isEmpty ? "ai.onnx" : entry.domain)", FileValue.integer(Int(entry.version)))
    }
    metadata += model.metadataProps.map { ($0.key, FileValue.text($0.value)) }
    try self.init(path, .onnx, list.tensors, metadata: metadata, skipped: list.skipped, limits: limits)
  }
}

/// The initializers on the way through a model's graphs.
private struct InitializerList {
  private(set) var tensors: [(name: String, tensor: Tensor)] = []
  private(set) var skipped: [SkippedPart] = []
  private var names: Set<String> = []
  private let reader: TensorReader

  var count: Int { tensors.count + skipped.count }

  init(_ reader: TensorReader) { self.reader = reader }

  mutating func add(_ graph: Onnx_GraphProto) throws {
    for proto in graph.initializer {
      let name = free(proto.name)
      do {
        guard case .tensor(let tensor) = try reader.value(proto) else {
          skipped.append(SkippedPart(name: name, reason: "texts"))
          continue
        }
        tensors.append((name, tensor))
      } catch let error as ONNXError where error.code == .unsupported {
        skipped.append(SkippedPart(name: name, reason: error.problems.map(\.reason).joined(separator: ", ")))
      }
    }
    for proto in graph.sparseInitializer { tensors.append((free(proto.values.name), try reader.dense(proto))) }
    for node in graph.node { try add(node) }
  }

  mutating func add(_ node: Onnx_NodeProto) throws {
    for attribute in node.attribute {
      if attribute.hasG { try add(attribute.g) }
      for graph in attribute.graphs { try add(graph) }
    }
  }

  /// The name, or one with a number that is free.
  private mutating func free(_ name: String) -> String {
    var candidate = name, number = 2
    while !names.insert(candidate).inserted { (candidate, number) = ("\(name).\(number)", number + 1) }
    return candidate
  }
}
