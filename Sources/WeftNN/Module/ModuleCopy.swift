import WeftTensor

extension Module {
  /// Takes over everything that `model`, one of the same structure, has learned and was set to: values and types of
  /// parameters and buffers, which parameters are frozen, and which modules are in training. The two share nothing.
  ///
  /// ```swift
  /// let target = try QNetwork().copyState(from: online)   // a copy
  /// try target.copyState(from: online)                    // the same again, later
  /// ```
  /// Swift cannot make another instance of a class by itself: what is to be a copy is made as the original was. Hooks and
  /// gradients are not taken over.
  /// - Throws: `TensorError` if names, ties or shapes of the two differ; then nothing is changed.
  @discardableResult
  public func copyState(from model: Module) throws(TensorError) -> Self {
    if let error = difference(from: model) { throw error }
    for (own, other) in zip(parameters(), model.parameters()) {
      own.convert(to: other.value.dtype)
      own.value = other.value
      own.requiresGrad = other.requiresGrad
    }
    for (own, other) in zip(buffers(), model.buffers()) {
      own.convert(to: other.value.dtype)
      own.value = other.value
    }
    for (own, other) in zip(namedModules(), model.namedModules()) { own.module.setTraining(other.module.isTraining) }
    return self
  }

  private func difference(from model: Module) -> TensorError? {
    let (own, other) = (shapes, model.shapes)
    func error(_ expected: String, _ got: String) -> TensorError {
      TensorError(.shape, operation: "\(type(of: self)).copyState", expected: expected, got: got)
    }
    for (mine, theirs) in zip(own, other) where mine != theirs {
      return error("a model with \(mine.name) \(mine.shape)", "\(theirs.name) \(theirs.shape)")
    }
    if own.count != other.count {
      return error("a model with \(own.count) parameters and buffers", "\(other.count)")
    }
    let (parts, others) = (namedModules(), model.namedModules())
    if parts.map(\.name) != others.map(\.name) { return error("a model of the same modules", "others") }
    // The models themselves may be of different classes around the same parts.
    for (part, other) in zip(parts, others).dropFirst() where type(of: part.module) != type(of: other.module) {
      return error("a model with a \(type(of: part.module)) in \(part.name)", "a \(type(of: other.module))")
    }
    return aliases() == model.aliases() ? nil : error("a model with the same tied weights", "others")
  }

  private struct NamedShape: Equatable {
    let name: String
    let shape: Shape
  }

  /// Of all parameters, then of all buffers.
  private var shapes: [NamedShape] {
    namedParameters().map { NamedShape(name: $0.name, shape: $0.parameter.shape) }
      + namedBuffers().map { NamedShape(name: $0.name, shape: $0.buffer.value.shape) }
  }
}
