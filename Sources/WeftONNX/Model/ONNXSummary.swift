import WeftTensor

/// What an ONNX file says about itself: for a look at it.
public struct ONNXSummary: Sendable {
  /// An input or a result.
  public struct Value: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// Its type and shape, as in `float32 [batch, 3, 224, 224]`.
    public let type: String
    /// Whether the model has a value for it where it is not given.
    public let isOptional: Bool
    /// The type of its elements, that of bytes for narrower ones, and float32 for floats of 8 bits; nil for what is no
    /// tensor, or is of no type that Weft has.
    public let dtype: DType?
    /// Its sizes, nil for those that may be any; nil where not even the number of axes is stated.
    public let sizes: [Int?]?

    init(_ name: String, _ type: DeclaredType, isOptional: Bool) {
      (self.name, self.type, self.isOptional) = (name, "\(type)", isOptional)
      guard case .tensor(let element, let declared) = type else {
        (dtype, sizes) = (nil, nil)
        return
      }
      dtype = ElementType.held(element)
      sizes = declared?.map { size in if case .number(let number) = size, number > 0 { number } else { nil } }
    }
  }

  /// The graph's name.
  public let graph: String
  /// The program that wrote the file.
  public let producer: String
  /// The version of the file format.
  public let irVersion: Int
  /// The version of each operator set, by domain (empty for ONNX's own).
  public let operatorSets: [String: Int]
  /// What the author says of it.
  public let documentation: String
  /// The inputs.
  public let inputs: [Value]
  /// The results.
  public let outputs: [Value]
  /// How often each operator is used, also in graphs and functions inside.
  public let operators: [String: Int]
  /// How many numbers it has learned.
  public let parameterCount: Int
  /// How many functions it defines.
  public let functionCount: Int
  /// What stands beside the graph, in the order of the file.
  public let metadata: [(key: String, value: String)]

  init(_ loaded: LoadedModel) {
    (graph, producer, irVersion) = (loaded.graph.name, loaded.producer, loaded.irVersion)
    (operatorSets, documentation, metadata) = (loaded.versions, loaded.description, loaded.metadata)
    functionCount = loaded.functionCount
    inputs = loaded.graph.inputs.map { Value($0.name, $0.type, isOptional: $0.hasDefault) }
    outputs = loaded.graph.outputs.map { Value($0.name, $0.type, isOptional: false) }
    parameterCount = loaded.initializers.parameters.reduce(0) { $0 + $1.tensor.elementCount }
    var counts: [String: Int] = [:]
    Self.count(loaded.graph, &counts)
    operators = counts
  }

  private static func count(_ graph: Graph, _ counts: inout [String: Int]) {
    for node in graph.nodes {
      counts[node.operatorName, default: 0] += 1
      for inner in node.subgraphs.values { count(inner, &counts) }
      if case .function(let body) = node.body { count(body, &counts) }
    }
  }
}
