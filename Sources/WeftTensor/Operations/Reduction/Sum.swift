/// Σx over axes. Gradient: g repeated along them.
public struct Sum: AxisReduction {
  public static let name = "sum"
  public static let equation = "y = Σ xᵢ"
  public static var autocastRule: AutocastRule { .float32 }
  public let axes: [Int]?
  public let keepDims: Bool
  /// The result's type; nil for that of x, int64 for integers and bool.
  public let dtype: DType?

  public init(axes: [Int]? = nil, keepDims: Bool = false, dtype: DType? = nil) {
    self.axes = axes
    self.keepDims = keepDims
    self.dtype = dtype
  }

  /// Integers and bool add up to int64, as in PyTorch.
  public func resultType(of dtype: DType) -> DType {
    self.dtype ?? (dtype.isFloatingPoint ? dtype : .int64)
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    [Tensor.reduce(Formulas.identity, by: .sum, axes, inputs, as: outputs[0])]
  }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let shape = saved.inputSpecs[0].shape
    return [gradients[0]?.restoringAxes(axes, of: shape).expanded(to: shape)]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    linearTangents(tangents, inputs)
  }

  public func over(_ axes: [Int]?) -> Sum { Sum(axes: axes, keepDims: keepDims, dtype: dtype) }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    [ReferenceArray.reduce(inputs[0], axes, keepDims) { $0.reduce(0, +) }]
  }

  public static let samples = [
    Sample(Sum(), .real([2, 3])),
    Sample(Sum(axes: [-1]), .real([2, 3])),
    Sample(Sum(axes: [0, 2], keepDims: true), .real([2, 3, 4])),
    Sample(Sum(axes: [1]), .real([2, 0])),
    Sample(Sum(axes: [1], dtype: .float64), .real([2, 3])),
    Sample(Sum(axes: [0]), .integers([3, 2], in: -5..<5, dtype: .int32)),
  ]

  public static let refusals = [
    Refusal(Sum(axes: [2]), .real([2, 3]), because: "an axis in -2 ..< 2"),
    Refusal(Sum(axes: [0, -2]), .real([2, 3]), because: "each axis at most once"),
  ]
}

extension Tensor {
  /// The sum over all elements, or over `axes`. Integers and bool add up to int64, unless `dtype` says otherwise.
  public func sum(axes: [Int]? = nil, keepDims: Bool = false, dtype: DType? = nil) -> Tensor {
    apply(Sum(axes: axes, keepDims: keepDims, dtype: dtype), [self])[0]
  }
  /// The sum along one axis.
  public func sum(axis: Int, keepDims: Bool = false, dtype: DType? = nil) -> Tensor {
    sum(axes: [axis], keepDims: keepDims, dtype: dtype)
  }

  /// This gradient summed over what broadcasting repeated, or repeated where a rule gave one value per row.
  func fitted(to shape: Shape, dtype: DType) -> Tensor {
    guard let wide = Shape.broadcast(self.shape, shape), wide != shape else { return expanded(to: shape) }
    let lead = rank - shape.rank
    let repeated = (0..<rank).filter { $0 < lead || (shape.axes[$0 - lead] == 1 && self.shape.axes[$0] != 1) }
    return sum(axes: repeated, keepDims: true, dtype: dtype).reshaped(to: shape)
  }
}
