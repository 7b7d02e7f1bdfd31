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

  /// Input `index` such that it lines up, from the last axis, with a batch of examples of `rank` axes.
  func aligned(_ index: Int, rank: Int) -> Tensor {
    let input = inputs[index]
    guard isBatched[index], input.rank <= rank else { return input }
    let ones = Array(repeating: 1, count: rank + 1 - input.rank)
    return counted(input.reshaped(to: Shape([size] + ones + input.shape.sizes.dropFirst())), as: index)
  }
}
