import WeftTensor

/// y = (x - E[x]) / √(Var[x] + ε) · γ + β, with mean and variance of each sample over its last axes (Ba et al., 2016).
///
/// Shape: [..., normalized...] to the same; `weight` (γ, ones at first) and `bias` (β, zeros) [normalized...].
public final class LayerNorm: Module {
  /// γ, [normalized...]; nil without `elementwiseAffine`.
  public var weight: Parameter?
  /// β, [normalized...]; nil without `elementwiseAffine` or `bias`.
  public var bias: Parameter?
  /// The sizes of the last axes, over which mean and variance are taken.
  public let normalizedShape: Shape
  /// ε, added to the variance.
  public let epsilon: Double

  /// Over the last axes, those of `normalizedShape`.
  public init(_ normalizedShape: Shape, epsilon: Double = 1e-5, elementwiseAffine: Bool = true, bias: Bool = true) {
    (self.normalizedShape, self.epsilon) = (normalizedShape, epsilon)
    weight = elementwiseAffine ? Parameter(Initializer.ones(normalizedShape)) : nil
    self.bias = elementwiseAffine && bias ? Parameter(Initializer.zeros(normalizedShape)) : nil
  }

  /// Over the last axis, of `size` elements.
  public convenience init(_ size: Int, epsilon: Double = 1e-5, elementwiseAffine: Bool = true, bias: Bool = true) {
    self.init([size], epsilon: epsilon, elementwiseAffine: elementwiseAffine, bias: bias)
  }

  public override func forward(_ input: Tensor) -> Tensor {
    if let error = TensorError.lastAxes(of: input, normalizedShape, operation: "LayerNorm") { return .failed(error) }
    return input.layerNormalized(
      axisCount: normalizedShape.rank, weight: weight?.tensor, bias: bias?.tensor, epsilon: epsilon)
  }
}

/// y = x / √(E[x²] + ε) · γ, with the mean of each sample over its last axes (Zhang and Sennrich, 2019).
///
/// Shape: [..., normalized...] to the same; `weight` (γ, ones at first) [normalized...].
public final class RMSNorm: Module {
  /// γ, [normalized...]; nil without `elementwiseAffine`.
  public var weight: Parameter?
  /// The sizes of the last axes, over which the mean square is taken.
  public let normalizedShape: Shape
  /// Added to the mean square; nil for the machine epsilon of the type computed in.
  public let epsilon: Double?

  /// Over the last axes, those of `normalizedShape`.
  public init(_ normalizedShape: Shape, epsilon: Double? = nil, elementwiseAffine: Bool = true) {
    (self.normalizedShape, self.epsilon) = (normalizedShape, epsilon)
    weight = elementwiseAffine ? Parameter(Initializer.ones(normalizedShape)) : nil
  }

  /// Over the last axis, of `size` elements.
  public convenience init(_ size: Int, epsilon: Double? = nil, elementwiseAffine: Bool = true) {
    self.init([size], epsilon: epsilon, elementwiseAffine: elementwiseAffine)
  }

  public override func forward(_ input: Tensor) -> Tensor {
    if let error = TensorError.lastAxes(of: input, normalizedShape, operation: "RMSNorm") { return .failed(error) }
    return input.rmsNormalized(axisCount: normalizedShape.rank, weight: weight?.tensor, epsilon: epsilon)
  }
}

extension TensorError {
  /// What is wrong if an input's last axes are not those of a layer.
  static func lastAxes(of input: Tensor, _ shape: Shape, operation: String) -> TensorError? {
    if shape.rank > 0, input.shape.sizes.suffix(shape.rank) == shape.sizes[...] { return nil }
    return TensorError(
      .shape, operation: operation, operands: [("input", input.spec)],
      expected: "an input whose last axes are \(shape)", got: "\(input.shape)")
  }
}
