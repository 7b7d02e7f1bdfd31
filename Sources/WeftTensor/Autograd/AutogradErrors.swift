// The messages of failures in differentiation.

extension TensorError {
  /// A loss that reaches no parameter.
  static func nothingRecorded(_ output: Tensor, at location: CallSite) -> TensorError {
    let reason =
      output.blockage?.description ?? """
        no tensor it was made from requires a gradient (every parameter is frozen, none was used, or its numbers were \
        read out and made into a new tensor)
        """
    return TensorError(
      .nothingRecorded, operation: "backward", operands: [("output", output.spec)],
      expected: "an output that was recorded from a tensor that requires a gradient", got: "none: \(reason)",
      hint: "setting `requiresGrad` on the output itself will not make anything learn"
    ).at(location)
  }

  /// A tensor that no gradient will ever reach, where one is asked for.
  static func noGradient(of tensor: Tensor, operation: String) -> TensorError {
    TensorError(
      .nothingRecorded, operation: operation, operands: [("tensor", tensor.spec)],
      expected: "a tensor that requires a gradient",
      got: tensor.blockage.map { "one that requires none: \($0.description)" } ?? "one that requires none",
      hint: "`requiringGrad()` makes a leaf; a frozen parameter learns again with `requiresGrad = true`")
  }

  /// A gradient rule that gives what does not belong to its inputs.
  static func wrongGradients(of node: Node, expected: String, _ got: String) -> TensorError {
    TensorError(.shape, operation: node.name, expected: "a gradient rule that gives \(expected)", got: got)
      .inModule(node.modulePath)
  }

  /// A second pass through a graph that was let go.
  static func graphFreed(_ node: Node, _ freed: Node.Freed, cause: GraphReuse, at location: CallSite) -> TensorError {
    TensorError(
      .graphFreed, operation: "backward", expected: "a graph that still holds what it saved",
      got: "\(node.placeInModel), freed by the pass at \(freed.location)", hint: cause.hint
    ).at(location)
  }

  /// Gradients that were asked for and do not exist.
  ///
  /// - Parameters:
  ///   - sources: Each source without a gradient, and why.
  ///   - blockages: Where the targets' graph was cut off.
  static func missingGradient(
    _ sources: [(name: String, spec: TensorSpec, reason: String)], of count: Int, blockages: [Blockage],
    at location: CallSite
  ) -> TensorError {
    let lines = sources.map { "\n  \($0.name) (\($0.spec)): \($0.reason)" }.joined()
    let cuts = Set(blockages.map(\.description)).sorted().joined(separator: "; ")
    return TensorError(
      .missingGradient, operation: "gradient", expected: "a gradient for each source",
      got: "none for \(sources.count) of \(count)\(lines)",
      hint: cuts.isEmpty ? "" : "the target also reads a value of which \(cuts)"
    ).at(location)
  }
}

/// How a program comes to go backward through a graph twice.
enum GraphReuse {
  /// From the same output.
  case sameOutput
  /// Through a result from before the first pass, read by an operation after it.
  case carriedOver(Node, into: Node)
  /// From two outputs that share a part.
  case sharedPart

  var hint: String {
    switch self {
    case .sameOutput: "this output went backward before: do it once, or the first time with `retainGraph: true`"
    case .carriedOver(let producer, let consumer):
      "a result of \(producer.placeInModel) (\(producer.outputSpecs[0])) was carried over from before that pass into "
        + "\(consumer.placeInModel): `detach()` it in between"
    case .sharedPart:
      "two losses share a part of the graph: add them and go backward once, or the first time with `retainGraph: true`"
    }
  }
}

extension Node {
  /// The operation and its module, as in "`matmul` in encoder.0".
  var placeInModel: String { "`\(name)`" + (modulePath.isEmpty ? "" : " in \(modulePath)") }
}

extension TensorError {
  /// A value that is not finite, where it arose.
  static func notFinite(
    _ operation: String, _ pass: String, _ values: [Tensor], inputs: [Tensor]
  ) -> TensorError {
    let bad = values.enumerated().filter { !$1.isAllFinite }
      .map { "\(pass == "forward" ? "result" : "gradient of input") \($0) (\($1.spec)): \($1.rangeDescription)" }
    let ranges = inputs.enumerated().map { "\n  input \($0) (\($1.spec)): \($1.rangeDescription)" }.joined()
    return TensorError(
      .notFinite, operation: operation, expected: "finite values in the \(pass) pass",
      got: bad.joined(separator: ", ") + ranges)
  }
}
