import WeftNN
import WeftTensor

/// What a run of a model has at hand beside its graph.
struct RunContext {
  let file: String
  let isTraining: Bool
  let parameters: [Parameter]
  let buffers: [Buffer]
  /// The plan for all results of a graph.
  let plan: (Graph) -> RunPlan
}

/// One run of a graph: the values at its places.
struct GraphRun {
  private let graph: Graph
  private let plan: RunPlan
  private let context: RunContext
  private var values: [FlowingValue?]
  /// Whether somebody writes down what runs: then what is known beforehand runs unseen.
  private let isRecorded = Modes.current.recorder != nil

  init(_ graph: Graph, _ plan: RunPlan, _ context: RunContext) {
    (self.graph, self.plan, self.context) = (graph, plan, context)
    values = Array(repeating: nil, count: graph.placeCount)
    for (place, given) in graph.given {
      switch given {
      case .constant(let value): values[place] = FlowingValue(value: value, isKnown: true)
      case .parameter(let number):
        values[place] = FlowingValue(value: .tensor(context.parameters[number].tensor), isKnown: false)
      case .buffer(let number):
        values[place] = FlowingValue(value: .tensor(context.buffers[number].value), isKnown: false)
      }
    }
  }

  /// Puts a value at a place.
  mutating func set(_ place: Int, _ value: FlowingValue) { values[place] = value }

  /// Runs the nodes; then the wanted values are at their places.
  mutating func run() throws {
    for step in plan.nodes.indices {
      try run(graph.nodes[plan.nodes[step]], plan.wanted[step])
      for place in plan.releases[step] { values[place] = nil }
    }
  }

  func value(_ place: Int) -> FlowingValue? { values[place] }

  private mutating func run(_ node: GraphNode, _ wanted: [Bool]) throws {
    let inputs = node.inputs.map { place -> FlowingValue? in
      guard let place else { return nil }
      // An input of a function that its call leaves out has no value.
      return values[place]
    }
    let results: [FlowingValue]
    do {
      results = try self.results(of: node, inputs, wanted)
      try checkTensorErrors()
    } catch let error as ONNXError {
      throw error
    } catch {
      throw failure(node, inputs, error)
    }
    for (number, place) in node.outputs.enumerated() {
      guard let place, wanted[number] else { continue }
      guard results.indices.contains(number) else {
        throw failure(node, inputs, NodeFailure(expected: "\(number + 1) results", got: "\(results.count)"))
      }
      values[place] = results[number]
    }
  }

  private func results(
    of node: GraphNode, _ inputs: [FlowingValue?], _ wanted: [Bool]
  ) throws -> [FlowingValue] {
    switch node.body {
    case .function(let body): return try run(function: body, inputs)
    case .operator(let found):
      switch found.body {
      case .graphs(let body): return try body(call(node, inputs, wanted), inputs)
      case .values(let body):
        let isKnown = !found.isRandom && inputs.allSatisfy { $0?.isKnown ?? true }
        let call = call(node, inputs, wanted)
        let results = isKnown && isRecorded ? try Modes.with({ $0.recorder = nil }) { try body(call) } : try body(call)
        let known = isKnown || node.operatorName == "Shape" || node.operatorName == "Size"
        return results.map { FlowingValue(value: $0, isKnown: known) }
      }
    }
  }

  private func call(_ node: GraphNode, _ inputs: [FlowingValue?], _ wanted: [Bool]) -> NodeCall {
    let context = context
    return NodeCall(
      name: node.operatorName, version: node.version, attributes: node.attributes, inputs: inputs.map { $0?.value },
      known: inputs.map { $0?.isKnown ?? true }, wanted: wanted, isTraining: context.isTraining,
      subgraphs: node.subgraphs.isEmpty ? [:] : node.subgraphs.mapValues(subgraph), unsaid: node.unsaid,
      store: { input, value in
        guard let number = node.buffers[input] else { return }
        context.buffers[number].value = value
      })
  }

  private func subgraph(_ graph: Graph) -> Subgraph {
    let captured = graph.captures.map { ($0.inner, values[$0.outer]) }
    let (context, plan) = (context, context.plan(graph))
    return Subgraph(inputCount: graph.inputs.count, outputTypes: graph.outputs.map(\.type)) { inputs in
      guard inputs.count == graph.inputs.count else {
        throw NodeFailure(expected: "a graph of \(inputs.count) inputs inside", got: "one of \(graph.inputs.count)")
      }
      var run = GraphRun(graph, plan, context)
      for (place, value) in captured { if let value { run.set(place, value) } }
      for (input, value) in zip(graph.inputs, inputs) { run.set(input.place, value) }
      try run.run()
      return try run.outputs()
    }
  }

  private func run(function graph: Graph, _ inputs: [FlowingValue?]) throws -> [FlowingValue] {
    var run = GraphRun(graph, context.plan(graph), context)
    for (input, value) in zip(graph.inputs, inputs) { if let value { run.set(input.place, value) } }
    try run.run()
    return try run.outputs()
  }

  private func outputs() throws -> [FlowingValue] {
    try graph.outputs.map { output in
      guard let value = values[output.place] else {
        throw NodeFailure(expected: "a value \"\(output.name)\" of a graph inside", got: "none")
      }
      return value
    }
  }

  /// The error of a node, with what it was given.
  private func failure(_ node: GraphNode, _ inputs: [FlowingValue?], _ error: any Error) -> ONNXError {
    let given = inputs.map { $0.map { "\($0.value)" } ?? "nothing" }.joined(separator: ", ")
    return ONNXError(
      error.isOfMemory ? .outOfMemory : .node, file: context.file, [node.problem("\(error) (inputs: \(given))")])
  }
}
