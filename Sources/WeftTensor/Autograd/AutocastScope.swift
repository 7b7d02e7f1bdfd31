/// One `autocast`: its type, and what it has cast.
package final class AutocastScope: Sendable {
  let dtype: DType
  /// What leaves were cast to. The original is held, so that a write to it goes to memory of its own: what is here can
  /// never be out of date.
  private let casts = Guarded<[ObjectIdentifier: (original: Tensor, cast: Tensor)]>([:])

  init(_ dtype: DType) { self.dtype = dtype }

  /// Lets go of what was cast: parameters are about to change, and are to do so in place.
  func forget() {
    let dropped = casts.withLock { casts in
      defer { casts = [:] }
      return casts
    }
    _ = dropped  // freed outside the lock
  }

  /// The operands as an operation of this rule wants them.
  func operands(_ inputs: [Tensor], by rule: AutocastRule) -> [Tensor] {
    switch rule {
    case .asGiven: inputs
    case .float32: inputs.map { cast($0, to: .float32) }
    // A float64 operand would bring the others back to float64, rounded.
    case .lower: inputs.contains { $0.dtype == .float64 } ? inputs : inputs.map { cast($0, to: dtype) }
    }
  }

  private func cast(_ tensor: Tensor, to dtype: DType) -> Tensor {
    guard tensor.dtype.isFloatingPoint, tensor.dtype != dtype, tensor.dtype != .float64, !tensor.isWeakScalar else {
      return tensor
    }
    guard let source = tensor.source, source.node.isLeaf else { return tensor.recast(to: dtype) }
    let key = ObjectIdentifier(source.node)
    if let known = casts.withLock({ $0[key] }), known.cast.dtype == dtype, known.original.view === tensor.view {
      return known.cast
    }
    let cast = tensor.recast(to: dtype)
    casts.withLock { $0[key] = (tensor, cast) }
    return cast
  }
}

extension Tensor {
  /// The same values in another floating-point type, at the same place of the graph.
  fileprivate func recast(to dtype: DType) -> Tensor { with(source: nil).converted(to: dtype).with(source: source) }
}
