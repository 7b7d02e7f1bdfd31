import WeftTensor

/// w = g · v / ‖v‖: direction and length of a weight are learned apart (Salimans and Kingma, 2016).
///
/// Where v is 0, so is w. (PyTorch gives NaN.)
///
/// Shape: v like the weight, g of size 1 along all axes but `axis`; `original0` is g, `original1` is v.
public final class WeightNorm: Parametrization {
  /// g, of size 1 along all axes but `axis`.
  public let length: Parameter
  /// v, of the weight's shape; its length does not matter.
  public let direction: Parameter
  /// The axis whose slices have lengths of their own; nil for one length of the whole.
  public let axis: Int?

  init(of parameter: Parameter, axis: Int?) {
    self.axis = axis
    direction = Parameter(parameter.value)
    length = Parameter(Self.length(of: parameter.value, axis))
  }

  public override var properties: [(name: String, value: Any)] { [("original0", length), ("original1", direction)] }

  override func value() -> Tensor {
    let direction = direction.tensor
    let present = Self.length(of: direction, axis)
    // In units of the direction's size, a power of two: the slopes of a short one leave the range by themselves, and
    // where the length is the present one the weight is what it was, to the bit.
    let known = present.detach()
    let unit = Tensor.where(known .== 0, 0, known.log2().floor()).exp2()
    return direction / unit * (length.tensor / (Tensor.where(present .== 0, 1, present) / unit))
  }

  override func assign(_ tensor: Tensor) {
    direction.value = tensor
    length.value = Self.length(of: direction.value, axis)
  }

  private static func length(of tensor: Tensor, _ axis: Int?) -> Tensor {
    guard let axis, let kept = tensor.shape.axis(axis) else { return tensor.norm() }
    return tensor.norm(axes: (0..<tensor.rank).filter { $0 != kept }, keepDims: true)
  }
}

extension Module {
  /// Learns the weight `name` as direction and length; see `WeightNorm`. The value stays what it is.
  ///
  /// ```swift
  /// let layer = Linear(20, 40).weightNormalized()
  /// layer.namedParameters().map(\.name)   // parametrizations.weight.original0, ...original1, bias
  /// ```
  /// - Parameter axis: The axis whose slices have lengths of their own; nil for one length of the whole.
  @discardableResult
  public func weightNormalized(_ name: String = "weight", axis: Int? = 0) -> Self {
    parametrize(name, "weightNormalized") { parameter in
      if let axis, parameter.shape.axis(axis) == nil {
        report(
          TensorError(
            .axis, operation: "weightNormalized", operands: [(name, parameter.tensor.spec)],
            expected: "an axis of the parameter, or nil", got: "\(axis)"))
      }
      return WeightNorm(of: parameter, axis: axis)
    }
    return self
  }
}
