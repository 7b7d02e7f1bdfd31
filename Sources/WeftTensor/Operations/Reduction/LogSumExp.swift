/// log Σe^x over axes, without overflow. Gradient: g·e^(x - y); 0 where y = -∞.
public struct LogSumExp: AxisReduction {
  public static let name = "logSumExp"
  public static let equation = "y = log Σ exp(xᵢ)"
  public static var autocastRule: AutocastRule { .float32 }
  public let axes: [Int]?
  public let keepDims: Bool

  public init(axes: [Int]? = nil, keepDims: Bool = false) {
    self.axes = axes
    self.keepDims = keepDims
  }

  public func resultType(of dtype: DType) -> DType { dtype.floating }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let kept = outputs[0].shape.rank == inputs[0].rank ? outputs[0].shape : keptShape(of: inputs[0].shape)
    let wide = TensorSpec(kept, outputs[0].dtype.statistics)
    let largest = Tensor.reduce(Formulas.identity, by: .maximum, axes, inputs, as: wide)
    let sum = Tensor.reduce(Self.shifted, by: .sum, axes, [inputs[0], largest], as: wide)
    let result = inputs.backend.map(Self.joined, [], [sum, largest], as: [TensorSpec(kept, outputs[0].dtype)])[0]
    return [result.view(shape: outputs[0].shape, strides: outputs[0].shape.contiguousStrides)]
  }

  private func keptShape(of shape: Shape) -> Shape {
    shape.removing(axes: shape.places(of: axes), keepDims: true)
  }

  // An infinite maximum must not be subtracted from itself.
  private static let shifted = Formula { x, m in exp(x - select(isFinite(m), m, 0)) }
  private static let joined = Formula { sum, m in log(sum) + select(isFinite(m), m, 0) }

  public func saves(needs: [Bool]) -> Saves { [.input(0), .output(0)] }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let x = saved.input(0)
    guard let g = gradients[0]?.restoringAxes(axes, of: x.shape) else { return [nil] }
    return [slopes(times: g, x, saved.output(0).restoringAxes(axes, of: x.shape))]
  }

  /// g·e^(x - y) / Σe^(x - y). The sum is 1 but for the rounding of y, which at large y is many times that of x - y.
  private func slopes(times g: Tensor, _ x: Tensor, _ y: Tensor) -> Tensor {
    let dtype = y.dtype.statistics
    let places = x.shape.places(of: axes)
    let total = noGrad { apply(FormulaSum(formula: Self.share, axes: places, dtype: dtype), [x, y])[0] }
    return FormulaMap(formula: Self.slope, parameters: [], axis: nil, dtype: y.dtype).run([g, x, y, total])[0]
  }

  private static func power(_ x: Expression, _ y: Expression) -> Expression {
    exp(x - select(y .== Expression(-Double.infinity), 0, y))
  }
  private static let share = Formula(inputs: 2) { x, _ in [power(x[0], x[1])] }
  private static let slope = Formula(inputs: 4) { x, _ in
    [x[0] * power(x[1], x[2]) / detached(select((x[3] .> 0) .& isFinite(x[3]), x[3], 1))]
  }

  /// Σ ẋ·e^(x - y).
  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    guard let t = tangents[0] else { return [nil] }
    let y = outputs[0].restoringAxes(axes, of: inputs[0].shape).expanded(to: t.shape)
    return [slopes(times: t, inputs[0], y).sum(axes: axes, keepDims: keepDims)]
  }

  public func over(_ axes: [Int]?) -> LogSumExp { LogSumExp(axes: axes, keepDims: keepDims) }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let sums = ReferenceArray.reduce(inputs[0], axes, keepDims) {
      $0.reduce(0) { $0 + ScalarFunctions.unary(.exp, $1) }
    }
    return [ReferenceArray(shape: sums.shape, values: sums.values.map { ScalarFunctions.unary(.log, $0) })]
  }

  public static let samples = [
    Sample(LogSumExp(), .real([2, 3])),
    Sample(LogSumExp(axes: [-1]), .real([2, 3], in: 90...100)),
    Sample(LogSumExp(axes: [0, 2], keepDims: true), .real([2, 3, 4])),
    Sample(LogSumExp(axes: [-1]), .real([2, 3], in: 300...302)),
    Sample(LogSumExp(axes: [1]), .real([2, 0])),
    Sample(LogSumExp(axes: [0]), .integers([3, 2], in: -5..<5, dtype: .int32)),
  ]

  public static let refusals = [
    Refusal(LogSumExp(axes: [2]), .real([2, 3]), because: "an axis in -2 ..< 2"),
    Refusal(LogSumExp(axes: [0, 0]), .real([2, 3]), because: "each axis at most once"),
  ]
}

extension Tensor {
  /// log Σe^x of all elements, or over `axes`, without overflow; -∞ where there are none.
  public func logSumExp(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    apply(LogSumExp(axes: axes, keepDims: keepDims), [self])[0]
  }
  /// log Σe^x along one axis.
  public func logSumExp(axis: Int, keepDims: Bool = false) -> Tensor { logSumExp(axes: [axis], keepDims: keepDims) }
}
