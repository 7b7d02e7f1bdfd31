/// The largest element over axes; NaN if there is one. Gradient: g shared evenly among the elements equal to y; NaN at a
/// NaN.
public struct Max: AxisReduction {
  public static let name = "max"
  public static let equation = "y = max xᵢ"
  public let axes: [Int]?
  public let keepDims: Bool

  public init(axes: [Int]? = nil, keepDims: Bool = false) {
    self.axes = axes
    self.keepDims = keepDims
  }

  public static let needsElements = true

  public func resultType(of dtype: DType) -> DType { dtype }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    [Tensor.reduce(Formulas.identity, by: .maximum, axes, inputs, as: outputs[0])]
  }

  public func saves(needs: [Bool]) -> Saves { [.input(0), .output(0)] }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    [gradients[0].map { Ties.share($0, saved.input(0), saved.output(0), along: axes) }]
  }

  /// The mean over the elements equal to y.
  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    [tangents[0].map { Ties.mean(of: $0, inputs[0], outputs[0], along: axes, keepDims: keepDims) }]
  }

  public func over(_ axes: [Int]?) -> Max { Max(axes: axes, keepDims: keepDims) }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    [ReferenceArray.reduce(inputs[0], axes, keepDims) { $0.max() ?? .nan }]
  }

  public static let samples = [
    Sample(Max(), .distinct([2, 3])),
    Sample(Max(axes: [-1]), .distinct([2, 3])),
    Sample(Max(axes: [0, 2], keepDims: true), .distinct([2, 3, 4])),
    Sample(Max(axes: [1]), .real([0, 3])),
    Sample(Max(axes: [0]), .integers([3, 2], in: -5..<5, dtype: .int32)),
  ]

  public static let refusals = [
    Refusal(Max(axes: [2]), .real([2, 3]), because: "an axis in -2 ..< 2"),
    Refusal(Max(axes: [0, 0]), .real([2, 3]), because: "each axis at most once"),
    Refusal(Max(axes: [1]), .real([2, 0]), because: "at least one element along each reduced axis"),
  ]
}

extension Tensor {
  /// The largest of all elements, or over `axes`; NaN if there is one. Equal largest elements share the gradient.
  public func max(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    apply(Max(axes: axes, keepDims: keepDims), [self])[0]
  }
  /// The largest element along one axis.
  public func max(axis: Int, keepDims: Bool = false) -> Tensor { max(axes: [axis], keepDims: keepDims) }
}

/// The gradient of a largest or smallest element.
enum Ties {
  private static let equality = Formula { x, y in x .== y }
  private static let shares = Formula(inputs: 4) { x, _ in
    [keepingNaN(select(x[1] .== x[2], x[0] / x[3], 0), of: x[1])]
  }

  /// `gradient` to the elements of `x` that equal the result `y`, in equal parts.
  static func share(_ gradient: Tensor, _ x: Tensor, _ y: Tensor, along axes: [Int]?) -> Tensor {
    parts(of: gradient.restoringAxes(axes, of: x.shape), x, y, along: axes)
  }

  /// The mean of `tangent` over the elements of `x` that equal the result `y`.
  static func mean(of tangent: Tensor, _ x: Tensor, _ y: Tensor, along axes: [Int]?, keepDims: Bool) -> Tensor {
    parts(of: tangent, x, y, along: axes).sum(axes: axes, keepDims: keepDims)
  }

  /// `g`, divided by their number, at the elements of `x` that equal `y`; else 0.
  private static func parts(of g: Tensor, _ x: Tensor, _ y: Tensor, along axes: [Int]?) -> Tensor {
    let reduced = x.shape.places(of: axes)
    let y = y.restoringAxes(axes, of: x.shape)
    let count = FormulaSum(formula: equality, axes: reduced, dtype: x.dtype.statistics)
    let counts = apply(count, [x, y])[0]
    return FormulaMap(formula: shares, parameters: [], axis: nil, dtype: x.dtype).run([g, x, y, counts])[0]
  }
}
