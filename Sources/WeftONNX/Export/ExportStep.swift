import WeftTensor

/// One operation on its way into the graph.
struct ExportStep {
  let graph: GraphWriter
  /// The operation in each recording; its numbers may differ.
  let operations: [any TensorOperation]
  /// What it reads.
  let inputs: [GraphValue]
  /// The same as the operation's rules see it, in the first recording.
  let inputSpecs: [TensorSpec]
  /// Its results in the first recording.
  let outputs: [TensorSpec]
  /// The shapes of each result in each recording.
  let outputShapes: [[[Int]]]

  var opset: Int { graph.opset }

  /// An input as its operation computes with it.
  func input(_ place: Int, as dtype: DType) -> GraphValue { graph.cast(inputs[place], to: dtype) }

  /// An input in the type of the first result.
  func input(_ place: Int) -> GraphValue { input(place, as: outputs[0].dtype) }

  /// Results in the types and shapes that they have to have. An absent one is nothing that ONNX gives.
  func finished(_ values: [GraphValue?]) throws -> [GraphValue?] {
    try values.enumerated().map { place, value in
      guard let value, outputs.indices.contains(place) else { return nil }
      return try graph.expand(graph.cast(value, to: outputs[place].dtype), to: outputShapes[place], near: inputs)
    }
  }

  /// The attributes by name, for operations whose type is not seen here.
  func attributes() throws -> [[String: AttributeTree]] {
    try operations.map { operation in
      guard case .members(let members) = try AttributeTree(operation) else { return [:] }
      return members
    }
  }
}

/// How one kind of operation is written.
typealias ExportRule = @Sendable (ExportStep) throws -> [GraphValue?]

/// The rules by the operations' names.
enum ExportRules {
  static let byName: [String: ExportRule] = {
    let groups: [[(String, ExportRule)]] = [
      activations, elementwise, shapes, slices, reductions, indexing, products, convolutions, pools, normalizations,
      sequences, spatial,
    ]
    return Dictionary(groups.flatMap { $0 }, uniquingKeysWith: { first, _ in first })
  }()

  /// A rule for operations of a type.
  static func rule<Operation: TensorOperation>(
    _ type: Operation.Type, _ body: @escaping @Sendable (Operation, ExportStep) throws -> [GraphValue?]
  ) -> (String, ExportRule) {
    (
      Operation.name,
      { step in
        guard let operation = step.operations[0] as? Operation else {
          throw ExportObstacle("an operation of another type")
        }
        return try body(operation, step)
      }
    )
  }

  /// Writes an operation: by its own rule, else by its formula.
  static func write(_ step: ExportStep) throws -> [GraphValue?] {
    let operation = step.operations[0]
    if let rule = byName[type(of: operation).name] { return try step.finished(rule(step)) }
    if let operation = operation as? any ElementwiseOperation {
      return try step.finished(FormulaWriter.write(step, type(of: operation).formula, operation.parameters, axis: nil))
    }
    if let operation = operation as? any RowOperation {
      return try step.finished(
        FormulaWriter.write(step, type(of: operation).formula, operation.parameters, axis: operation.axis))
    }
    throw ExportObstacle("ONNX has no such operator, and it is no formula of those that it has")
  }
}
