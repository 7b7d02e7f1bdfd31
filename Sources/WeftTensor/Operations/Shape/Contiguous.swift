/// The same tensor in row-major memory. Gradient: g.
public struct Contiguous: TensorOperation {
  public static let name = "contiguous"
  public static let operands: Operands = ["x"]
  public static let equation = "y = x"
  public init() {}

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    try requireOneInput(inputs)
    return [TensorSpec(inputs[0].shape, inputs[0].dtype)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let copy = Tensor(uninitialized: outputs[0])
    inputs.backend.map(Formulas.identity, [], inputs, into: [copy])
    return [copy]
  }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] { [gradients[0]] }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? { tangents }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { batch.applying(self) }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? { inputs }

  public static let samples = [Sample(Contiguous(), .real([2, 3]))]

  public static let refusals = [
    Refusal(Contiguous(), .real([2]), .real([2]), because: "1 operand")
  ]
}

extension TensorOperation {
  /// Fails unless there is one input: all that can be wrong with operations that take any tensor.
  func requireOneInput(_ inputs: [TensorSpec]) throws(TensorError) {
    guard inputs.count == 1 else {
      throw TensorError(.value, operation: Self.name, expected: "1 operand", got: "\(inputs.count)")
    }
  }
}

extension Tensor {
  /// The same values in row-major memory without gaps; this tensor itself if it is so already.
  public func contiguous() -> Tensor { isContiguous ? self : apply(Contiguous(), [self])[0] }
}
