import WeftTensor

/// a·b / (‖a‖‖b‖) along an axis, each norm at least `epsilon`: the cosine of the angle between two vectors.
///
/// Shape: two of one shape, or that broadcast; the result lacks the axis.
public final class CosineSimilarity: Module {
  public let axis: Int
  public let epsilon: Double

  public init(axis: Int = 1, epsilon: Double = 1e-8) { (self.axis, self.epsilon) = (axis, epsilon) }

  public func callAsFunction(_ a: Tensor, _ b: Tensor) -> Tensor {
    inPath { cosineSimilarity(a, b, axis: axis, epsilon: epsilon) }
  }
}
