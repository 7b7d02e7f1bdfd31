/// The largest or smallest element over axes; NaN if there is one. Gradient: g shared evenly among the elements equal
/// to y; NaN at a NaN. A conforming type says which extreme it is.
public protocol ExtremeOverAxes: AxisReduction {
  /// The operation over axes, nil for all.
  init(axes: [Int]?, keepDims: Bool)
  /// Whether the extreme is the largest element.
  static var isMaximum: Bool { get }
}

extension ExtremeOverAxes {
  public static var needsElements: Bool { true }

  public func resultType(of dtype: DType) -> DType { dtype }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    [Tensor.reduce(Formulas.identity, by: Self.isMaximum ? .maximum : .minimum, axes, inputs, as: outputs[0])]
  }

  public func saves(needs: [Bool]) -> Saves { [.input(0), .output(0)] }

  /// g in equal parts where x equals y.
  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    [gradients[0].map { Ties.share($0, saved.input(0), saved.output(0), along: axes) }]
  }

  /// The mean over the elements equal to y.
  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    [tangents[0].map { Ties.mean(of: $0, inputs[0], outputs[0], along: axes, keepDims: keepDims) }]
  }

  public func over(_ axes: [Int]?) -> Self { Self(axes: axes, keepDims: keepDims) }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    [ReferenceArray.reduce(inputs[0], axes, keepDims) { (Self.isMaximum ? $0.max() : $0.min()) ?? .nan }]
  }

  public static var samples: [Sample] {
    [
      Sample(Self(axes: nil, keepDims: false), .distinct([2, 3])),
      Sample(Self(axes: [-1], keepDims: false), .distinct([2, 3])),
      Sample(Self(axes: [0, 2], keepDims: true), .distinct([2, 3, 4])),
      Sample(Self(axes: [1], keepDims: false), .real([0, 3])),
      Sample(Self(axes: [0], keepDims: false), .integers([3, 2], in: -5..<5, dtype: .int32)),
    ]
  }

  public static var refusals: [Refusal] {
    [
      Refusal(Self(axes: [2], keepDims: false), .real([2, 3]), because: "an axis in -2 ..< 2"),
      Refusal(Self(axes: [0, 0], keepDims: false), .real([2, 3]), because: "each axis at most once"),
      Refusal(
        Self(axes: [1], keepDims: false), .real([2, 0]), because: "at least one element along each reduced axis"),
    ]
  }
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
