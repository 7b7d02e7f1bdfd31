// Forward mode: values that carry their derivative along a direction with them, operation by operation.

/// The value of `function` at `inputs` and its derivative along `tangents`: the Jacobian-vector product, Jv.
///
/// Each operation's forward rule gives its results' tangents from those of its inputs as it runs, so nothing is recorded or
/// kept, and the cost is that of two or three runs of the function. May be nested in itself and in the other transforms:
/// the derivative of a gradient along a direction is the Hessian times it (`hessianVectorProduct`).
/// - Throws: `TensorError` where a tangent does not fit its input; what `function` throws.
public func jvp(
  at inputs: [Tensor], along tangents: [Tensor], _ function: ([Tensor]) throws -> Tensor
) throws -> (value: Tensor, tangent: Tensor) {
  let (values, derivatives) = try jvp(at: inputs, along: tangents) { [try function($0)] }
  return (values[0], derivatives[0])
}

/// The same for a function with several results.
public func jvp(
  at inputs: [Tensor], along tangents: [Tensor], _ function: ([Tensor]) throws -> [Tensor]
) throws -> (values: [Tensor], tangents: [Tensor]) {
  try checkTangents(inputs, tangents)
  let scope = TransformScope(.forwardMode)
  let duals = zip(inputs, tangents).map { $0.transformed(scope, .dual(tangent: $1.converted(to: $0.dtype))) }
  let results = try scope.run { try function(duals) }
  return (
    results.map { $0.base(in: scope) },
    results.map { $0.tangent(in: scope) ?? $0.base(in: scope).zerosLike() }
  )
}

private func checkTangents(_ inputs: [Tensor], _ tangents: [Tensor]) throws(TensorError) {
  guard inputs.count == tangents.count, zip(inputs, tangents).allSatisfy({ $0.shape == $1.shape }) else {
    throw TensorError(
      .shape, operation: "jvp", expected: "one tangent per input, of its shape",
      got: "inputs \(inputs.map(\.shape)) and tangents \(tangents.map(\.shape))")
  }
  guard let whole = inputs.first(where: { !$0.dtype.isFloatingPoint }) else { return }
  throw TensorError(
    .dtype, operation: "jvp", operands: [("input", whole.spec)], expected: "floating-point inputs",
    got: "\(whole.dtype)",
    hint: "let the function capture what it is not differentiated by")
}

/// The product of the Hessian of a scalar function with a direction, and its gradient: forward mode over reverse mode.
///
/// ```swift
/// let (gradient, product) = try hessianVectorProduct(at: [w], along: [v]) { loss($0[0]) }
/// ```
/// Costs about as much as three gradients, whatever the number of parameters.
public func hessianVectorProduct(
  at inputs: [Tensor], along directions: [Tensor], _ function: ([Tensor]) throws -> Tensor
) throws -> (gradients: [Tensor], products: [Tensor]) {
  let (gradients, products) = try jvp(at: inputs, along: directions) { inputs -> [Tensor] in
    try valueAndGrad(at: inputs, function).gradients
  }
  return (gradients, products)
}

extension TransformScope {
  /// Runs an operation on the values, and its forward rule on the tangents.
  func applyWithTangents(_ operation: any TensorOperation, _ inputs: [Tensor]) -> [Tensor] {
    let values = inputs.map { $0.base(in: self) }
    let outputs = WeftTensor.apply(operation, values)
    let tangents = tangents(of: outputs, operation, values, inputs.map { $0.tangent(in: self) })
    return zip(outputs, tangents).map { output, tangent in
      output.transformed(self, .dual(tangent: tangent?.fitted(as: output)))
    }
  }

  private func tangents(
    of outputs: [Tensor], _ operation: any TensorOperation, _ inputs: [Tensor], _ tangents: [Tensor?]
  ) -> [Tensor?] {
    let none = outputs.map { _ -> Tensor? in nil }
    guard tangents.contains(where: { $0 != nil }), type(of: operation).whyNotDifferentiable == nil,
      outputs.contains(where: \.dtype.isFloatingPoint), !outputs.contains(where: \.isInvalid)
    else { return none }
    let found =
      operation.tangents(tangents, inputs, outputs) ?? transposedTangents(of: outputs, operation, inputs, tangents)
    return outputs.indices.map { outputs[$0].dtype.isFloatingPoint && $0 < found.count ? found[$0] : nil }
  }

  /// The tangents of an operation without a forward rule. Its gradient rule maps g to Jᵀg; the derivative of ⟨Jᵀg, t⟩ with
  /// respect to g is Jt.
  private func transposedTangents(
    of outputs: [Tensor], _ operation: any TensorOperation, _ inputs: [Tensor], _ tangents: [Tensor?]
  ) -> [Tensor?] {
    enableGrad {
      var leaves = inputs
      for index in inputs.indices where tangents[index] != nil { leaves[index] = inputs[index].recordedLeaf() }
      let pairs = zip(leaves, tangents).compactMap { leaf, tangent in tangent.map { (leaf, $0) } }
      return WeftTensor.apply(operation, leaves).map { result in
        do throws(TensorError) {
          return try Self.transposed(result, with: pairs, operation)
        } catch {
          report(error)
          return nil
        }
      }
    }
  }

  private static func transposed(
    _ result: Tensor, with inputs: [(leaf: Tensor, tangent: Tensor)], _ operation: any TensorOperation
  ) throws(TensorError) -> Tensor? {
    guard result.requiresGrad else { return nil }
    let probe = result.zerosLike().requiringGrad()
    let pulled = try gradientsAsRecorded(of: result, with: inputs.map(\.leaf), seed: probe)
    var sum: Tensor?
    for (gradient, input) in zip(pulled, inputs) {
      guard let gradient else { continue }
      let product = (gradient * input.tangent).sum()
      sum = sum.map { $0 + product } ?? product
    }
    guard let sum else { return nil }
    guard sum.requiresGrad else { throw .noForwardRule(operation) }
    return try grad(of: [sum], with: [probe], createGraph: true)[0]
  }
}

extension TensorError {
  /// Forward mode reached an operation without a forward rule, whose gradient rule cannot stand in for it.
  fileprivate static func noForwardRule(_ operation: any TensorOperation) -> TensorError {
    TensorError(
      .differentiation, operation: type(of: operation).name,
      expected: "a forward rule, or a gradient rule made of tensor operations on the gradient", got: "neither",
      hint: "give the operation a `tangents` method; a gradient that is always zero is nil")
  }
}

extension Tensor {
  /// The tangent that this tensor carries in a transform; nil where it is zero.
  func tangent(in scope: TransformScope) -> Tensor? {
    guard let transformed = view.transformed, transformed.scope === scope, case .dual(let tangent) = transformed.kind
    else { return nil }
    return tangent
  }

  /// A tangent in its value's shape and type: rules may leave broadcasting and conversion to the engine.
  fileprivate func fitted(as value: Tensor) -> Tensor {
    (shape == value.shape ? self : expanded(to: value.shape)).converted(to: value.dtype)
  }
}
