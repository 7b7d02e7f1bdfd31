import WeftTensor

/// a·b / (‖a‖‖b‖) along an axis, each norm at least `epsilon`: the cosine of the angle between two vectors.
///
/// Shape: two of one shape, or that broadcast; the result lacks the axis.
public final class CosineSimilarity: Module {
  /// The axis along which vectors lie.
  public let axis: Int
  /// The least norm that is divided by.
  public let epsilon: Double

  /// - Parameter epsilon: The least norm that is divided by.
  public init(axis: Int = 1, epsilon: Double = 1e-8) { (self.axis, self.epsilon) = (axis, epsilon) }

  /// The cosine for each pair of vectors.
  ///
  /// Shape: a and b broadcast; the result lacks the axis.
  public func callAsFunction(_ a: Tensor, _ b: Tensor) -> Tensor {
    inPath { cosineSimilarity(a, b, axis: axis, epsilon: epsilon) }
  }
}
