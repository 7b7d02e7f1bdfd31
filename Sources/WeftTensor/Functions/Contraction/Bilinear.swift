/// yₒ = Σ aᵢ·wₒᵢⱼ·bⱼ + cₒ: a bilinear map of two vectors.
///
/// Shape: a [..., in1], b [..., in2], weight [out, in1, in2], bias [out]; result [..., out]. The leading axes of a and b are
/// the same.
public func bilinear(_ a: Tensor, _ b: Tensor, weight: Tensor, bias: Tensor? = nil) -> Tensor {
  let lead = Shape(a.shape.sizes.dropLast())
  guard weight.rank == 3, a.rank > 0, b.rank > 0, a.shape[-1] == weight.shape[1], b.shape[-1] == weight.shape[2],
    Shape(b.shape.sizes.dropLast()) == lead, bias.map({ $0.shape == [weight.shape[0]] }) ?? true
  else {
    let operands = [("a", a.spec), ("b", b.spec), ("weight", weight.spec)] + (bias.map { [("bias", $0.spec)] } ?? [])
    return .failed(
      TensorError(
        .shape, operation: "bilinear", operands: operands,
        expected: "a [..., in1], b [..., in2] with the same leading axes, weight [out, in1, in2], bias [out]",
        got: "\(a.shape), \(b.shape), \(weight.shape)"))
  }
  let (out, rows, columns) = (weight.shape[0], weight.shape[1], weight.shape[2])
  let wide = weight.permuted(1, 0, 2).reshaped(rows, out * columns)
  let count = lead.elementCount
  let products = a.reshaped(count, rows).matmul(wide).reshaped(count, out, columns)
  let sums = products.matmul(b.reshaped(count, columns, 1)).reshaped(to: lead + [out])
  return bias.map { sums + $0 } ?? sums
}
