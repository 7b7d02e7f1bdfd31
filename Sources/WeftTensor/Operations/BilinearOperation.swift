/// An operation that is linear in each of its first two operands: a product, a convolution, and what their gradients
/// are made of. An operand of numbers behind them is a bias, added to the result; any other (a mask) says where. What a
/// gradient reads and the forward rule follow from that: the gradient of one operand reads the other, and the tangent
/// is ȧ·b + a·ḃ and what the bias adds.
public protocol BilinearOperation: TensorOperation {
  /// What a bias, or its tangent, adds to a result of `rank` axes.
  func placed(bias: Tensor, rank: Int) -> Tensor
}

extension BilinearOperation {
  public func placed(bias: Tensor, rank: Int) -> Tensor { bias }

  /// Of two operands the one whose partner's gradient is wanted.
  public func saves(needs: [Bool]) -> Saves {
    var saves: Saves = []
    if needs[0] { saves.insert(.input(1)) }
    if needs[1] { saves.insert(.input(0)) }
    return saves
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    let others = zip(inputs, Self.operands.list).dropFirst(2).filter { $1.kind != .numbers }.map(\.0)
    let ofA = tangents[0].map { apply(self, [$0, inputs[1]] + others)[0] }
    let ofB = tangents[1].map { apply(self, [inputs[0], $0] + others)[0] }
    let ofBias = tangents.dropFirst(2).first?.map { placed(bias: $0, rank: outputs[0].rank) }
    return [added(added(ofA, ofB), ofBias ?? nil)]
  }
}
