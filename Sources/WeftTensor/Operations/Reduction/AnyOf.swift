/// Whether any element over axes is true (anything but 0); a bool, false where there are none.
public struct AnyOf: AxisReduction {
  public static let name = "any"
  public static let equation = "y = 1 where any xᵢ ≠ 0, else 0"
  public static let whyNotDifferentiable: String? = "its result is bool"
  public let axes: [Int]?
  public let keepDims: Bool

  public init(axes: [Int]? = nil, keepDims: Bool = false) {
    self.axes = axes
    self.keepDims = keepDims
  }

  public func resultType(of dtype: DType) -> DType { .bool }

  private static let truth = Formula { x in x .!= 0 }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    [Tensor.reduce(Self.truth, by: .sum, axes, inputs, as: outputs[0])]
  }

  public func over(_ axes: [Int]?) -> AnyOf { AnyOf(axes: axes, keepDims: keepDims) }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    [ReferenceArray.reduce(inputs[0], axes, keepDims) { $0.contains { $0 != 0 } ? 1 : 0 }]
  }

  public static let samples = [
    Sample(AnyOf(), .bools([2, 3])),
    Sample(AnyOf(axes: [-1]), .bools([4, 2])),
    Sample(AnyOf(axes: [0, 2], keepDims: true), .integers([2, 3, 2], in: 0..<2)),
    Sample(AnyOf(axes: [1]), .exactly([0, .nan, 0, 0], [2, 2])),
    Sample(AnyOf(axes: [1]), .bools([2, 0])),
  ]

  public static let refusals = [
    Refusal(AnyOf(axes: [2]), .bools([2, 3]), because: "an axis in -2 ..< 2"),
    Refusal(AnyOf(axes: [1, -1]), .bools([2, 3]), because: "each axis at most once"),
  ]
}

extension Tensor {
  /// Whether any element is true (anything but 0), of all or over `axes`. As bool; false where there are none.
  public func any(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    apply(AnyOf(axes: axes, keepDims: keepDims), [self])[0]
  }
  /// Whether some element along one axis is true.
  public func any(axis: Int, keepDims: Bool = false) -> Tensor { any(axes: [axis], keepDims: keepDims) }
}
