import WeftIO
import WeftTensor

/// What the nodes of a graph are read under: the versions of operator sets, and the function whose body they are.
struct NodeScope {
  var versions: [String: Int]
  /// The functions that are being built, outermost first.
  var functions: [String] = []
  /// The attributes of the call whose function this is.
  var arguments: [String: Onnx_AttributeProto]?
  /// How deep graphs stand in graphs.
  var depth = 0
}

/// Builds a graph: gives each value its place and each node what it runs.
final class GraphBuilder {
  let context: ModelContext
  let scope: NodeScope
  private let outer: GraphBuilder?
  private var places: [String: Int] = [:]
  private(set) var placeCount = 0
  private var captures: [(outer: Int, inner: Int)] = []
  private var nodes: [GraphNode] = []
  private var given: [(place: Int, given: Graph.Given)] = []
  /// The numbers of the types that values have and tensors do not say.
  private var narrow: [Int: Int] = [:]

  init(_ context: ModelContext, _ scope: NodeScope, outer: GraphBuilder? = nil) {
    (self.context, self.scope, self.outer) = (context, scope, outer)
  }

  /// A graph of the model, or of an attribute.
  func build(_ proto: Onnx_GraphProto) throws -> Graph {
    guard scope.depth <= context.tensors.limits.nesting else {
      throw ONNXError(
        .limitExceeded, file: context.tensors.file, "graphs nested deeper than \(context.tensors.limits.nesting)")
    }
    let defaults = Set(proto.initializer.map(\.name) + proto.sparseInitializer.map(\.values.name))
    let inputs = proto.input.map { input in
      Graph.Input(
        name: input.name, place: define(input.name), type: DeclaredType(input.type),
        hasDefault: defaults.contains(input.name))
    }
    for tensor in proto.initializer { note(Int(tensor.dataType), at: place(orDefine: tensor.name)) }
    for (input, proto) in zip(inputs, proto.input) { note(Int(proto.type.tensorType.elemType), at: input.place) }
    for sparse in proto.sparseInitializer { _ = place(orDefine: sparse.values.name) }
    for node in NodeOrder.sorted(proto.node) { try add(node) }
    try addInitializers(of: proto)
    let outputs = proto.output.compactMap { output -> Graph.Output? in
      guard let place = resolve(output.name) else {
        context.invalid(.init("the graph's output \"\(output.name)\" is computed by no node"))
        return nil
      }
      // The scores, not the dictionaries that Python would be given of them.
      let isMap = proto.node.contains { $0.opType == "ZipMap" && $0.output.contains(output.name) }
      let type = isMap ? .tensor(element: 0, sizes: nil) : DeclaredType(output.type)
      return Graph.Output(name: output.name, place: place, type: type)
    }
    checkTypes(inputs.map { ($0.name, $0.type) } + outputs.map { ($0.name, $0.type) })
    return graph(proto.name, inputs, outputs)
  }

  /// The body of a function.
  func build(_ proto: Onnx_FunctionProto) throws -> Graph {
    let unknown = DeclaredType.tensor(element: 0, sizes: nil)
    let inputs = proto.input.map { Graph.Input(name: $0, place: define($0), type: unknown, hasDefault: true) }
    for node in NodeOrder.sorted(proto.node) { try add(node) }
    let outputs = proto.output.compactMap { name -> Graph.Output? in
      guard let place = resolve(name) else {
        context.invalid(.init("the output \"\(name)\" of function \(proto.name) is computed by no node"))
        return nil
      }
      return Graph.Output(name: name, place: place, type: unknown)
    }
    return graph(proto.name, inputs, outputs)
  }

  private func graph(_ name: String, _ inputs: [Graph.Input], _ outputs: [Graph.Output]) -> Graph {
    Graph(
      name: name, inputs: inputs, outputs: outputs, nodes: nodes, given: given, captures: captures,
      placeCount: placeCount, places: places)
  }

  private func define(_ name: String) -> Int {
    placeCount += 1
    if !name.isEmpty {
      if places[name] != nil { context.invalid(.init("the value \"\(name)\" is computed twice")) }
      places[name] = placeCount - 1
    }
    return placeCount - 1
  }

