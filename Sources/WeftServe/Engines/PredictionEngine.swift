import WeftTensor

/// An input or a result of a model.
public struct TensorDescription: Sendable, Equatable {
  /// Its name.
  public let name: String
  /// The type of its elements.
  public let dtype: DType
  /// Its sizes; nil for one that may be any.
  public let sizes: [Int?]

  /// An input or a result.
  public init(_ name: String, _ dtype: DType, _ sizes: [Int?]) {
    (self.name, self.dtype, self.sizes) = (name, dtype, sizes)
  }

  /// Whether a tensor's sizes are among those.
  func admits(_ sizes: [Int]) -> Bool {
    sizes.count == self.sizes.count && zip(sizes, self.sizes).allSatisfy { $1 == nil || $0 == $1 }
  }
}

/// Computes tensors from tensors: a model of any kind.
public protocol PredictionEngine: Sendable {
  /// What kind of model it is, as in `weft_frozen`.
  var platform: String { get }
  /// Its inputs, in their order.
  var inputs: [TensorDescription] { get }
  /// Its results, in their order.
  var outputs: [TensorDescription] { get }

  /// The results for inputs that are as described, in the same orders; called from the compute thread alone.
  func predict(_ inputs: [Tensor]) throws -> [Tensor]
}
