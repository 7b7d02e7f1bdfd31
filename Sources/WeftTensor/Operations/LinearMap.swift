/// An operation that is linear in its first operand: a view, a pad, a gather, a resampling. Whatever operands come
/// behind it (indices) say where, and have no gradient. Such maps come in pairs, of which each is the other's adjoint:
/// what one brings from p to q, the other brings from q to p and adds up there. A conforming type names its adjoint;
/// the gradient, what it reads, and the forward rule follow from that, to any order.
public protocol LinearMap: TensorOperation {
  /// The adjoint of the map from tensors like `x`: it gives results like `x`, and takes the operands behind it too.
  func adjoint(of x: TensorSpec) -> any TensorOperation
}

extension LinearMap {
  /// All operands but the first.
  public func saves(needs: [Bool]) -> Saves { needs.indices.dropFirst().reduce(into: []) { $0.insert(.input($1)) } }

  /// The adjoint of g.
  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let others = saved.inputSpecs.indices.dropFirst()
    let ofX = gradients[0].map { g in apply(adjoint(of: saved.inputSpecs[0]), [g] + others.map(saved.input))[0] }
    return [ofX] + others.map { _ in nil }
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    [tangents[0].map { apply(self, [$0] + inputs.dropFirst())[0] }]
  }
}
