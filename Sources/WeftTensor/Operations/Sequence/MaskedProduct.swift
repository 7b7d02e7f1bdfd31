// Two products with masks stand in one file, as each is the other's gradient.

/// y = (a where the mask is true, else 0)·b, in which what is left out of a meets nothing of b: where the mask hides b's row
/// j from row i, NaN and infinite numbers of that row do not reach y's row i, as 0 times them would. Gradients: of a,
/// `ProductWhere` of (g, bᵀ); of b, the same product of (aᵀ, g) with the mask turned.
///
/// Inputs: a [..., m, k], b [..., k, n] and a mask that broadcasts to [..., m, k]. Batch axes broadcast.
struct MaskedProduct: ProductWithMask {
  static let name = "maskedProduct"
  static let operands: Operands = ["a", "b", .mask("mask")]
  static let equation = "yᵢⱼ = Σₖ aᵢₖ·bₖⱼ over the k that the mask shows i"
  /// The result's type; nil for the operands' common one.
  var dtype: DType?

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let product = try MaskCheck.product(inputs, dtype, operation: Self.name)
    try MaskCheck.mask(inputs, [inputs[0].shape[-2], inputs[0].shape[-1]], operation: Self.name)
    return [product]
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let seen = Tensor.where(inputs[2], inputs[0], inputs[0].zero)
    let found = matmul(seen, inputs[1], dtype: outputs[0].dtype)
    return [found.isInvalid || found.isInRange() ? found : withoutHidden(seen, inputs[1], inputs[2], outputs[0].dtype)]
  }

  /// The product of the finite numbers, with what each of the others makes of a sum that it is part of.
  private func withoutHidden(_ a: Tensor, _ b: Tensor, _ mask: Tensor, _ dtype: DType) -> Tensor {
    /// How many of the pairs that the mask shows are of the two kinds.
    func count(_ left: Tensor, _ right: Tensor) -> Tensor {
      (left .& mask).converted(to: .float32).matmul(right.converted(to: .float32))
    }
    let (ofA, ofB) = (NumberKinds(a), NumberKinds(b))
    let plus =
      count(ofA.positive, ofB.above) + count(ofA.negative, ofB.below) + count(ofA.above, ofB.positive)
      + count(ofA.below, ofB.negative)
    let minus =
      count(ofA.positive, ofB.below) + count(ofA.negative, ofB.above) + count(ofA.above, ofB.negative)
      + count(ofA.below, ofB.positive)
    let nan =
      count(a.onesLike().converted(to: .bool), b.isNaN()) + count(a.isNaN(), b.onesLike())
      + count(ofA.zero, b.isInfinite())
      + count(a.isInfinite(), ofB.zero)
    let finite = ofA.finite.matmul(ofB.finite, dtype: dtype)
    func adding(_ value: Double, to sum: Tensor, where count: Tensor) -> Tensor {
      Tensor.where(count .> 0, sum + Tensor(weak: value), sum)
    }
    let sum = adding(-.infinity, to: adding(.infinity, to: finite, where: plus), where: minus)
    return adding(.nan, to: sum, where: nan).converted(to: dtype)
  }

  /// Where numbers are above 0, infinite and the like, and the finite ones of them, 0 elsewhere.
  private struct NumberKinds {
    let positive, negative, zero, above, below, finite: Tensor

    init(_ x: Tensor) {
      (positive, negative, zero) = (x .> 0, x .< 0, x .== 0)
      (above, below) = (x .== Tensor(weak: .infinity), x .== Tensor(weak: -.infinity))
      finite = Tensor.where(x.isFinite(), x, x.zero)
    }
  }

  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let g = gradients[0] else { return [nil, nil, nil] }
    let (a, b, mask) = (saved.input(0), saved.input(1), saved.input(2))
    return [
      needs[0] ? apply(ProductWhere(), [g, b.transposed(), mask])[0] : nil,
      needs[1] ? apply(MaskedProduct(), [a.transposed(), g, mask.turned(for: a)])[0] : nil, nil,
    ]
  }

  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let seen = ReferenceArray(shape: MaskCheck.shape(inputs[0], inputs[2])) { inputs[2][$0] == 0 ? 0 : inputs[0][$0] }
    return MatMul().reference([seen, inputs[1]])
  }

  static let samples = [
    Sample(MaskedProduct(), .real([2, 3]), .real([3, 4]), .exactly([1, 0, 1, 0, 1, 1], [2, 3], dtype: .bool)),
    Sample(MaskedProduct(), .real([2, 2, 3]), .real([2, 3, 2]), .exactly([1, 1, 0], [1, 3], dtype: .bool)),
    Sample(MaskedProduct(), .real([3, 3]), .real([2, 3, 2]), .exactly([1, 0, 0], [3, 1], dtype: .bool)),
    Sample(MaskedProduct(), .real([0, 3]), .real([3, 2]), .bools([3])),
    Sample(MaskedProduct(dtype: .float64), .real([2, 3]), .real([3, 4]), .bools([])),
  ]

  static let refusals = [
    Refusal(MaskedProduct(), .real([3]), .real([3, 2]), .bools([]), because: "matrices"),
    Refusal(MaskedProduct(), .real([2, 3]), .real([2, 3]), .bools([]), because: "the size of a's last axis, 3"),
    Refusal(
      MaskedProduct(), .real([2, 3]), .real([3, 2]), .bools([2, 2]), because: "a mask that broadcasts to [2, 3]"),
  ]
}

/// y = a·b where the mask is true, else 0: what a pair that the mask hides would give matters to nobody, NaN or not.
/// Gradients: of a, `MaskedProduct` of (g, bᵀ); of b, that of (gᵀ, a) with the mask turned, turned back.
///
/// Inputs: a [..., m, k], b [..., k, n] and a mask that broadcasts to [..., m, n]. Batch axes broadcast.
struct ProductWhere: ProductWithMask {
  static let name = "productWhere"
  static let operands: Operands = ["a", "b", .mask("mask")]
  static let equation = "yᵢⱼ = Σₖ aᵢₖ·bₖⱼ where the mask shows i the j, else 0"
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

  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let g = gradients[0] else { return [nil, nil, nil] }
    let (a, b, mask) = (saved.input(0), saved.input(1), saved.input(2))
    return [
      needs[0] ? apply(MaskedProduct(), [g, b.transposed(), mask])[0] : nil,
      needs[1] ? apply(MaskedProduct(), [g.transposed(), a, mask.turned(for: g)])[0].transposed() : nil, nil,
    ]
  }

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

/// What the two have in common.
private protocol ProductWithMask: BilinearOperation {}

extension ProductWithMask {
  static var autocastRule: AutocastRule { .lower }

  func saves(needs: [Bool]) -> Saves { .inputs }

  func floatingPointOperations(_ inputs: [TensorSpec], _ outputs: [TensorSpec]) -> Int? {
    2 &* outputs[0].shape.elementCount &* inputs[0].shape[-1]
  }

  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { MaskCheck.batched(batch, self) }
}
