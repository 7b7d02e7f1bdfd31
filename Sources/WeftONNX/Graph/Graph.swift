import WeftTensor

/// A graph that is checked and ready to run: each value has a place, and each node knows the places it reads and fills.
final class Graph: Sendable {
  struct Input: Sendable {
    let name: String
    let place: Int
    let type: DeclaredType
    /// Whether an initializer stands for it where it is not given.
    let hasDefault: Bool
  }

  struct Output: Sendable {
    let name: String
    let place: Int
    let type: DeclaredType
  }

  /// What a place holds before anything runs.
  enum Given: Sendable {
    case constant(ONNXValue)
    /// One of the model's parameters, by its number.
    case parameter(Int)
    /// One of the model's buffers, by its number.
    case buffer(Int)
  }

  let name: String
  let inputs: [Input]
  let outputs: [Output]
  let nodes: [GraphNode]
  let given: [(place: Int, given: Given)]
  /// What is taken from the graph around this one.
  let captures: [(outer: Int, inner: Int)]
  let placeCount: Int
  /// The place of each value that has a name.
  let places: [String: Int]

  init(
    name: String, inputs: [Input], outputs: [Output], nodes: [GraphNode], given: [(place: Int, given: Given)],
    captures: [(outer: Int, inner: Int)], placeCount: Int, places: [String: Int]
  ) {
    (self.name, self.inputs, self.outputs, self.nodes, self.given) = (name, inputs, outputs, nodes, given)
    (self.captures, self.placeCount, self.places) = (captures, placeCount, places)
  }
}

/// A node of a graph.
struct GraphNode: Sendable {
  enum Body: Sendable {
    case `operator`(Operator)
    /// A function that the model defines, as a graph of its own.
    case function(Graph)
  }

  let name: String
  /// As messages call it, with its domain.
  let operatorName: String
  let version: Int
  let body: Body
  let attributes: Attributes
  /// The places it reads; nil where an optional input was left out.
  let inputs: [Int?]
  /// The places it fills; nil where a result is not wanted.
  let outputs: [Int?]
  let subgraphs: [String: Graph]
  /// The buffers at its inputs that training changes, by the input.
  let buffers: [Int: Int]
  /// Everything it reads, also for the graphs in it.
  let reads: [Int]
  /// The number of the type of its results, where tensors do not say it.
  var unsaid: Int?

  var problem: (String) -> ONNXError.Problem {
    { [name, operatorName, version] in
      ONNXError.Problem(node: name, operatorName: operatorName, opset: version, $0)
    }
  }
}