  private func note(_ element: Int, at place: Int) {
    if NarrowType(element) != nil || ByteFloat(element) != nil { narrow[place] = element }
  }

  private func place(orDefine name: String) -> Int { places[name] ?? define(name) }

  /// The place of a value, of this graph or one around it.
  private func resolve(_ name: String) -> Int? {
    if let place = places[name] { return place }
    guard let outer, let place = outer.resolve(name) else { return nil }
    let inner = define(name)
    captures.append((place, inner))
    narrow[inner] = outer.narrow[place]
    return inner
  }

  private func checkTypes(_ types: [(String, DeclaredType)]) {
    for (name, type) in types {
      guard let unsupported = type.unsupported else { continue }
      context.problems.append(.init("the value \"\(name)\" is \(unsupported), which Weft does not have"))
    }
  }
}

// Nodes.
extension GraphBuilder {
  private func add(_ proto: Onnx_NodeProto) throws {
    try context.countNodes(inFunction: !scope.functions.isEmpty)
    let domain = ModelContext.plain(proto.domain)
    let name = domain.isEmpty ? proto.opType : "\(domain).\(proto.opType)"
    let version = scope.versions[domain] ?? (domain.isEmpty ? 0 : 1)
    func problem(_ reason: String) -> ONNXError.Problem {
      .init(node: proto.name, operatorName: name, opset: version, reason)
    }
    let inputs = proto.input.map { input -> Int? in
      if input.isEmpty { return nil }
      guard let place = resolve(input) else {
        context.invalid(problem("the input \"\(input)\" is computed by no node before it (or by a circle of nodes)"))
        return nil
      }
      return place
    }
    var (attributes, subgraphs) = try parts(proto, problem)
    if domain == Operator.trainingDomain, proto.opType == Operator.gradientName {
      subgraphs["y"] = try derivedGraph(attributes, inputs, problem)
    }
    let body = try body(proto, domain, version, attributes, problem)
    let outputs = proto.output.map { $0.isEmpty ? nil : define($0) }
    let types = inputs.map { $0.flatMap { narrow[$0] } }
    let result = NarrowType.result(of: proto, inputs: types)
    let floats = types.compactMap { $0 }.first { ByteFloat($0) != nil }
    if let type = floats, !ByteFloat.movers.contains(proto.opType) {
      context.problems.append(problem("computes with numbers of \(ElementType.name(of: type))"))
    }
    for place in outputs { if let place, let result { note(result, at: place) } }
    guard let body else { return }
    let reads = inputs.compactMap { $0 } + subgraphs.values.flatMap { $0.captures.map(\.outer) }
    nodes.append(
      GraphNode(
        name: proto.name, operatorName: name, version: version, body: body, attributes: attributes, inputs: inputs,
        outputs: outputs, subgraphs: subgraphs, buffers: [:], reads: Array(Set(reads)).sorted(),
        unsaid: result))
  }

  /// The nodes that lead from a gradient's inputs to what it derives, as a graph of its own over the same places.
  private func derivedGraph(
    _ attributes: Attributes, _ inputs: [Int?], _ problem: (String) -> ONNXError.Problem
  ) throws -> Graph? {
    guard let name = try? attributes.text("y"), let target = places[name] else {
      context.invalid(problem("derives a value that no node before it computes"))
      return nil
    }
    let starts = inputs.compactMap { $0 }
    let known = Set(starts)
    let inner = nodes(leadingTo: target, from: known)
    try context.countDerived(inner)
    let computed = Set(inner.flatMap { $0.outputs.compactMap { $0 } }).union(known)
    let captured = Set(inner.flatMap(\.reads)).subtracting(computed)
    let unknown = DeclaredType.tensor(element: 0, sizes: nil)
    return Graph(
      name: name, inputs: starts.map { Graph.Input(name: "", place: $0, type: unknown, hasDefault: false) },
      outputs: [Graph.Output(name: name, place: target, type: unknown)], nodes: inner, given: [],
      captures: captured.sorted().map { ($0, $0) }, placeCount: placeCount, places: [:])
  }

