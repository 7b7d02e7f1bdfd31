/// (Σ|x|ᵖ)^(1/p) over axes: for p = 2 the Euclidean length, for ±∞ the largest and smallest |x|, for 0 the number of
/// elements other than 0. Gradient: g·sign(x)·(|x|/y)ᵖ⁻¹, for ±∞ shared evenly among ties; 0 where x = 0.
public struct Norm: AxisReduction {
  public static let name = "norm"
  public static let equation = "y = (Σ |xᵢ|ᵖ)^(1/p)"
  public static var autocastRule: AutocastRule { .float32 }
  /// p: any number, ∞ and -∞ included.
  public let order: Double
  public let axes: [Int]?
  public let keepDims: Bool

  public init(order: Double = 2, axes: [Int]? = nil, keepDims: Bool = false) {
    self.order = order
    self.axes = axes
    self.keepDims = keepDims
  }

  public static let defaults: Attributes = ["order": 2.0, "keepDims": false]

  public func resultType(of dtype: DType) -> DType { dtype.floating }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let (parts, reduction, whole) = steps
    let wide = TensorSpec(outputs[0].shape, outputs[0].dtype.statistics)
    let sum = Tensor.reduce(parts, [order], by: reduction, axes, inputs, as: wide)
    let norms = inputs.backend.map(whole, [order], [sum], as: outputs)
    let (shape, reduced) = (inputs[0].shape, inputs[0].shape.places(of: axes))
    if sumsPowers,
      let look = SecondLook(at: sum, from: Double(shape.count(along: reduced)) * wide.dtype.smallestExactSquare)
    {
      PowerRoots.ofNumbers.mend(norms[0], look, order, of: inputs, over: reduced)
    }
    return norms
  }

  /// Whether powers are added up, which leave the type's range before their root does.
  private var sumsPowers: Bool { order != 0 && order != 1 && order.isFinite }

  /// What is reduced, how, and what is made of the result.
  private var steps: (parts: Formula, reduction: Reduction, whole: Formula) {
    switch order {
    case 0: (Self.nonzero, .sum, Self.itself)
    case 1: (Self.size, .sum, Self.itself)
    case 2: (Self.square, .sum, Self.root)
    case .infinity: (Self.size, .maximum, Self.atLeastZero)
    case -.infinity: (Self.size, .minimum, Self.itself)
    default: (Self.power, .sum, Self.inversePower)
    }
  }

  private static let itself = Formula(inputs: 1, parameters: 1) { x, _ in [x[0]] }
  private static let nonzero = Formula(inputs: 1, parameters: 1) { x, _ in [x[0] .!= 0] }
  private static let size = Formula(inputs: 1, parameters: 1) { x, _ in [abs(x[0])] }
  private static let square = Formula(inputs: 1, parameters: 1) { x, _ in [x[0] * x[0]] }
  private static let root = Formula(inputs: 1, parameters: 1) { x, _ in [sqrt(x[0])] }
  private static let power = Formula(inputs: 1, parameters: 1) { x, p in [pow(abs(x[0]), p[0])] }
  private static let inversePower = Formula(inputs: 1, parameters: 1) { x, p in [pow(x[0], 1 / p[0])] }
  // The largest of nothing.
  private static let atLeastZero = Formula(inputs: 1, parameters: 1) { x, _ in [maximum(x[0], 0)] }

  public func saves(needs: [Bool]) -> Saves { [.input(0), .output(0)] }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let (x, y) = (saved.input(0), saved.output(0))
    guard let g = gradients[0] else { return [nil] }
    if order == 0 { return [x.zerosLike()] }
    if order.isInfinite { return [Ties.share(g, x.abs(), y, along: axes) * x.sign()] }
    return [slopes(g.restoringAxes(axes, of: x.shape), x, y.restoringAxes(axes, of: x.shape))]
  }

  /// What each element of `x` adds to the norm `y` per unit, times `g`.
  private func slopes(_ g: Tensor, _ x: Tensor, _ y: Tensor) -> Tensor {
    let slope = order == 2 ? Self.slopeOfLength : order == 1 ? Self.slopeOfSum : Self.slope
    return FormulaMap(formula: slope, parameters: [order], axis: nil, dtype: y.dtype).run([g, x, y])[0]
  }

  // From g, x, y. Where x or y is 0, a 1 takes its place in what is not selected: its slope must be finite too.
  private static let slopeOfSum = Formula(inputs: 3, parameters: 1) { x, _ in [x[0] * sign(x[1])] }
  private static let slopeOfLength = Formula(inputs: 3, parameters: 1) { x, _ in
    let isZero = x[2] .== 0
    return [select(isZero, 0, x[0] * (x[1] / select(isZero, 1, x[2])))]
  }
  private static let slope = Formula(inputs: 3, parameters: 1) { x, p in
    // Of negative orders the norm is 0 where any x is, whatever the others are.
    let isZero = (x[1] .== 0) .| (x[2] .== 0)
    let ratio = select(isZero, 1, abs(x[1])) / select(isZero, 1, x[2])
    return [select(isZero, 0, x[0] * sign(x[1]) * pow(ratio, p[0] - 1))]
  }

  /// Σ of each element's slope times its tangent.
  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    let (x, y) = (inputs[0], outputs[0])
    guard let t = tangents[0], order != 0 else { return [nil] }
    if order.isInfinite { return [Ties.mean(of: t * x.sign(), x.abs(), y, along: axes, keepDims: keepDims)] }
    return [slopes(t, x, y.restoringAxes(axes, of: x.shape)).sum(axes: axes, keepDims: keepDims)]
  }

  public func over(_ axes: [Int]?) -> Norm { Norm(order: order, axes: axes, keepDims: keepDims) }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    [
      ReferenceArray.reduce(inputs[0], axes, keepDims) { values in
        let sizes = values.map { Swift.abs($0) }
        switch order {
        case 0: return Double(sizes.filter { $0 != 0 }.count)
        case .infinity: return sizes.max() ?? 0
        case -.infinity: return sizes.min() ?? .infinity
        default:
          let sum = sizes.reduce(0) { $0 + ScalarFunctions.binary(.pow, $1, order) }
          return ScalarFunctions.binary(.pow, sum, 1 / order)
        }
      }
    ]
  }

  public static let samples = [
    Sample(Norm(), .real([2, 3])),
    Sample(Norm(axes: [-1], keepDims: true), .real([2, 3])),
    Sample(Norm(order: 1, axes: [0, 2]), .real([2, 3, 2], avoiding: [0])),
    Sample(Norm(order: .infinity, axes: [1]), .exactly([1, -3, 2, 4, -0.5, 2], [2, 3])),
    Sample(Norm(order: -.infinity), .exactly([1, -3, 2, 4, -0.5, 2], [2, 3])),
    Sample(Norm(order: 3, axes: [0]), .real([3, 2], avoiding: [0])),
    Sample(Norm(order: 1.5), .real([4], avoiding: [0])),
    Sample(Norm(order: 0, axes: [1]), .exactly([1, 0, 2, 0, 0, 0.5], [2, 3], dtype: .float32)),
    Sample(Norm(axes: [1]), .real([2, 0])),
    Sample(Norm(), .integers([3], in: -5..<5)),
    // Rows of zeros beside one that is none.
    Sample(Norm(axes: [1]), .exactly([0, 0, 3, -4, 0, 0], [3, 2], dtype: .int32)),
  ]

  public static let refusals = [
    Refusal(Norm(axes: [2]), .real([2, 3]), because: "an axis in -2 ..< 2"),
    Refusal(Norm(axes: [0, -2]), .real([2, 3]), because: "each axis at most once"),
  ]
}

extension Tensor {
  /// The vector norm (Σ|x|ᵖ)^(1/p) of all elements, or over `axes`, p the order: 2 gives the Euclidean length, ∞ the
  /// largest |x|, 0 the number of elements other than 0.
  public func norm(order: Double = 2, axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    apply(Norm(order: order, axes: axes, keepDims: keepDims), [self])[0]
  }
  /// The norm along one axis.
  public func norm(order: Double = 2, axis: Int, keepDims: Bool = false) -> Tensor {
    norm(order: order, axes: [axis], keepDims: keepDims)
  }
}
