/// The inputs of an operation inside `vmap`, for the rule that runs it over the whole batch at once.
///
/// `inputs` that are batched hold one example after another along an axis in front of the operation's own; the others are
/// the same for every example. A rule gives results with the batch in front. Its ways, by family:
///
/// ```swift
/// batch.broadcasting(self)                          // elementwise: axes line up from the end
/// batch.applying(Flip(axes: axes.map(batch.shifted)))   // axes counted from the front move on by one
/// batch.merging(self, [0])                          // the first axis of input 0 is a batch of the operation's own
/// batch.looping(self)                               // example by example
/// ```
public struct Batch: Sendable {
  /// The operation's inputs, in its order; which of them are batched says `isBatched`.
  public let inputs: [Tensor]
  /// Whether each input has the batch along axis 0.
  public let isBatched: [Bool]
  /// The number of examples.
  public let size: Int

  /// - Parameter inputs: Where `isBatched`, with the examples along axis 0.
  public init(_ inputs: [Tensor], isBatched: [Bool], size: Int) {
    // An example without axes keeps its rank in promotion (`Note: Promotion`).
    self.inputs = zip(inputs, isBatched).map { $1 && $0.rank == 1 ? $0.counted(asScalar: true) : $0 }
    self.isBatched = isBatched
    self.size = size
  }

  /// An axis of an example as an axis of the batch.
  public func shifted(_ axis: Int) -> Int { axis < 0 ? axis : axis + 1 }

  /// Input `index` with the batch in front, repeated (in a view) where it is the same for every example.
  public func whole(_ index: Int) -> Tensor {
    if isBatched[index] { return inputs[index] }
    return counted(inputs[index].unsqueezed(0).expanded(to: Shape([size] + inputs[index].shape.sizes)), as: index)
  }

  /// `tensor`, made of input `index`, with the rank in promotion that the input has in an example.
  private func counted(_ tensor: Tensor, as index: Int) -> Tensor {
    let input = inputs[index]
    if input.isWeakScalar { return tensor.asWeakScalar }
    return input.view.countsAsScalar || input.rank == 0 ? tensor.counted(asScalar: true) : tensor
  }

  /// All inputs with the batch in front.
  public var all: [Tensor] { inputs.indices.map(whole) }

  /// The inputs of one example.
  public func example(_ index: Int) -> [Tensor] {
    zip(inputs, isBatched).map { $1 ? $0[index] : $0 }
  }

  /// `operation` on all inputs with the batch in front: for one that leaves the first axis alone.
  public func applying(_ operation: any TensorOperation) -> [Tensor] { apply(operation, all) }

  /// `operation` on inputs that broadcast: axes of size 1 behind the batch axis make examples of equal rank.
  public func broadcasting(_ operation: any TensorOperation) -> [Tensor] {
    let rank = zip(inputs, isBatched).map { $1 ? $0.rank - 1 : $0.rank }.max() ?? 0
    return apply(operation, inputs.indices.map { aligned($0, rank: rank) })
  }

  /// Input `index` such that it lines up, from the last axis, with a batch of examples of `rank` axes.
  func aligned(_ index: Int, rank: Int) -> Tensor {
    let input = inputs[index]
    guard isBatched[index], input.rank <= rank else { return input }
    let ones = Array(repeating: 1, count: rank + 1 - input.rank)
    return counted(input.reshaped(to: Shape([size] + ones + input.shape.sizes.dropFirst())), as: index)
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
