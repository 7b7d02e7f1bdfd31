/// a·σ(b): a gated linear unit. Gradients: g·σ(b), g·a·σ(b)(1 - σ(b)). Dauphin et al. 2017.
public struct GLUOperation: ElementwiseOperation {
  public static let name = "glu"
  public static let operands: Operands = ["a", "gate"]
  public static let formula = Formula { a, b in a * sigmoid(b) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(GLUOperation(), .real([2, 3]), .real([2, 3])), Sample(GLUOperation(), .real([2, 1]), .real([3])),
  ]
  public init() {}
}

extension Tensor {
  /// The first half along `axis`, gated by the sigmoid of the second.
  ///
  /// Shape: an even size along `axis`, half of it in the result.
  public func glu(axis: Int = -1) -> Tensor {
    guard let place = shape.axis(axis) else { return .failed(.axis(axis, rank: rank, operation: GLUOperation.name)) }
    let half = shape[place] / 2
    guard 2 * half == shape[place] else {
      return .failed(
        TensorError(
          .shape, operation: GLUOperation.name, operands: [("input", spec)],
          expected: "an even size along axis \(axis)", got: "\(shape[place])"))
    }
    let (values, gates) = (sliced(axis: place, to: half), sliced(axis: place, from: half))
    return apply(GLUOperation(), [values, gates])[0]
  }
}
