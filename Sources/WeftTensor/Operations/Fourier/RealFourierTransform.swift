/// Elements 0 through n/2 of yₖ = c·Σ xⱼ·exp(-2πi·jk/n) for real x, as pairs; the others are their conjugates. Gradient: the
/// real part of the opposite transform of g, continued with zeros, with the same factor c.
public struct RealFourierTransform: TensorOperation {
  public static let name = "realFourierTransform"
  public static let operands: Operands = ["x"]
  public static let equation = "yₖ = c·Σ xⱼ·exp(-2πi·jk/n), k ≤ n/2"
  public static var autocastRule: AutocastRule { .float32 }
  public static let defaults: Attributes = ["normalization": FourierNormalization.backward]
  /// Which direction is divided by the number of elements.
  public let normalization: FourierNormalization

  public init(normalization: FourierNormalization = .backward) { self.normalization = normalization }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let (shape, dtype) = (inputs[0].shape, inputs[0].dtype)
    try FourierTransform.requireReal(inputs[0], operation: Self.name)
    guard shape.rank >= 1, shape[-1] > 0 else {
      throw TensorError(
        .shape, operation: Self.name, operands: [("tensor", inputs[0])],
        expected: "real numbers [..., n], n at least 1", got: "\(shape)")
    }
    return [TensorSpec(Shape(shape.sizes.dropLast() + [shape[-1] / 2 + 1, 2]), dtype)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let scale = normalization.scale(inputs[0].shape[-1], inverse: false)
    guard let result = inputs.backend.realFourier(inputs[0], scale: scale) else {
      return [FourierTransform.tooLarge(inputs[0], operation: Self.name)]
    }
    return [result]
  }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let count = saved.inputSpecs[0].shape[-1]
    let adjoint = FourierTransform(inverse: true, normalization: normalization.swapped)
    return [
      gradients[0].map { g in
        let whole = g.padded([(0, count - g.shape[-2]), (0, 0)])
        return apply(adjoint, [whole])[0].sliced(axis: -1, to: 1).squeezed(-1)
      }
    ]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    [tangents[0].map { apply(self, [$0])[0] }]
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { batch.applying(self) }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let shape = inputs[0].shape
    let pairs = ReferenceArray(shape: shape + [2]) { $0[$0.count - 1] == 0 ? inputs[0][Array($0.dropLast())] : 0 }
    let whole = FourierTransform(normalization: normalization).reference([pairs])
    return whole.map { whole in
      [ReferenceArray(shape: shape.dropLast() + [shape[shape.count - 1] / 2 + 1, 2]) { whole[0][$0] }]
    }
  }

  public static let samples = [
    Sample(RealFourierTransform(), .real([4])),
    Sample(RealFourierTransform(), .real([2, 3])),
    Sample(RealFourierTransform(normalization: .ortho), .real([2, 2, 6])),
    Sample(RealFourierTransform(normalization: .forward), .real([8])),
    Sample(RealFourierTransform(), .real([1])),
    Sample(RealFourierTransform(), .real([2])),
    Sample(RealFourierTransform(), .real([67])),
    Sample(RealFourierTransform(), .real([0, 3])),
  ]

  public static let refusals = [
    Refusal(RealFourierTransform(), .real([]), because: "real numbers [..., n], n at least 1"),
    Refusal(RealFourierTransform(), .real([2, 0]), because: "real numbers [..., n], n at least 1"),
    Refusal(RealFourierTransform(), .integers([4], in: 0..<5), because: "float32 or float64"),
  ]
}
