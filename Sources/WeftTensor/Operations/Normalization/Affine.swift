/// (x - m)·s + b, element by element, in the type of x: batch normalization with known statistics.
/// Gradients: of x, g·s; of m, -g·s; of s, g(x - m); of b, g.
public struct Affine: ElementwiseOperation {
  public static let name = "affine"
  public static let operands: Operands = ["x", "mean", "scale", "bias"]
  /// Of halves, whose difference stays in the range of its type; the digits are the same.
  public static let formula = Formula(inputs: 4) { x, _ in [(x[0] * 0.5 - x[1] * 0.5) * (x[2] * 2) + x[3]] }
  public init() {}

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    return [TensorSpec(try broadcastShape(of: inputs, operation: Self.name), inputs[0].dtype.floating)]
  }

  public static let samples = [
    Sample(Affine(), .real([2, 3]), .real([3]), .real([3]), .real([3])),
    Sample(Affine(), .real([2, 3, 2]), .real([1, 3, 1]), .real([3, 1]), .real([])),
  ]
}
