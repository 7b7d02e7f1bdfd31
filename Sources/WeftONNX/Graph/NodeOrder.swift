/// The order in which nodes are built: each behind those whose values it reads. ONNX wants files to have that order;
/// some tools write others.
struct NodeOrder {
  private let nodes: [Onnx_NodeProto]
  /// The node that computes each value.
  private let makers: [String: Int]

  private init(_ nodes: [Onnx_NodeProto]) {
    self.nodes = nodes
    var makers: [String: Int] = [:]
    for (place, node) in nodes.enumerated() {
      for output in node.output where !output.isEmpty && makers[output] == nil { makers[output] = place }
    }
    self.makers = makers
  }

  /// The nodes in such an order, which is the file's where that is one. Circles stay as they are.
  static func sorted(_ nodes: [Onnx_NodeProto]) -> [Onnx_NodeProto] {
    let order = NodeOrder(nodes)
    let sources = nodes.map(order.sources)
    if sources.enumerated().allSatisfy({ place, sources in sources.allSatisfy { $0 < place } }) { return nodes }
    return order.places(sources).map { nodes[$0] }
  }

  /// The nodes that one reads of.
  private func sources(_ node: Onnx_NodeProto) -> [Int] {
    let inner = node.attribute.flatMap { [$0.g] + $0.graphs }.flatMap(Self.reads)
    return (node.input + inner).compactMap { makers[$0] }
  }

  /// What a graph inside another reads of it.
  private static func reads(_ graph: Onnx_GraphProto) -> [String] {
    let own = Set(
      graph.input.map(\.name) + graph.initializer.map(\.name) + graph.sparseInitializer.map(\.values.name)
        + graph.node.flatMap(\.output))
    let names = graph.node.flatMap { node in
      node.input + node.attribute.flatMap { [$0.g] + $0.graphs }.flatMap(reads)
    }
    return (names + graph.output.map(\.name)).filter { !own.contains($0) }
  }

  /// The places of the nodes, each behind its sources.
  private func places(_ sources: [[Int]]) -> [Int] {
    var (order, isSeen) = ([Int](), nodes.map { _ in false })
    for first in nodes.indices where !isSeen[first] {
      isSeen[first] = true
      var open = [(place: first, next: 0)]
      while let (place, next) = open.last {
        guard next < sources[place].count else {
          order.append(place)
          open.removeLast()
          continue
        }
        open[open.count - 1].next += 1
        let source = sources[place][next]
        if isSeen[source] { continue }
        isSeen[source] = true
        open.append((source, 0))
      }
    }
    return order
  }
}
