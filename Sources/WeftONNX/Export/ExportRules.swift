import WeftTensor

/// How one kind of operation is written.
typealias ExportRule = @Sendable (ExportStep) throws -> [GraphValue?]

/// The rules by the operations' names.
enum ExportRules {
  static let byName: [String: ExportRule] = {
    let groups: [[(String, ExportRule)]] = [
      activations, elementwise, shapes, slices, reductions, indexing, bags, products, convolutions, pools,
      normalizations, sequences, spatial,
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
    try step.requireFixedAttributes()
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
