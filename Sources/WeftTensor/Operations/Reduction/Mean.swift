/// Σx/n over axes. Gradient: g/n repeated along them. NaN where there is nothing to average.
public struct Mean: AxisReduction {
  public static let name = "mean"
  public static let equation = "y = Σ xᵢ / n"
  public static var autocastRule: AutocastRule { .float32 }
  public let axes: [Int]?
  public let keepDims: Bool

  public init(axes: [Int]? = nil, keepDims: Bool = false) {
    self.axes = axes
    self.keepDims = keepDims
  }

  public func resultType(of dtype: DType) -> DType { dtype.floating }

  static let quotient = Formula(inputs: 1, parameters: 1) { x, p in [x[0] / p[0]] }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    // In float32 at least: a sum of float16 may overflow where the mean does not.
    let wide = TensorSpec(outputs[0].shape, outputs[0].dtype.statistics)
    let sum = Tensor.reduce(Formulas.identity, by: .sum, axes, inputs, as: wide)
    let count = Double(inputs[0].shape.count(along: axes))
    let means = inputs.backend.map(Self.quotient, [count], [sum], as: outputs)
    if let look = SecondLook(at: sum) { mend(means[0], look, inputs[0]) }
    return means
  }

  /// Writes the means of numbers whose sums are not finite.
  private func mend(_ means: Tensor, _ look: SecondLook, _ x: Tensor) {
    let groups = look.groups(of: [x], over: x.shape.places(of: axes))
    let rescaled = Rescaled(groups.values[0], over: groups.axes)
    let (backend, spec) = (means.backend, rescaled.scale.spec)
    let sum = backend.reduce(Formulas.identity, [], by: [.sum], axes: groups.axes, [rescaled.values], as: [spec])[0]
    let mean = backend.map(Self.quotient, [Double(x.shape.count(along: axes))], [sum], as: [spec])[0]
    look.put(rescaled.restored(mean, as: means.dtype), into: means)
  }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let shape = saved.inputSpecs[0].shape
    return [
      gradients[0].map { ($0 / Double(shape.count(along: axes))).restoringAxes(axes, of: shape).expanded(to: shape) }
    ]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    linearTangents(tangents, inputs)
  }

  public func over(_ axes: [Int]?) -> Mean { Mean(axes: axes, keepDims: keepDims) }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    [ReferenceArray.reduce(inputs[0], axes, keepDims) { $0.reduce(0, +) / Double($0.count) }]
  }

  public static let samples = [
    Sample(Mean(), .real([2, 3])),
    Sample(Mean(axes: [-1]), .real([2, 3])),
    Sample(Mean(axes: [0, -2], keepDims: true), .real([2, 3, 4])),
    Sample(Mean(axes: [0]), .real([2, 0])),
    Sample(Mean(axes: [0]), .integers([3, 2], in: -5..<5, dtype: .int32)),
  ]

  public static let refusals = [
    Refusal(Mean(axes: [2]), .real([2, 3]), because: "an axis in -2 ..< 2"),
    Refusal(Mean(axes: [0, -2]), .real([2, 3]), because: "each axis at most once"),
  ]
}

extension Tensor {
  /// The mean of all elements, or over `axes`. Integers and bool give float32.
  public func mean(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    apply(Mean(axes: axes, keepDims: keepDims), [self])[0]
  }
  /// The mean along one axis.
  public func mean(axis: Int, keepDims: Bool = false) -> Tensor { mean(axes: [axis], keepDims: keepDims) }
}
