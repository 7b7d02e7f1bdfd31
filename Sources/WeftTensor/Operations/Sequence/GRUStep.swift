/// One step of a gated recurrent unit (Cho et al., 2014) after its linear maps: r = σ(xr + hr), z = σ(xz + hz),
/// n = tanh(xn + r·hn), h' = (1 - z)·n + z·h. One pass forward; one pass for all gradients.
///
/// Inputs: xr, xz, xn from the input, hr, hz, hn from the hidden state, and the hidden state h, of one shape.
public struct GRUStep: ElementwiseOperation {
  public static let name = "gruStep"
  public static let formerNames = ["gru_step"]
  public static let operands: Operands = [
    "inputReset", "inputUpdate", "inputCandidate", "hiddenReset", "hiddenUpdate", "hiddenCandidate", "hidden",
  ]
  public static let formula = Formula(inputs: 7) { x, _ in
    let reset = sigmoid(x[0] + x[3])
    let update = sigmoid(x[1] + x[4])
    let candidate = tanh(x[2] + reset * x[5])
    return [candidate + update * (x[6] - candidate)]
  }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(GRUStep(), inputs: Array(repeating: .real([2, 3]), count: 7))
  ]
  public init() {}
}

/// The next hidden state of a GRU.
///
/// Shape: inputGates and hiddenGates [..., 3·H], the linear maps of the input and of the hidden state for reset gate,
/// update gate and candidate, in PyTorch's order; hidden [..., H]; result [..., H].
public func gruStep(inputGates: Tensor, hiddenGates: Tensor, hidden: Tensor) -> Tensor {
  let wanted = Shape(hidden.shape.sizes.dropLast() + [3 * (hidden.shape.sizes.last ?? 0)])
  guard hidden.rank > 0, inputGates.shape == wanted, hiddenGates.shape == wanted else {
    return .failed(
      TensorError(
        .shape, operation: GRUStep.name,
        operands: [("input gates", inputGates.spec), ("hidden gates", hiddenGates.spec), ("hidden", hidden.spec)],
        expected: "gates of the hidden state's shape, the last axis 3 times as long",
        got: "\(inputGates.shape), \(hiddenGates.shape) and \(hidden.shape)"))
  }
  let sizes = Array(repeating: hidden.shape[-1], count: 3)
  let parts = inputGates.split(into: sizes, axis: -1) + hiddenGates.split(into: sizes, axis: -1)
  return apply(GRUStep(), parts + [hidden])[0]
}
