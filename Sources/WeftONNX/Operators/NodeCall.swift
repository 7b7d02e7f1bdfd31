import WeftTensor

/// A graph inside a node: what `If`, `Loop` and `Scan` run, with what the graph around it has computed at hand.
struct Subgraph {
  let inputCount: Int
  /// What the graph says of its results.
  let outputTypes: [DeclaredType]
  let run: ([FlowingValue]) throws -> [FlowingValue]

  var outputCount: Int { outputTypes.count }
}

/// One run of a node: what its operator is given.
struct NodeCall {
  /// The operator, as messages call it.
  let name: String
  /// The version of the operator set that the model was written for.
  let version: Int
  let attributes: Attributes
  /// Nil where an optional input was left out.
  let inputs: [ONNXValue?]
  /// Whether each input follows from constants alone: then its numbers may be read while the model is recorded.
  let known: [Bool]
  /// Which results are used, as many as the node names.
  let wanted: [Bool]
  /// Whether the model is in training.
  let isTraining: Bool
  let subgraphs: [String: Subgraph]
  /// The number of the type of the results, where a tensor beside the node has it without saying so.
  var unsaid: Int?
  /// Gives the buffer that stands at an input a new value.
  let store: (_ input: Int, _ value: Tensor) -> Void

  var narrow: NarrowType? { unsaid.flatMap(NarrowType.init) }
  var floats: ByteFloat? { unsaid.flatMap(ByteFloat.init) }

  /// The same node with other inputs.
  func with(_ inputs: [ONNXValue?]) -> NodeCall {
    NodeCall(
      name: name, version: version, attributes: attributes, inputs: inputs, known: inputs.map { _ in false },
      wanted: wanted, isTraining: isTraining, subgraphs: subgraphs, unsaid: unsaid, store: store)
  }

  func wants(_ output: Int) -> Bool { wanted.indices.contains(output) && wanted[output] }

  /// Whether there is an input at a place.
  func has(_ place: Int) -> Bool { inputs.indices.contains(place) && inputs[place] != nil }

  func value(_ place: Int) throws -> ONNXValue {
    guard inputs.indices.contains(place), let value = inputs[place] else {
      throw NodeFailure(expected: "an input at place \(place)", got: "\(inputs.count) inputs")
    }
    return value
  }

  /// A tensor that must be there.
  func tensor(_ place: Int) throws -> Tensor {
    let value = try value(place)
    guard case .tensor(let tensor) = value else {
      throw NodeFailure(expected: "a tensor as input \(place)", got: "\(value)")
    }
    return tensor
  }

  /// A tensor that may be left out.
  func tensorIfAny(_ place: Int) throws -> Tensor? { has(place) ? try tensor(place) : nil }

  /// Every input as a tensor.
  func tensors() throws -> [Tensor] { try inputs.indices.map { try tensor($0) } }

  func sequence(_ place: Int) throws -> [ONNXValue] {
    let value = try value(place)
    guard case .sequence(let values) = value else {
      throw NodeFailure(expected: "a sequence as input \(place)", got: "\(value)")
    }
    return values
  }
}

// Numbers that an input holds and the shape of the result depends on.
extension NodeCall {
  /// The integers in a tensor; nil where it was left out.
  func integers(_ place: Int) throws -> [Int]? {
    guard let tensor = try tensorIfAny(place) else { return nil }
    guard tensor.dtype.isInteger || tensor.dtype == .bool else {
      throw NodeFailure(expected: "integers as input \(place)", got: "\(tensor.spec)")
    }
    return tensor.scalars(as: Int.self)
  }

  /// The only integer in a tensor; nil where it was left out.
  func integer(_ place: Int) throws -> Int? {
    guard let values = try integers(place) else { return nil }
    guard values.count == 1 else {
      throw NodeFailure(expected: "one integer as input \(place)", got: "\(values.count)")
    }
    return values[0]
  }

  /// The only number in a tensor; nil where it was left out.
  func number(_ place: Int) throws -> Double? {
    guard let tensor = try tensorIfAny(place) else { return nil }
    guard tensor.elementCount == 1 else {
      throw NodeFailure(expected: "one number as input \(place)", got: "\(tensor.spec)")
    }
    return tensor.item(as: Double.self)
  }

  /// Integers that stood in an attribute in earlier versions and are an input in later ones.
  func integers(input place: Int, attribute name: String) throws -> [Int]? {
    try attributes.ints(name) ?? integers(place)
  }

  /// An axis from the front.
  func axis(_ axis: Int, rank: Int) throws -> Int {
    let resolved = axis < 0 ? axis + rank : axis
    guard (0..<max(rank, 1)).contains(resolved) else {
      throw NodeFailure(expected: "an axis in \(-rank) ..< \(rank)", got: "\(axis)")
    }
    return resolved
  }

  /// The size of an axis that is walked step by step. Tensors without elements cost nothing, however long their axes
  /// are, and the steps would.
  func steps(of x: Tensor, axis: Int) throws -> Int {
    guard x.shape.sizes.indices.contains(axis), x.shape[axis] <= 1 << 26 else {
      throw NodeFailure(expected: "at most \(1 << 26) steps along axis \(axis)", got: "\(x.spec)")
    }
    return x.shape[axis]
  }

  /// Axes from the front, each once.
  func axes(_ axes: [Int], rank: Int) throws -> [Int] {
    guard rank > 0 || axes.isEmpty else { throw NodeFailure(expected: "no axes of a scalar", got: "\(axes)") }
    let resolved = try axes.map { try axis($0, rank: rank) }
    guard Set(resolved).count == resolved.count else {
      throw NodeFailure(expected: "each axis once", got: "axes \(axes)")
    }
    return resolved
  }
}
