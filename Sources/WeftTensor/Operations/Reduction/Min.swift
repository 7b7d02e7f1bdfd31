/// The smallest element over axes; NaN if there is one. Gradient: g shared evenly among the elements equal to y; NaN at a
/// NaN.
public struct Min: AxisReduction {
  public static let name = "min"
  public static let equation = "y = min xᵢ"
  public let axes: [Int]?
  public let keepDims: Bool

  public init(axes: [Int]? = nil, keepDims: Bool = false) {
    self.axes = axes
    self.keepDims = keepDims
  }

  public static let needsElements = true

  public func resultType(of dtype: DType) -> DType { dtype }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    [Tensor.reduce(Formulas.identity, by: .minimum, axes, inputs, as: outputs[0])]
  }

  public func saves(needs: [Bool]) -> Saves { [.input(0), .output(0)] }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    [gradients[0].map { Ties.share($0, saved.input(0), saved.output(0), along: axes) }]
  }

  /// The mean over the elements equal to y.
  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    [tangents[0].map { Ties.mean(of: $0, inputs[0], outputs[0], along: axes, keepDims: keepDims) }]
  }

  public func over(_ axes: [Int]?) -> Min { Min(axes: axes, keepDims: keepDims) }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    [ReferenceArray.reduce(inputs[0], axes, keepDims) { $0.min() ?? .nan }]
  }

  public static let samples = [
    Sample(Min(), .distinct([2, 3])),
    Sample(Min(axes: [-1]), .distinct([2, 3])),
    Sample(Min(axes: [0, 2], keepDims: true), .distinct([2, 3, 4])),
    Sample(Min(axes: [1]), .real([0, 3])),
    Sample(Min(axes: [0]), .integers([3, 2], in: -5..<5, dtype: .int32)),
  ]

  public static let refusals = [
    Refusal(Min(axes: [2]), .real([2, 3]), because: "an axis in -2 ..< 2"),
    Refusal(Min(axes: [0, 0]), .real([2, 3]), because: "each axis at most once"),
    Refusal(Min(axes: [1]), .real([2, 0]), because: "at least one element along each reduced axis"),
  ]
}

extension Tensor {
  /// The smallest of all elements, or over `axes`; NaN if there is one. Equal smallest elements share the gradient.
  public func min(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    apply(Min(axes: axes, keepDims: keepDims), [self])[0]
  }
  /// The smallest element along one axis.
  public func min(axis: Int, keepDims: Bool = false) -> Tensor { min(axes: [axis], keepDims: keepDims) }
}
