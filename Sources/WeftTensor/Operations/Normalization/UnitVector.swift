/// x / max(‖x‖, ε) along an axis, and ‖x‖ (float64), which the gradient reads.
///
/// Gradient, with n = ‖x‖ and m = max(n, ε): (g - y·Σg·y)/m where n > ε, else g/ε.
public struct UnitVector: TensorOperation {
  public static let name = "unitVector"
  public static let operands: Operands = ["x"]
  public static let equation = "y = x / max(‖x‖, ε)"
  /// The axis that vectors lie along, counted from the end where negative.
  public let axis: Int
  /// ε, the least length to divide by.
  public let epsilon: Double

  public init(axis: Int, epsilon: Double = 1e-12) { (self.axis, self.epsilon) = (axis, epsilon) }

  public static let defaults: Attributes = ["epsilon": 1e-12]

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let shape = inputs[0].shape
    guard let axis = shape.axis(axis) else { throw .axis(axis, rank: shape.rank, operation: Self.name) }
    return [
      TensorSpec(shape, inputs[0].dtype.floating), TensorSpec(shape.removing(axes: [axis], keepDims: true), .float64),
    ]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let (x, backend) = (inputs[0], inputs.backend)
    let norm = Norm(axes: [axis], keepDims: true)
    let length = norm.forward([x], as: [TensorSpec(outputs[1].shape, outputs[0].dtype.statistics)])[0]
    let seen = backend.map(Self.lengthOrOne, [], [length], as: [length.spec])[0]
    if x.dtype.isFloatingPoint, seen.isInRangeOrNaN(from: seen.dtype.leastNormal) {
      return [quotient(x, length, outputs[0]), length.converted(to: .float64)]
    }
    // A length that the type does not hold.
    let wide = x.converted(to: .float64)
    if x.dtype != .float64 {
      let length = norm.forward([wide], as: [outputs[1]])
      return [quotient(wide, length[0], outputs[0])] + length
    }
    return [inScale(wide).converted(to: outputs[0].dtype), length]
  }

  /// x / max(length, ε), the divisor found once for each vector.
  private func quotient(_ x: Tensor, _ length: Tensor, _ output: TensorSpec) -> Tensor {
    let divisor = x.backend.map(Self.divisor, [epsilon], [length], as: [length.spec])
    return x.backend.map(Self.quotient, [], [x] + divisor, as: [output])[0]
  }

  /// In the unit of the largest number of each vector.
  private func inScale(_ x: Tensor) -> Tensor {
    let largest = x.abs().max(axis: axis, keepDims: true)
    let isFar = ((largest .> 0x1p1000) .& largest.isFinite()) .| ((largest .< 0x1p-1000) .& (largest .> 0))
    let unit = Tensor.where(isFar, largest, Tensor(weak: 1.0))
    let scaled = x / unit
    return scaled / maximum(scaled.norm(axis: axis, keepDims: true), Tensor(weak: epsilon) / unit)
  }

  private static let lengthOrOne = Formula(inputs: 1) { x, _ in [select(x[0] .== 0, 1, x[0])] }
  private static let divisor = Formula(inputs: 1, parameters: 1) { x, p in [maximum(x[0], p[0])] }
  private static let quotient = Formula(inputs: 2) { x, _ in [x[0] / x[1]] }

  public func saves(needs: [Bool]) -> Saves { [.output(0), .output(1)] }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let (y, length) = (saved.output(0), saved.output(1))
    let ofUnit = gradients[0].map { slope($0, y, length) }
    // Of the length: x/n, which is y·m/n.
    let ofLength = gradients[1].map { g in
      apply(map(Self.ofLength, y.dtype), [g, y, length])[0]
    }
    return [added(ofUnit, ofLength)]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    guard let t = tangents[0] else { return [nil, nil] }
    let (y, length) = (outputs[0], outputs[1])
    let moved = apply(map(Self.ofLength, y.dtype), [t.converted(to: y.dtype), y, length])[0]
    return [slope(t, y, length), moved.converted(to: .float64).sum(axis: axis, keepDims: true)]
  }

  /// The derivative along `t`, which is symmetric: the gradient from `t`, too.
  private func slope(_ t: Tensor, _ y: Tensor, _ length: Tensor) -> Tensor {
    let axis = y.shape.axis(axis) ?? 0
    let map = FormulaMap(formula: Self.slope, parameters: [epsilon], axis: axis, dtype: y.dtype)
    return apply(map, [t, y, length])[0]
  }

  private func map(_ formula: Formula, _ dtype: DType) -> FormulaMap {
    FormulaMap(formula: formula, parameters: [epsilon], axis: nil, dtype: dtype)
  }

  // From g, y, n.
  private static let slope = Formula(inputs: 3, parameters: 1) { x, p in
    let (g, y, length) = (x[0], x[1], x[2])
    let along = select(length .> p[0], sum(g * y), 0)
    return [(g - y * along) / maximum(length, p[0])]
  }
  private static let ofLength = Formula(inputs: 3, parameters: 1) { x, p in
    let length = select(x[2] .== 0, 1, x[2])
    return [select(x[2] .== 0, 0, x[0] * x[1] * (maximum(x[2], p[0]) / length))]
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(UnitVector(axis: batch.shifted(axis), epsilon: epsilon))
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let axis = axis < 0 ? axis + inputs[0].shape.count : axis
    let lengths = ReferenceArray.reduce(inputs[0], [axis], true) { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    let y = ReferenceArray(shape: inputs[0].shape) { index in
      var row = index
      row[axis] = 0
      return inputs[0][index] / Swift.max(lengths[row], epsilon)
    }
    return [y, lengths]
  }

  public static let samples = [
    Sample(UnitVector(axis: -1), .real([3, 4], avoiding: [0])),
    Sample(UnitVector(axis: 1), .real([2, 3, 2], avoiding: [0])),
    Sample(UnitVector(axis: 0, epsilon: 10), .real([3, 2], avoiding: [0])),
    Sample(UnitVector(axis: 1), .real([0, 3])),
    Sample(UnitVector(axis: 0), .integers([3, 2], in: 1..<5)),
  ]

  public static let refusals = [
    Refusal(UnitVector(axis: 2), .real([2, 3]), because: "an axis in -2 ..< 2")
  ]
}
