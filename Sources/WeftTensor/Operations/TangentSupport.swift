// What the forward rules of many operations share.

extension Operation {
  /// The tangents of an operation that is linear in all its inputs together, but for those at `kept` (indices, a mask):
  /// the operation itself on the tangents, zeros in place of those that are missing.
  func linearTangents(_ tangents: [Tensor?], _ inputs: [Tensor], keeping kept: Int? = nil) -> [Tensor?] {
    apply(self, inputs.indices.map { $0 == kept ? inputs[$0] : tangents[$0] ?? inputs[$0].zerosLike() })
  }

  /// The tangents of an operation that is linear in each of its inputs (a product): the sum, over the inputs with a
  /// tangent, of the operation with the tangent in the input's place.
  func multilinearTangents(_ tangents: [Tensor?], _ inputs: [Tensor]) -> [Tensor?] {
    var sum: [Tensor?] = []
    for (place, tangent) in tangents.enumerated() {
      guard let tangent else { continue }
      var operands = inputs
      operands[place] = tangent
      let part = apply(self, operands)
      sum = sum.isEmpty ? part : zip(sum, part).map { added($0, $1) }
    }
    return sum
  }

  /// The derivative along `tangents` of `composite`, which computes this operation in others.
  func compositeTangents(
    _ tangents: [Tensor?], _ inputs: [Tensor], _ composite: ([Tensor]) -> [Tensor]
  ) -> [Tensor?] {
    let moving = inputs.indices.filter { tangents[$0] != nil }
    do {
      return try jvp(at: moving.map { inputs[$0] }, along: moving.compactMap { tangents[$0] }) { values in
        composite(inputs.replacing(moving, with: values))
      }.tangents
    } catch {
      return [.failed(differentiationError(error))]
    }
  }

  /// The gradients of the inputs marked in `needs` from those of the results of `composite`, which computes this
  /// operation in others.
  func compositeGradients(
    _ gradients: [Tensor?], _ inputs: [Tensor], needs: [Bool], _ composite: ([Tensor]) -> [Tensor]
  ) -> [Tensor?] {
    let places = needs.indices.filter { needs[$0] }
    do {
      let (_, pullback) = vjp(at: places.map { inputs[$0] }) { leaves in
        zip(composite(inputs.replacing(places, with: leaves)), gradients).reduce(Tensor(0.0, dtype: .float64)) {
          sum, pair in pair.1.map { sum + (pair.0 * $0).sum() } ?? sum
        }
      }
      let found = try pullback(Tensor(1.0, dtype: .float64))
      return needs.indices.map { place in places.firstIndex(of: place).map { found[$0] } }
    } catch {
      return needs.map { _ in .failed(differentiationError(error)) }
    }
  }

  private func differentiationError(_ error: any Error) -> TensorError {
    error as? TensorError
      ?? TensorError(.unsupported, operation: Self.name, expected: "a derivative", got: "\(error)")
  }
}

extension [Tensor] {
  /// The same with `values` at `places`.
  fileprivate func replacing(_ places: [Int], with values: [Tensor]) -> [Tensor] {
    var result = self
    for (place, value) in zip(places, values) { result[place] = value }
    return result
  }
}

/// The sum of two tangents, of which nil is zero.
func added(_ a: Tensor?, _ b: Tensor?) -> Tensor? {
  guard let a, let b else { return a ?? b }
  return a + b
}
