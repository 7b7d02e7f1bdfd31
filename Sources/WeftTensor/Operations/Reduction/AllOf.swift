/// Whether every element over axes is true (anything but 0); a bool, true where there are none.
public struct AllOf: AxisReduction {
  public static let name = "all"
  public static let equation = "y = 1 where every xᵢ ≠ 0, else 0"
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
    [Tensor.reduce(Self.truth, by: .minimum, axes, inputs, as: outputs[0])]
  }

  public func over(_ axes: [Int]?) -> AllOf { AllOf(axes: axes, keepDims: keepDims) }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    [ReferenceArray.reduce(inputs[0], axes, keepDims) { $0.allSatisfy { $0 != 0 } ? 1 : 0 }]
  }

  public static let samples = [
    Sample(AllOf(), .bools([2, 3])),
    Sample(AllOf(axes: [-1]), .bools([4, 2])),
    Sample(AllOf(axes: [0, 2], keepDims: true), .integers([2, 3, 2], in: 0..<2)),
    Sample(AllOf(axes: [1]), .exactly([0, .nan, 0, 0], [2, 2])),
    Sample(AllOf(axes: [1]), .bools([2, 0])),
  ]

  public static let refusals = [
    Refusal(AllOf(axes: [2]), .bools([2, 3]), because: "an axis in -2 ..< 2"),
    Refusal(AllOf(axes: [1, -1]), .bools([2, 3]), because: "each axis at most once"),
  ]
}

extension Tensor {
  /// Whether every element is true (anything but 0), of all or over `axes`. As bool; true where there are none.
  public func all(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    apply(AllOf(axes: axes, keepDims: keepDims), [self])[0]
  }
  /// Whether every element along one axis is true.
  public func all(axis: Int, keepDims: Bool = false) -> Tensor { all(axes: [axis], keepDims: keepDims) }
}
