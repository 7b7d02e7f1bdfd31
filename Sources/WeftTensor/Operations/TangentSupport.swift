// What the forward rules of many operations share.

extension TensorOperation {
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
  /// operation in others: with a graph of their own where gradients are being recorded, and without one elsewhere.
  func compositeGradients(
    _ gradients: [Tensor?], _ inputs: [Tensor], needs: [Bool], _ composite: ([Tensor]) -> [Tensor]
  ) -> [Tensor?] {
    let places = needs.indices.filter { needs[$0] }
    let isRecording = Modes.current.isRecording
    let leaves = places.map { inputs[$0].recordedLeaf() }
    let results = enableGrad { composite(inputs.replacing(places, with: leaves)) }
    let pairs = zip(results, gradients).compactMap { result, g in g.map { (result, $0) } }.filter { $0.0.requiresGrad }
    guard !pairs.isEmpty else { return zip(needs, inputs).map { $0 ? $1.zerosLike() : nil } }
    do throws(TensorError) {
      let found = try grad(of: pairs.map(\.0), with: leaves, seeds: pairs.map(\.1), createGraph: isRecording)
      return needs.indices.map { place in
        places.firstIndex(of: place).map { found[$0] ?? inputs[place].zerosLike() }
      }
    } catch {
      return needs.map { _ in .failed(error) }
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