  /// Those of the nodes so far that a value needs, where others are known.
  private func nodes(leadingTo target: Int, from known: Set<Int>) -> [GraphNode] {
    var needed: Set<Int> = [target]
    var found: [GraphNode] = []
    for node in nodes.reversed() {
      let outputs = node.outputs.compactMap { $0 }
      guard outputs.contains(where: needed.contains), !outputs.contains(where: known.contains) else { continue }
      found.append(node)
      needed.formUnion(node.reads)
    }
    return found.reversed()
  }

  private func body(
    _ proto: Onnx_NodeProto, _ domain: String, _ version: Int, _ attributes: Attributes,
    _ problem: (String) -> ONNXError.Problem
  ) throws -> GraphNode.Body? {
    let key = ModelContext.key(proto.domain, proto.opType, proto.overload)
    // What the model defines itself is a function, but for names that Weft knows: its own way is faster.
    if let function = context.functions[key], OperatorTable.find(proto.opType, domain: domain, version: version) == nil
    {
      return try functionBody(function, key, proto, problem)
    }
    guard let found = OperatorTable.find(proto.opType, domain: domain, version: version) else {
      context.problems.append(
        problem(
          OperatorTable.isKnown(proto.opType, domain: domain)
            ? "is not in this version of the operator set" : "is an operator that Weft does not have"))
      return nil
    }
    if let reason = found.refuses(attributes) ?? MicrosoftSignature.unread(proto, of: found, attributes) {
      context.problems.append(problem(reason))
      return nil
    }
    return .operator(found)
  }

  private func functionBody(
    _ function: Onnx_FunctionProto, _ key: String, _ proto: Onnx_NodeProto, _ problem: (String) -> ONNXError.Problem
  ) throws -> GraphNode.Body? {
    guard !scope.functions.contains(key), scope.functions.count < 64 else {
      context.invalid(problem("is a function that calls itself"))
      return nil
    }
    var inner = NodeScope(versions: scope.versions, functions: scope.functions + [key], depth: scope.depth + 1)
    for entry in function.opsetImport { inner.versions[ModelContext.plain(entry.domain)] = Int(entry.version) }
    var arguments: [String: Onnx_AttributeProto] = [:]
    for attribute in function.attributeProto { arguments[attribute.name] = attribute }
    for attribute in proto.attribute { arguments[attribute.name] = argument(attribute) ?? attribute }
    inner.arguments = arguments
    guard proto.input.count <= function.input.count else {
      context.invalid(problem("has \(proto.input.count) inputs, its function \(function.input.count)"))
      return nil
    }
    return .function(try GraphBuilder(context, inner).build(function))
  }

  /// What an attribute in a function's body stands for; nil where it stands for itself.
  private func argument(_ attribute: Onnx_AttributeProto) -> Onnx_AttributeProto? {
    guard !attribute.refAttrName.isEmpty else { return nil }
    return scope.arguments?[attribute.refAttrName]
  }

  private func parts(
    _ proto: Onnx_NodeProto, _ problem: (String) -> ONNXError.Problem
  ) throws -> (Attributes, [String: Graph]) {
    var values: [String: Attributes.Value] = [:]
    var subgraphs: [String: Graph] = [:]
    for attribute in proto.attribute {
      var stated = attribute
      if !attribute.refAttrName.isEmpty {
        // One that the call leaves out is left out in the body.
        guard let given = argument(attribute) else { continue }
        stated = given
      }
      if stated.hasG {
        var inner = scope
        inner.depth += 1
        subgraphs[attribute.name] = try GraphBuilder(context, inner, outer: self).build(stated.g)
      } else {
        do { values[attribute.name] = try value(stated) } catch let error as ONNXError {
          context.problems.append(problem(error.problems.first?.reason ?? "has an attribute that cannot be read"))
        }
      }
    }
    return (Attributes(values), subgraphs)
  }

