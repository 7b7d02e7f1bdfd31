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
  /// The number that a name gets next.
  private var numbers: [String: Int] = [:]
  /// The bytes of the tensors so far, those of sparse ones with their zeros.
  private var bytes = 0
  private let reader: TensorReader

  init(_ reader: TensorReader) { self.reader = reader }

  mutating func add(_ graph: Onnx_GraphProto) throws {
    for proto in graph.initializer {
      try add(proto.name, proto.dims, Int(proto.dataType)) { reader in try reader.value(proto) }
    }
    for proto in graph.sparseInitializer {
      try add(proto.values.name, proto.dims, Int(proto.values.dataType)) { .tensor(try $0.dense(proto)) }
    }
    for node in graph.node { try add(node) }
  }

  mutating func add(_ node: Onnx_NodeProto) throws {
    for attribute in node.attribute {
      if attribute.hasG { try add(attribute.g) }
      for graph in attribute.graphs { try add(graph) }
    }
  }

  private mutating func add(
    _ name: String, _ sizes: [Int64], _ type: Int, read: (TensorReader) throws -> ONNXValue
  ) throws {
    guard tensors.count + skipped.count < reader.limits.tensors else {
      throw ONNXError(
        .limitExceeded, file: reader.file, "more initializers than the \(reader.limits.tensors) that are allowed",
        hint: "if the file is meant to be so, raise `LoadLimits.tensors`")
    }
    let name = free(name)
    do {
      try count(sizes, type, name)
      if case .tensor(let tensor) = try read(reader) {
        tensors.append((name, tensor))
      } else {
        skipped.append(SkippedPart(name: name, reason: "texts"))
      }
    } catch let error as ONNXError where error.code == .unsupported {
      skipped.append(SkippedPart(name: name, reason: error.problems.map(\.reason).joined(separator: ", ")))
    }
  }

  /// Adds a tensor's bytes to those before it, as far as its sizes and type are such that it can be read.
  private mutating func count(_ sizes: [Int64], _ type: Int, _ name: String) throws {
    guard let width = ElementType.held(type)?.byteCount,
      let count = Shape(sizes.map { Int($0) }).validElementCount
    else { return }
    let most = reader.limits.totalBytes
    guard count <= max(0, most - bytes) / width else {
      throw ONNXError(
        .limitExceeded, file: reader.file, "initializers of more than \(most) bytes, with \"\(name)\"",
        hint: "if the file is meant to be so, raise `LoadLimits.totalBytes`")
    }
    bytes += count * width
  }

  /// The name, or one with a number that is free.
  private mutating func free(_ name: String) -> String {
    if names.insert(name).inserted { return name }
    var number = numbers[name] ?? 2
    while !names.insert("\(name).\(number)").inserted { number += 1 }
    numbers[name] = number + 1
    return "\(name).\(number)"
  }
}
