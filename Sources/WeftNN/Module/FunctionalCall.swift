import WeftTensor

/// Runs `body` with other values for parameters and buffers of `model`, as a function of them: the model's own are
/// not touched. With `vmap` and `valueAndGrad`, gradients for each example; with `jvp`, derivatives along a direction in the
/// space of weights. PyTorch's `torch.func.functional_call`.
///
/// ```swift
/// let names = model.namedParameters().map(\.name)
/// let weights = model.namedParameters().map(\.parameter.value)
/// let perSample = try vmap(over: weights + [x, y], axes: weights.map { _ in nil } + [0, 0]) { all in
///   let (x, y) = (all[all.count - 2].unsqueezed(0), all[all.count - 1].unsqueezed(0))
///   return try valueAndGrad(at: Array(all.dropLast(2))) { weights in
///     try functionalCall(model, Dictionary(uniqueKeysWithValues: zip(names, weights))) {
///       crossEntropy(model(x), classIndices: y)
///     }
///   }.gradients
/// }
/// ```
/// Buffers that are given are not written (running statistics stay as they are). Those that are not given are, as always: a
/// batch normalization in training still counts and averages.
///
/// - Parameter values: By the names that parameters and buffers have in files, a tied weight by any of its names; what is
///   left out keeps its own value.
/// - Throws: `TensorError` for a name that the model does not have, for a value of another shape, and for one of another
///   floating-point type (integers and bool are converted); what `body` throws.
public func functionalCall<Result>(
  _ model: Module, _ values: [String: Tensor], _ body: () throws -> Result
) throws -> Result {
  var substitutes = Modes.current.substitutes ?? [:]
  for (object, value) in try model.holders(of: values) { substitutes[object] = value }
  return try Modes.with({ $0.substitutes = substitutes }, body)
}

/// The model's result for `input` with other values for its parameters and buffers.
public func functionalCall(_ model: Module, _ values: [String: Tensor], _ input: Tensor) throws -> Tensor {
  try functionalCall(model, values) { model(input) }
}

/// The parameters and buffers of models of one kind, each stacked along a new first axis, by name: an ensemble's state, for
/// `vmap` over `functionalCall`. PyTorch's `torch.func.stack_module_state`.
/// - Throws: `TensorError` for models whose names or shapes differ, and for none.
public func stackedState(of models: [Module]) throws -> [String: Tensor] {
  let states = models.map { model in
    model.namedParameters().map { ($0.name, $0.parameter.value) }
      + model.namedBuffers().map { ($0.name, $0.buffer.value) }
  }
  guard let first = states.first, states.allSatisfy({ $0.map(\.0) == first.map(\.0) }) else {
    throw TensorError(
      .value, operation: "stackedState", expected: "at least one model, and all with the same parameters and buffers",
      got: models.isEmpty ? "none" : "models whose parameters have other names")
  }
  return try withTensorErrors {
    Dictionary(
      uniqueKeysWithValues: first.indices.map { place in (first[place].0, stacked(states.map { $0[place].1 })) })
  }
}

extension Module {
  /// The parameters and buffers that `values` names.
  fileprivate func holders(of values: [String: Tensor]) throws(TensorError) -> [(ObjectIdentifier, Tensor)] {
    var known: [String: (object: ObjectIdentifier, spec: TensorSpec)] = [:]
    for (name, parameter) in namedParameters() { known[name] = (ObjectIdentifier(parameter), parameter.spec) }
    for (name, buffer) in namedBuffers() { known[name] = (ObjectIdentifier(buffer), buffer.value.spec) }
    let aliases = values.keys.allSatisfy { known[$0] != nil } ? [:] : aliases()
    var found: [(ObjectIdentifier, Tensor)] = []
    for (name, value) in values {
      guard let holder = known[name] ?? aliases[name].flatMap({ known[$0] }) else {
        throw TensorError(
          .value, operation: "functionalCall", expected: "names of parameters and buffers of \(type(of: self))",
          got: "'\(name)'", hint: "there are \(known.keys.sorted().joined(separator: ", "))")
      }
      found.append((holder.object, try fitted(value, to: holder.spec, name)))
    }
    if Set(found.map(\.0)).count < found.count { throw TensorError.tiedTwice(aliases, values) }
    return found
  }

  /// A value as what stands in for a parameter or buffer of this kind.
  private func fitted(_ value: Tensor, to spec: TensorSpec, _ name: String) throws(TensorError) -> Tensor {
    guard value.shape == spec.shape else {
      throw TensorError(
        .shape, operation: "functionalCall", operands: [(name, value.spec)], expected: "shape \(spec.shape)",
        got: "\(value.shape)")
    }
    if value.dtype == spec.dtype { return value }
    guard value.isWeakScalar || (spec.dtype.isFloatingPoint && !value.dtype.isFloatingPoint) else {
      throw TensorError(
        .dtype, operation: "functionalCall", operands: [(name, value.spec)], expected: "type \(spec.dtype)",
        got: "\(value.dtype)", hint: "`value.converted(to: .\(spec.dtype))`, or `model.convert(to:)`")
    }
    return value.converted(to: spec.dtype)
  }
}

extension TensorError {
  fileprivate static func tiedTwice(_ aliases: [String: String], _ values: [String: Tensor]) -> TensorError {
    let tied = Dictionary(grouping: values.keys) { aliases[$0] ?? $0 }.values.filter { $0.count > 1 }
    // Each under its first name first.
    let names = tied.map { names in
      names.sorted { (aliases[$0] == nil ? 0 : 1, $0) < (aliases[$1] == nil ? 0 : 1, $1) }
        .map { "'\($0)'" }.joined(separator: " and ")
    }.sorted()
    return TensorError(
      .value, operation: "functionalCall", expected: "one value for a tied weight",
      got: names.joined(separator: ", "))
  }
}