  private func value(_ attribute: Onnx_AttributeProto) throws -> Attributes.Value {
    switch attribute.type {
    case .float: return .float(Double(attribute.f))
    case .int: return .int(Int(attribute.i))
    case .string: return .text(String(decoding: attribute.s, as: UTF8.self))
    case .floats: return .floats(attribute.floats.map(Double.init))
    case .ints: return .ints(attribute.ints.map { Int($0) })
    case .strings: return .texts(attribute.strings.map { String(decoding: $0, as: UTF8.self) })
    case .tensor:
      switch try context.tensors.value(attribute.t) {
      case .texts(let texts): return .textTensor(texts)
      case .tensor(let tensor): return .tensor(tensor)
      case let value: return .other("\(value)")
      }
    case .tensors: return .tensors(try attribute.tensors.map(context.tensors.tensor))
    case .sparseTensor: return .tensor(try context.tensors.dense(attribute.sparseTensor))
    default: return attribute.type == .undefined ? untyped(attribute) : .other("\(attribute.type)")
    }
  }

  /// Before the third version of the format attributes did not state their type.
  private func untyped(_ attribute: Onnx_AttributeProto) -> Attributes.Value {
    if attribute.hasF { return .float(Double(attribute.f)) }
    if attribute.hasI { return .int(Int(attribute.i)) }
    if attribute.hasS { return .text(String(decoding: attribute.s, as: UTF8.self)) }
    if !attribute.floats.isEmpty { return .floats(attribute.floats.map(Double.init)) }
    return .ints(attribute.ints.map { Int($0) })
  }
}

// Initializers: what they become depends on the nodes that use them.
extension GraphBuilder {
  private func addInitializers(of proto: Onnx_GraphProto) throws {
    let uses = uses()
    for tensor in proto.initializer {
      guard let place = places[tensor.name] else { continue }
      var use = uses[place] ?? Initializers.Use()
      if tensor.docString == ExportedGraph.mark || narrow[place] != nil { use.learns = false }
      do {
        switch try context.tensors.value(tensor) {
        case .tensor(let numbers): add(tensor.name, numbers, place, use)
        case let value: given.append((place, .constant(value)))
        }
      } catch let error as ONNXError {
        guard error.code == .unsupported else { throw error }
        context.problems += error.problems
      }
    }
    for sparse in proto.sparseInitializer {
      guard let place = places[sparse.values.name] else { continue }
      add(sparse.values.name, try context.tensors.dense(sparse), place, uses[place] ?? Initializers.Use())
    }
  }

  private func add(_ name: String, _ tensor: Tensor, _ place: Int, _ use: Initializers.Use) {
    let value = context.initializers.add(name, tensor, use)
    given.append((place, value))
    guard case .buffer(let number) = value else { return }
    for index in nodes.indices { nodes[index] = nodes[index].with(buffer: number, at: place) }
  }

  /// How each place is used by this graph's nodes; within graphs in them it learns.
  private func uses() -> [Int: Initializers.Use] {
    var uses: [Int: Initializers.Use] = [:]
    for node in nodes {
      for (input, place) in node.inputs.enumerated() {
        guard let place else { continue }
        if case .operator(let found) = node.body {
          if found.buffers.contains(input) {
            uses[place, default: .init()].isBuffer = true
            continue
          }
          if found.fixed.contains(input) {
            _ = uses[place, default: .init()]
            continue
          }
        }
        uses[place, default: .init()].learns = true
      }
      for graph in node.subgraphs.values {
        for capture in graph.captures { uses[capture.outer, default: .init()].learns = true }
      }
    }
    return uses
  }
}

extension GraphNode {
  /// The node with a buffer at the inputs that read `place`, where its operator changes it.
  fileprivate func with(buffer number: Int, at place: Int) -> GraphNode {
    guard case .operator(let found) = body, !found.buffers.isEmpty else { return self }
    var buffers = buffers
    for (input, read) in inputs.enumerated() where read == place && found.buffers.contains(input) {
      buffers[input] = number
    }
    return GraphNode(
      name: name, operatorName: operatorName, version: version, body: body, attributes: attributes, inputs: inputs,
      outputs: outputs, subgraphs: subgraphs, buffers: buffers, reads: reads, unsaid: unsaid)
  }
}
