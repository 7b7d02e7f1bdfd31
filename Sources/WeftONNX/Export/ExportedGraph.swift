import Foundation
import WeftTensor

/// A whole graph, ready to be written: its messages, with the tensors that they hold apart.
package struct ExportedGraph {
  package private(set) var proto = Onnx_GraphProto()
  /// The initializers' values, in their order.
  package private(set) var tensors: [Tensor] = []

  /// What the documentation of an initializer says that does not learn: a number of a formula, a table, a buffer.
  /// Readers of ONNX have no other sign for it; `ONNXModel` makes no parameter of it.
  static let mark = "constant"

  /// - Parameters:
  ///   - results: The values that are handed out under the names.
  ///   - learned: The initializers that are parameters.
  init(
    _ graph: GraphWriter, _ inputs: [GraphValue], _ results: [GraphValue], _ names: [String], learned: Set<String>,
    axes: [(name: String, sizes: [Int], places: [(input: Int, axis: Int)])]
  ) {
    Self.name(results, names, in: graph)
    let nodes = Self.needed(graph.nodes, for: names)
    let read = Set(nodes.flatMap(\.input))
    proto.node = nodes
    proto.input = inputs.map { Self.info($0.name, $0, axes) }
    proto.output = zip(names, results).map { Self.info($0, $1, axes) }
    for name in graph.initializerOrder where read.contains(name) {
      guard let value = graph.initializers[name] else { continue }
      var tensor = Onnx_TensorProto()
      tensor.name = name
      tensor.dims = value.shape.sizes.map(Int64.init)
      tensor.dataType = Int32(value.dtype.onnxNumber)
      if !learned.contains(name) { tensor.docString = Self.mark }
      proto.initializer.append(tensor)
      tensors.append(value)
    }
  }

  /// Gives the results their names: the nodes that make them, or where there is none, or one is handed out twice, a
  /// copy.
  private static func name(_ results: [GraphValue], _ names: [String], in graph: GraphWriter) {
    var makers: [String: Int] = [:]
    for (place, node) in graph.nodes.enumerated() { for output in node.output { makers[output] = place } }
    var renamed: [String: String] = [:]
    graph.modulePath = ""
    for (value, name) in zip(results, names) {
      if let maker = makers[value.name], renamed[value.name] == nil {
        renamed[value.name] = name
        graph.nodes[maker].output = graph.nodes[maker].output.map { $0 == value.name ? name : $0 }
      } else {
        _ = graph.emit("Identity", [value])
        graph.nodes[graph.nodes.count - 1].output = [name]
      }
    }
    for place in graph.nodes.indices {
      graph.nodes[place].input = graph.nodes[place].input.map { renamed[$0] ?? $0 }
    }
  }

  /// The operators whose results may be left out. Others give all of them, read or not: TopK both of its own, and Split
  /// as many as it has sizes.
  private static let optional: Set = ["MaxPool", "LSTM", "GRU", "RNN"]

  /// The nodes that the results need.
  private static func needed(_ nodes: [Onnx_NodeProto], for names: [String]) -> [Onnx_NodeProto] {
    var needed = Set(names)
    var kept: [Onnx_NodeProto] = []
    for node in nodes.reversed() where node.output.contains(where: needed.contains) {
      var node = node
      if optional.contains(node.opType) {
        // Results that nobody reads have no name.
        while let last = node.output.last, !needed.contains(last) { node.output.removeLast() }
        node.output = node.output.map { needed.contains($0) ? $0 : "" }
      }
      needed.formUnion(node.input)
      kept.append(node)
    }
    return kept.reversed()
  }

  /// A value's type and shape, in which free sizes stand by their names; others that move are left open.
  private static func info(
    _ name: String, _ value: GraphValue, _ axes: [(name: String, sizes: [Int], places: [(input: Int, axis: Int)])]
  ) -> Onnx_ValueInfoProto {
    var info = Onnx_ValueInfoProto()
    info.name = name
    info.type.tensorType.elemType = Int32(value.dtype.onnxNumber)
    info.type.tensorType.shape.dim = (0..<value.rank).map { axis in
      let sizes = value.sizes(of: axis) ?? []
      var dimension = Onnx_TensorShapeProto.Dimension()
      if sizes.allSatisfy({ $0 == sizes[0] }) {
        dimension.dimValue = Int64(sizes[0])
      } else if let free = axes.first(where: { $0.sizes == sizes }) {
        dimension.dimParam = free.name
      }
      return dimension
    }
    return info
  }
}

extension Onnx_ModelProto {
  /// A model of one graph.
  package init(_ graph: ExportedGraph, name: String, opset: Int) {
    self.init()
    // The oldest version of the format that has these operators, for readers that know no newer one.
    let versions = [17: 8, 18: 8, 19: 9, 20: 9, 21: 10, 22: 10, 23: 11, 24: 12]
    irVersion = Int64(versions[opset] ?? 8)
    producerName = "Weft"
    var operators = Onnx_OperatorSetIdProto()
    operators.version = Int64(opset)
    opsetImport = [operators]
    self.graph = graph.proto
    self.graph.name = name
  }
}
