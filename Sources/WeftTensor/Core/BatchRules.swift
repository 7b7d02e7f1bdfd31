// The ways to run an operation over a batch, for its rule: see `Batch`.

extension Batch {
  /// `operation` on all inputs with the batch in front: for one that leaves the first axis alone.
  public func applying(_ operation: any TensorOperation) -> [Tensor] { apply(operation, all) }

  /// `operation` on inputs that broadcast: axes of size 1 behind the batch axis make examples of equal rank.
  public func broadcasting(_ operation: any TensorOperation) -> [Tensor] {
    let rank = zip(inputs, isBatched).map { $1 ? $0.rank - 1 : $0.rank }.max() ?? 0
    return apply(operation, inputs.indices.map { aligned($0, rank: rank) })
  }

  /// `operation`, whose first axis is a batch of its own in the inputs `places` and in every result: both batches are
  /// joined for it and parted again. The other inputs must be the same for every example, else it runs by `looping`.
  public func merging(_ operation: any TensorOperation, _ places: [Int]) -> [Tensor] {
    guard inputs.indices.allSatisfy({ places.contains($0) || !isBatched[$0] }), size > 0 else {
      return looping(operation)
    }
    let joined = inputs.indices.map { places.contains($0) ? whole($0).flattened(from: 0, through: 1) : inputs[$0] }
    return apply(operation, joined).map { result in
      result.reshaped(to: Shape([size, result.shape[0] / size] + result.shape.sizes.dropFirst()))
    }
  }

  /// `operation` on each example by itself: right for every operation, and as slow as a loop.
  public func looping(_ operation: any TensorOperation) -> [Tensor] {
    guard size > 0 else { return empty(operation) }
    let results = (0..<size).map { apply(operation, example($0)) }
    return results[0].indices.map { place in stacked(results.map { $0[place] }, axis: 0) }
  }

  /// The results for a batch without examples.
  private func empty(_ operation: any TensorOperation) -> [Tensor] {
    let specs = zip(inputs, isBatched).map { input, isBatched in
      isBatched ? TensorSpec(Shape(input.shape.sizes.dropFirst()), input.dtype) : input.spec
    }
    do {
      return try operation.outputs(for: specs).map { Tensor(zeros: Shape([0] + $0.shape.sizes), dtype: $0.dtype) }
    } catch {
      return [.failed(error)]
    }
  }
}

extension TensorError {
  /// `vmap` reached an operation that has no rule for batches.
  static func notBatched(_ operation: any TensorOperation) -> TensorError {
    let kind = type(of: operation)
    return TensorError(
      .unsupported, operation: kind.name, expected: "an operation with a rule for batches inside `vmap`",
      got: kind.whyNotBatched ?? "one without",
      hint: "loop over the examples, or give the operation a `batched` method")
  }
}
