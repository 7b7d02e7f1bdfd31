/// Elements 0 through n/2 of yₖ = c·Σ xⱼ·exp(-2πi·jk/n) for real x, as pairs; the others are their conjugates. Gradient: the
/// real part of the opposite transform of g, continued with zeros, with the same factor c: a `MirroredFourierTransform`
/// of half of g, but for what has no mirror image.
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
    let adjoint = MirroredFourierTransform(count: count, normalization: normalization.swapped)
    // That adds up each number and its mirror image.
    return [gradients[0].map { g in apply(adjoint, [g * shares(count, g.dtype)])[0] }]
  }

  private func shares(_ count: Int, _ dtype: DType) -> Tensor {
    let shares = (0...(count / 2)).map { k in k == 0 || 2 * k == count ? 1 : 0.5 }
    return Tensor(shares).unsqueezed(-1).converted(to: dtype)
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

/// yⱼ = c·Σ xₖ·exp(±2πi·jk/n), plus for the inverse transform, of n complex numbers of which the elements 0 through n/2
/// are given, as pairs: the others are their conjugates, so that y is real. The imaginary parts of element 0 and, for
/// even n, n/2 take no part. Gradient: the `RealFourierTransform` of g with the same factor c, twice where a number
/// stands for two.
public struct MirroredFourierTransform: TensorOperation {
  public static let name = "mirroredFourierTransform"
  public static let operands: Operands = ["x"]
  public static let equation = "yⱼ = c·Σ xₖ·exp(±2πi·jk/n), xₙ₋ₖ = xₖ*"
  public static var autocastRule: AutocastRule { .float32 }
  public static let defaults: Attributes = ["inverse": true, "normalization": FourierNormalization.backward]
  /// How many numbers there are: n.
  public let count: Int
  /// Whether the exponent's sign is that of the inverse transform.
  public let inverse: Bool
  /// Which direction is divided by the number of elements.
  public let normalization: FourierNormalization

  public init(count: Int, inverse: Bool = true, normalization: FourierNormalization = .backward) {
    (self.count, self.inverse, self.normalization) = (count, inverse, normalization)
  }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let (shape, dtype) = (inputs[0].shape, inputs[0].dtype)
    try FourierTransform.requireReal(inputs[0], operation: Self.name)
    guard count > 0, shape.rank >= 2, shape[-1] == 2, shape[-2] == count / 2 + 1 else {
      throw TensorError(
        .shape, operation: Self.name, operands: [("tensor", inputs[0])],
        expected: "pairs of real and imaginary parts [..., n/2 + 1, 2], n at least 1", got: "\(shape), n \(count)")
    }
    return [TensorSpec(Shape(shape.sizes.dropLast(2) + [count]), dtype)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let scale = normalization.scale(count, inverse: inverse)
    guard let result = inputs.backend.mirroredFourier(inputs[0], count: count, inverse: inverse, scale: scale) else {
      return [FourierTransform.tooLarge(inputs[0], operation: Self.name)]
    }
    return [result]
  }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let adjoint = RealFourierTransform(normalization: inverse ? normalization.swapped : normalization)
    return [gradients[0].map { g in apply(adjoint, [g])[0] * shares(g.dtype) }]
  }

  /// How often the parts of each pair stand in the whole: [n/2 + 1, 2].
  private func shares(_ dtype: DType) -> Tensor {
    let shares = (0...(count / 2)).flatMap { k -> [Double] in
      let isAlone = k == 0 || 2 * k == count
      return isAlone ? [1, 0] : [2, inverse ? 2 : -2]
    }
    return Tensor(shares).reshaped(-1, 2).converted(to: dtype)
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    [tangents[0].map { apply(self, [$0])[0] }]
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { batch.applying(self) }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let rows = inputs[0].shape.dropLast(2)
    let pairs = ReferenceArray(shape: rows + [count, 2]) { index in
      let (row, k, part) = (index.dropLast(2), index[index.count - 2], index[index.count - 1])
      if part == 1 && (k == 0 || 2 * k == count) { return 0 }
      let isGiven = k <= count / 2
      let value = inputs[0][row + [isGiven ? k : count - k, part]]
      return part == 1 && !isGiven ? -value : value
    }
    let whole = FourierTransform(inverse: inverse, normalization: normalization).reference([pairs])
    return whole.map { whole in [ReferenceArray(shape: rows + [count]) { whole[0][$0 + [0]] }] }
  }

  public static let samples = [
    Sample(MirroredFourierTransform(count: 4), .real([3, 2])),
    Sample(MirroredFourierTransform(count: 3), .real([2, 2, 2])),
    Sample(MirroredFourierTransform(count: 6, normalization: .ortho), .real([2, 2, 4, 2])),
    Sample(MirroredFourierTransform(count: 8, inverse: false), .real([5, 2])),
    Sample(MirroredFourierTransform(count: 7, inverse: false, normalization: .forward), .real([4, 2])),
    Sample(MirroredFourierTransform(count: 1), .real([1, 2])),
    Sample(MirroredFourierTransform(count: 2), .real([2, 2])),
    Sample(MirroredFourierTransform(count: 67), .real([34, 2])),
    Sample(MirroredFourierTransform(count: 3), .real([0, 2, 2])),
  ]

  public static let refusals = [
    Refusal(MirroredFourierTransform(count: 4), .real([4]), because: "pairs of real and imaginary parts"),
    Refusal(MirroredFourierTransform(count: 4), .real([3, 3]), because: "pairs of real and imaginary parts"),
    Refusal(MirroredFourierTransform(count: 6), .real([3, 2]), because: "[..., n/2 + 1, 2]"),
    Refusal(MirroredFourierTransform(count: 0), .real([1, 2]), because: "n at least 1"),
    Refusal(MirroredFourierTransform(count: 6), .integers([4, 2], in: 0..<5), because: "float32 or float64"),
  ]
}
