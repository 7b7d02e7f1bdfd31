/// Which nodes of a graph are needed for some of its values, and when each value is used for the last time.
struct RunPlan: Sendable {
  /// The nodes, by their number in the graph.
  let nodes: [Int]
  /// Which results of each of these are needed.
  let wanted: [[Bool]]
  /// For each of these, the places that hold nothing anybody needs after it.
  let releases: [[Int]]
  /// The inputs of the graph that are needed.
  let inputs: Set<Int>

  init(_ graph: Graph, for wanted: [Int]) {
    var needed = Set(wanted)
    var kept: [Int] = []
    var results: [[Bool]] = []
    for number in graph.nodes.indices.reversed() {
      let node = graph.nodes[number]
      let isNeeded = node.outputs.map { $0.map(needed.contains) ?? false }
      guard isNeeded.contains(true) else { continue }
      kept.append(number)
      results.append(isNeeded)
      needed.formUnion(node.reads)
    }
    nodes = kept.reversed()
    self.wanted = results.reversed()
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
