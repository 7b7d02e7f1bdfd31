/// Which nodes of a graph are needed for some of its values, and when each value is used for the last time.
struct RunPlan: Sendable {
  /// The nodes, by their number in the graph.
  let nodes: [Int]
  /// For each of these, the places that hold nothing anybody needs after it.
  let releases: [[Int]]
  /// The inputs of the graph that are needed.
  let inputs: Set<Int>

  init(_ graph: Graph, for wanted: [Int]) {
    var needed = Set(wanted)
    var kept: [Int] = []
    for number in graph.nodes.indices.reversed() {
      let node = graph.nodes[number]
      guard node.outputs.contains(where: { $0.map(needed.contains) ?? false }) else { continue }
      kept.append(number)
      needed.formUnion(node.reads)
    }
    nodes = kept.reversed()
    inputs = Set(graph.inputs.map(\.place)).intersection(needed)
    var seen = Set(wanted)
    var releases: [[Int]] = []
    for number in kept {
      let node = graph.nodes[number]
      let last = Set(node.reads + node.outputs.compactMap { $0 }).filter { seen.insert($0).inserted }
      releases.append(Array(last))
    }
    self.releases = releases.reversed()
  }
}
