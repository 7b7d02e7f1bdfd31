/// Whether every element over axes, or any, is true (anything but 0); a bool. A conforming type says which of the two.
public protocol Quantifier: AxisReduction {
  /// The operation over axes, nil for all.
  init(axes: [Int]?, keepDims: Bool)
  /// Whether all of them must be true; then nothing at all gives true, else false.
  static var isUniversal: Bool { get }
}

extension Quantifier {
  public static var whyNotDifferentiable: String? { "its result is bool" }

  public func resultType(of dtype: DType) -> DType { .bool }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    [Tensor.reduce(truth, by: Self.isUniversal ? .minimum : .sum, axes, inputs, as: outputs[0])]
  }

  public func over(_ axes: [Int]?) -> Self { Self(axes: axes, keepDims: keepDims) }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    [
      ReferenceArray.reduce(inputs[0], axes, keepDims) { values in
        (Self.isUniversal ? values.allSatisfy { $0 != 0 } : values.contains { $0 != 0 }) ? 1 : 0
      }
    ]
  }

  public static var samples: [Sample] {
    [
      Sample(Self(axes: nil, keepDims: false), .bools([2, 3])),
      Sample(Self(axes: [-1], keepDims: false), .bools([4, 2])),
      Sample(Self(axes: [0, 2], keepDims: true), .integers([2, 3, 2], in: 0..<2)),
      Sample(Self(axes: [1], keepDims: false), .exactly([0, .nan, 0, 0], [2, 2])),
      Sample(Self(axes: [1], keepDims: false), .bools([2, 0])),
    ]
  }

  public static var refusals: [Refusal] {
    [
      Refusal(Self(axes: [2], keepDims: false), .bools([2, 3]), because: "an axis in -2 ..< 2"),
      Refusal(Self(axes: [1, -1], keepDims: false), .bools([2, 3]), because: "each axis at most once"),
    ]
  }
}

private let truth = Formula { x in x .!= 0 }
