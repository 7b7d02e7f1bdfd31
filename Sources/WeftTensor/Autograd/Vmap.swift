// `vmap`: a function of one example made to run over a batch of them, operation by operation.

/// Runs a function of one example over a batch, all examples at once: each operation inside is carried out for the whole
/// batch by its rule (`TensorOperation.batched`).
///
/// ```swift
/// let distances = try vmap(over: [a, b]) { ab in [(ab[0] - ab[1]).squared().sum()] }[0]
/// // the gradient of each example's loss by itself
/// let perSample = try vmap(over: [w, x, y], axes: [nil, 0, 0]) { wxy in
///   try valueAndGrad(at: [wxy[0]]) { w in loss(w[0], wxy[1], wxy[2]) }.gradients
/// }
/// ```
/// The function sees tensors without the batch axis. It may use tensors from outside, which are then the same for every
/// example, and take gradients inside. It cannot read values (`item()`), since there is one for each example. Random
/// operations draw once, the same numbers for every example (PyTorch's `randomness="same"`), as a loop would that begins
/// each example with the same stream.
///
/// Shape: an input has the batch along its axis in `axes`; a result along `outputAxis`.
/// - Parameters:
///   - axes: For each input the axis of the batch; nil for an input that is the same for every example. Left out, the first
///     axis of each.
///   - outputAxis: Where the results get the batch axis.
/// - Throws: `TensorError` where sizes differ or an operation has no rule for batches; what `function` throws.
public func vmap(
  over inputs: [Tensor], axes: [Int?]? = nil, outputAxis: Int = 0, _ function: ([Tensor]) throws -> [Tensor]
) throws -> [Tensor] {
  let axes = axes ?? inputs.map { _ in 0 }
  let size = try batchSize(of: inputs, along: axes)
  let scope = TransformScope(.vmap(size))
  let examples = zip(inputs, axes).map { input, axis in
    guard let axis else { return input }
    return input.movedAxis(axis, to: 0).transformed(scope, .batch(isBatched: true))
  }
  let results = try withTensorErrors { try scope.run { try function(examples) } }
  return try results.map { result in
    let whole = result.wholeBatch(in: scope, size: size)
    guard whole.shape.axis(outputAxis) != nil else {
      throw TensorError.axis(outputAxis, rank: whole.rank, operation: "vmap")
    }
    return whole.movedAxis(0, to: outputAxis)
  }
}

/// A function of one example as a function of a batch of them: `vmap(grad(of: f))(x)`.
public func vmap(
  axis: Int = 0, outputAxis: Int = 0, _ function: @escaping (Tensor) throws -> Tensor
) -> (Tensor) throws -> Tensor {
  { input in try vmap(over: [input], axes: [axis], outputAxis: outputAxis) { [try function($0[0])] }[0] }
}

/// The same for functions of several tensors, as `axes` of `vmap(over:axes:)` says.
public func vmap(
  axes: [Int?]? = nil, outputAxis: Int = 0, _ function: @escaping ([Tensor]) throws -> [Tensor]
) -> ([Tensor]) throws -> [Tensor] {
  { inputs in try vmap(over: inputs, axes: axes, outputAxis: outputAxis, function) }
}

private func batchSize(of inputs: [Tensor], along axes: [Int?]) throws(TensorError) -> Int {
  guard axes.count == inputs.count else {
    throw TensorError(
      .value, operation: "vmap", expected: "one batch axis, or nil, for each of \(inputs.count) inputs",
      got: "\(axes.count)")
  }
  var sizes: [Int] = []
  for (input, axis) in zip(inputs, axes) {
    guard let axis else { continue }
    guard let place = input.shape.axis(axis) else { throw .axis(axis, rank: input.rank, operation: "vmap") }
    sizes.append(input.shape[place])
  }
  guard let size = sizes.first, sizes.allSatisfy({ $0 == size }) else {
    throw TensorError(
      .shape, operation: "vmap", operands: inputs.enumerated().map { ("input \($0)", $1.spec) },
      expected: "batch axes of one size, and one at least",
      got: sizes.isEmpty ? "none" : "\(sizes)")
  }
  return size
}

extension TransformScope {
  /// Runs an operation's rule for batches on the tensors behind.
  func applyToBatch(_ operation: any TensorOperation, _ inputs: [Tensor], size: Int) -> [Tensor] {
    let isBatched = inputs.map { $0.isBatched(in: self) }
    let bases = inputs.map { $0.base(in: self) }
    guard isBatched.contains(true) else {
      return WeftTensor.apply(operation, bases).map { $0.transformed(self, .batch(isBatched: false)) }
    }
    do throws(TensorError) {
      let results = try operation.batched(Batch(bases, isBatched: isBatched, size: size))
      if let single = results.first(where: { $0.rank == 0 && !$0.isInvalid }) {
        throw TensorError.withoutBatch(operation, single)
      }
      return results.map { $0.counted(asScalar: false).transformed(self, .batch(isBatched: true)) }
    } catch {
      report(error)
      return invalidResults
    }
  }
}

extension TensorError {
  fileprivate static func withoutBatch(_ operation: any TensorOperation, _ result: Tensor) -> TensorError {
    TensorError(
      .shape, operation: type(of: operation).name,
      expected: "results of `batched(_:)` with the batch along a new axis in front", got: "\(result.spec)")
  }
}

extension Tensor {
  /// Whether what is behind this tensor in a `vmap` holds an example after the other.
  fileprivate func isBatched(in scope: TransformScope) -> Bool {
    guard let transformed = view.transformed, transformed.scope === scope, case .batch(let isBatched) = transformed.kind
    else { return false }
    return isBatched
  }

  /// All examples, along the first axis.
  fileprivate func wholeBatch(in scope: TransformScope, size: Int) -> Tensor {
    let base = base(in: scope)
    return isBatched(in: scope) ? base : base.unsqueezed(0).expanded(to: Shape([size] + base.shape.sizes))
  }
}
