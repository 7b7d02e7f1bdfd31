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
