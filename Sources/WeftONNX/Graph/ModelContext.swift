import WeftIO
import WeftTensor

/// Everything about a model that its graphs are built from, and what is found on the way.
final class ModelContext {
  let tensors: TensorReader
  let functions: [String: Onnx_FunctionProto]
  var initializers = Initializers()
  var problems: [ONNXError.Problem] = []
  /// Whether what was found is no lack of Weft's but a fault of the model.
  var isInvalid = false
  /// What running each graph comes to, as far as it was asked for.
  var works: [ObjectIdentifier: GraphWork] = [:]
  private var nodeCount = 0
  private var nodesOfFunctions = 0

  init(_ tensors: TensorReader, _ functions: [Onnx_FunctionProto]) {
    self.tensors = tensors
    self.functions = Dictionary(
      functions.map { (Self.key($0.domain, $0.name, $0.overload), $0) }, uniquingKeysWith: { first, _ in first })
  }

  static func key(_ domain: String, _ name: String, _ overload: String) -> String {
    "\(Self.plain(domain)):\(name):\(overload)"
  }

  /// ONNX's own domain has two names.
  static func plain(_ domain: String) -> String { domain == "ai.onnx" ? "" : domain }

  func invalid(_ problem: ONNXError.Problem) {
    isInvalid = true
    problems.append(problem)
  }

  /// Counts nodes; functions that call functions may ask for any number, and cost the file nothing.
  func countNodes(_ count: Int = 1, inFunction: Bool) throws {
    nodeCount += count
    if inFunction { nodesOfFunctions += count }
    let (most, mostOfFunctions) = (tensors.limits.values, tensors.limits.values / 64)
    guard nodeCount <= most, nodesOfFunctions <= mostOfFunctions else {
      throw ONNXError(
        .limitExceeded, file: tensors.file,
        "more than \(most) nodes, or more than \(mostOfFunctions) in all calls of the functions it defines "
          + "and its gradients",
        hint: "if the file is meant to be so, raise `LoadLimits.values`")
    }
  }
}

/// What running a graph once comes to.
struct GraphWork {
  /// Held, so that no other graph takes its identity.
  let graph: Graph
  /// The nodes in it and in the graphs in it.
  let nodes: Int
  /// How deep gradients stand in gradients.
  let depth: Int
}

extension ModelContext {
  /// Counts nodes that a gradient runs once more: gradients of gradients may ask for any number, and cost the file
  /// nothing.
  func countDerived(_ nodes: [GraphNode]) throws {
    let (count, depth) = work(of: nodes)
    guard depth < tensors.limits.nesting else {
      throw ONNXError(
        .limitExceeded, file: tensors.file, "gradients of gradients deeper than \(tensors.limits.nesting)",
        hint: "if the file is meant to be so, raise `LoadLimits.nesting`")
    }
    try countNodes(count, inFunction: true)
  }

  private func work(of nodes: [GraphNode]) -> (nodes: Int, depth: Int) {
    let gradient = "\(Operator.trainingDomain).\(Operator.gradientName)"
    var (count, depth) = (nodes.count, 0)
    for node in nodes {
      var inner = Array(node.subgraphs.values)
      if case .function(let body) = node.body { inner.append(body) }
      for work in inner.map(work) {
        count += work.nodes
        depth = max(depth, work.depth + (node.operatorName == gradient ? 1 : 0))
      }
    }
    return (count, depth)
  }

  private func work(of graph: Graph) -> GraphWork {
    if let known = works[ObjectIdentifier(graph)] { return known }
    let (nodes, depth) = work(of: graph.nodes)
    let found = GraphWork(graph: graph, nodes: nodes, depth: depth)
    works[ObjectIdentifier(graph)] = found
    return found
  }
}
