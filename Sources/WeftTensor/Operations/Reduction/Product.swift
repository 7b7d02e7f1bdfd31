/// Πx over axes. Gradient: g times the product of the others, without division, so zeros do no harm, to any order.
public struct Product: AxisReduction {
  public static let name = "product"
  public static let equation = "y = Π xᵢ"
  public static var autocastRule: AutocastRule { .float32 }
  public let axes: [Int]?
  public let keepDims: Bool

  public init(axes: [Int]? = nil, keepDims: Bool = false) {
    self.axes = axes
    self.keepDims = keepDims
  }

  public func resultType(of dtype: DType) -> DType { dtype.isFloatingPoint ? dtype : .int64 }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    [Tensor.reduce(Formulas.identity, by: .product, axes, inputs, as: outputs[0])]
  }

  public func saves(needs: [Bool]) -> Saves { .input(0) }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let x = saved.input(0)
    guard let g = gradients[0], x.elementCount > 0 else { return [gradients[0].map { _ in x.zerosLike() }] }
    return [productsOfOthers(g, x).converted(to: x.dtype)]
  }

  /// For each element of `x`, its group's `g` times the product of the group's others; of half precision in float32.
  private func productsOfOthers(_ g: Tensor, _ x: Tensor) -> Tensor {
    let (g, x) = (g.converted(to: x.dtype.statistics), x.converted(to: x.dtype.statistics))
    let reduced = x.shape.places(of: axes)
    let order = (0..<x.rank).filter { !reduced.contains($0) } + reduced
    let rows = x.permuted(order)
    let count = x.shape.count(along: axes)
    let spread = Self.spread(g.reshaped(-1, 1), over: rows.reshaped(-1, count)).reshaped(to: rows.shape)
    return spread.permuted(order.indices.map { axis in order.firstIndex(of: axis) ?? 0 })
  }

  /// For each element of the rows, `g` times the product of the others in its row: halves are multiplied pair by
  /// pair, and what a pair gets goes to each of the two times the other.
  private static func spread(_ g: Tensor, over x: Tensor) -> Tensor {
    let half = x.shape[1] / 2
    guard half > 0 else { return g }
    let (a, b) = (x.sliced(axis: 1, to: half), x.sliced(axis: 1, from: half, to: 2 * half))
    let joined = concatenated([a * b, x.sliced(axis: 1, from: 2 * half)], axis: 1)
    let ofPairs = spread(g, over: joined)
    let pair = ofPairs.sliced(axis: 1, to: half)
    return concatenated([pair * b, pair * a, ofPairs.sliced(axis: 1, from: half)], axis: 1)
  }

  /// Σ of each tangent times the product of the others.
  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    guard let t = tangents[0], t.elementCount > 0 else { return [nil] }
    let sum = (productsOfOthers(outputs[0].onesLike(), inputs[0]) * t).sum(axes: axes, keepDims: keepDims)
    return [sum.converted(to: outputs[0].dtype)]
  }

  public func over(_ axes: [Int]?) -> Product { Product(axes: axes, keepDims: keepDims) }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    [ReferenceArray.reduce(inputs[0], axes, keepDims) { $0.reduce(1, *) }]
  }

  public static let samples = [
    Sample(Product(), .real([2, 3])),
    Sample(Product(axes: [-1]), .real([2, 5])),
    Sample(Product(axes: [0, 2], keepDims: true), .real([2, 3, 2])),
    Sample(Product(axes: [0]), .exactly([0, 1, 0, 0, -2, 3, 0.5, 2], [4, 2])),
    Sample(Product(), .exactly([0, 2, 0, 3, 0], [5])),
    Sample(Product(axes: [1]), .real([2, 0])),
    Sample(Product(axes: [0]), .integers([3, 2], in: -5..<5, dtype: .int32)),
  ]

  public static let refusals = [
    Refusal(Product(axes: [2]), .real([2, 3]), because: "an axis in -2 ..< 2"),
    Refusal(Product(axes: [0, -2]), .real([2, 3]), because: "each axis at most once"),
  ]
}

extension Tensor {
  /// The product of all elements, or over `axes`. Integers and bool give int64.
  public func product(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    apply(Product(axes: axes, keepDims: keepDims), [self])[0]
  }
  /// The product along one axis.
  public func product(axis: Int, keepDims: Bool = false) -> Tensor { product(axes: [axis], keepDims: keepDims) }
}
