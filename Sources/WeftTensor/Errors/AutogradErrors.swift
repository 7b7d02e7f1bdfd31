// The messages of failures in differentiation.

extension TensorError {
  /// A loss that reaches no parameter.
  static func nothingRecorded(_ output: Tensor, at location: SourceLocation) -> TensorError {
    let reason: String
    switch output.blockage?.reason {
    case .detached: reason = "it was made from a tensor that `detach()` cut off"
    case .recordingOff(let place): reason = "gradients were off, by the `noGrad` opened at \(place)"
    case .operation(let name): reason = "it passed through `\(name)`, which has no derivative"
    case nil: reason = "no tensor it was made from requires a gradient (every parameter is frozen, or none was used)"
    }
    return TensorError(
      .nothingRecorded, operation: "backward", operands: [("output", output.spec)],
      expected: "an output that was recorded from a tensor that requires a gradient", got: "none: \(reason)",
      hint: "called at \(location); setting `requiresGrad` on the output itself will not make anything learn")
  }

  /// A second pass through a graph that was let go.
  static func graphFreed(_ node: Node, by first: SourceLocation) -> TensorError {
    TensorError(
      .graphFreed, operation: "backward",
      expected: "a graph that still holds what it saved",
      got: "`\(node.name)`\(node.modulePath.isEmpty ? "" : " in \(node.modulePath)"), freed by the pass at \(first)",
      hint: "a value carried over from an earlier iteration (a hidden state, a running loss)? `detach()` it; "
        + "`retainGraph: true` is for two losses that share one forward pass")
  }

  /// Gradients that were asked for and do not exist.
  static func missingGradient(_ names: [String], reason: String) -> TensorError {
    TensorError(
      .missingGradient, operation: "gradient", expected: "a gradient for each source",
      got: "none for \(names.joined(separator: ", ")): \(reason)")
  }
}
