// The forward rule of operations that are linear in all their inputs together.

extension TensorOperation {
  /// The tangents of an operation that is linear in all its inputs together, but for those at `kept` (indices, a mask):
  /// the operation itself on the tangents, zeros in place of those that are missing.
  func linearTangents(_ tangents: [Tensor?], _ inputs: [Tensor], keeping kept: Int? = nil) -> [Tensor?] {
    apply(self, inputs.indices.map { $0 == kept ? inputs[$0] : tangents[$0] ?? inputs[$0].zerosLike() })
  }
}

/// The sum of two tangents, of which nil is zero.
func added(_ a: Tensor?, _ b: Tensor?) -> Tensor? {
  guard let a, let b else { return a ?? b }
  return a + b
}
