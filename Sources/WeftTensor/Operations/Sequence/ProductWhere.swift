/// y = a·b where the mask is true, else 0: what a pair that the mask hides would give matters to nobody, NaN or not.
/// Gradients: of a, `MaskedProduct` of (g, bᵀ); of b, that of (gᵀ, a) with the mask turned, turned back.
///
/// Inputs: a [..., m, k], b [..., k, n] and a mask that broadcasts to [..., m, n]. Batch axes broadcast.
struct ProductWhere: TensorOperation {
  static let name = "productWhere"
  static let operands: Operands = ["a", "b", .mask("mask")]
  static let equation = "yᵢⱼ = Σₖ aᵢₖ·bₖⱼ where the mask shows i the j, else 0"
  static var autocastRule: AutocastRule { .lower }
  /// The result's type; nil for the operands' common one.
  var dtype: DType?

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let product = try MaskCheck.product(inputs, dtype, operation: Self.name)
    try MaskCheck.mask(inputs, [product.shape[-2], product.shape[-1]], operation: Self.name)
    return [product]
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let found = matmul(inputs[0], inputs[1], dtype: outputs[0].dtype)
    return [Tensor.where(inputs[2], found, found.zero).expanded(to: outputs[0].shape).contiguous()]
  }

  func saves(needs: [Bool]) -> Saves { .inputs }

  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let g = gradients[0] else { return [nil, nil, nil] }
    let (a, b, mask) = (saved.input(0), saved.input(1), saved.input(2))
    return [
      needs[0] ? apply(MaskedProduct(), [g, b.transposed(), mask])[0] : nil,
      needs[1] ? apply(MaskedProduct(), [g.transposed(), a, mask.turned(for: g)])[0].transposed() : nil, nil,
    ]
  }

  func floatingPointOperations(_ inputs: [TensorSpec], _ outputs: [TensorSpec]) -> Int? {
    2 &* outputs[0].shape.elementCount &* inputs[0].shape[-1]
  }

  func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    multilinearTangents(tangents, inputs)
  }

  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { MaskCheck.batched(batch, self) }

  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    guard let product = MatMul().reference([inputs[0], inputs[1]])?[0] else { return nil }
    return [
      ReferenceArray(shape: MaskCheck.shape(product, inputs[2])) { inputs[2][$0] == 0 ? 0 : product[$0] }
    ]
  }

  static let samples = [
    Sample(ProductWhere(), .real([2, 3]), .real([3, 3]), .exactly([1, 0, 1, 0, 1, 1], [2, 3], dtype: .bool)),
    Sample(ProductWhere(), .real([2, 2, 3]), .real([2, 3, 2]), .exactly([1, 0], [1, 2], dtype: .bool)),
    Sample(ProductWhere(), .real([3, 3]), .real([2, 3, 2]), .exactly([1, 0, 0], [3, 1], dtype: .bool)),
    Sample(ProductWhere(), .real([0, 3]), .real([3, 2]), .bools([2])),
    Sample(ProductWhere(dtype: .float64), .real([2, 3]), .real([3, 4]), .bools([])),
  ]

  static let refusals = [
    Refusal(ProductWhere(), .real([3]), .real([3, 2]), .bools([]), because: "matrices"),
    Refusal(ProductWhere(), .real([2, 3]), .real([2, 3]), .bools([]), because: "the size of a's last axis, 3"),
    Refusal(
      ProductWhere(), .real([2, 3]), .real([3, 2]), .bools([2, 3]), because: "a mask that broadcasts to [2, 2]"),
  ]
}
