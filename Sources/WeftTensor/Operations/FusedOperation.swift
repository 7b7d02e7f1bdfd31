/// An operation that one kernel computes and others could compute too: its derivatives, of any order, are those of the
/// others. A conforming type states its kernel and, beside it, what it is composed of.
protocol FusedOperation: TensorOperation {
  /// The results in tensor operations, all of which have derivatives.
  func composite(_ inputs: [Tensor]) -> [Tensor]
}

extension FusedOperation {
  func saves(needs: [Bool]) -> Saves { .inputs }

  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    compositeGradients(gradients, saved.inputSpecs.indices.map(saved.input), needs: needs, composite)
  }

  func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    compositeTangents(tangents, inputs, composite)
  }
}

extension TensorOperation {
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
