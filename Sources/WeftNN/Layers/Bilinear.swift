import WeftTensor

/// yₒ = aᵀ·Wₒ·b + cₒ: a linear map of each of two inputs.
///
/// Shape: [..., in1] and [..., in2] to [..., out]; weight [out, in1, in2], bias [out], both even within 1/√in1 at first.
public final class Bilinear: Module {
  /// W, [out, in1, in2].
  public var weight: Parameter
  /// c, [out]; nil without one.
  public var bias: Parameter?

  /// - Parameter bias: Whether c is added.
  public init(_ inFeatures1: Int, _ inFeatures2: Int, _ outFeatures: Int, bias: Bool = true) {
    let inFeatures1 = LayerCheck.size(inFeatures1, "input features", layer: "Bilinear")
    let inFeatures2 = LayerCheck.size(inFeatures2, "input features", layer: "Bilinear")
    let outFeatures = LayerCheck.size(outFeatures, "output features", layer: "Bilinear")
    let initializer = Initializer.uniform(fanIn: inFeatures1)
    weight = Parameter(initializer([outFeatures, inFeatures1, inFeatures2]))
    self.bias = bias ? Parameter(initializer([outFeatures])) : nil
  }

  /// yₒ = aᵀ·Wₒ·b + cₒ for each pair of vectors.
  ///
  /// Shape: [..., in1] and [..., in2] to [..., out].
  public func callAsFunction(_ a: Tensor, _ b: Tensor) -> Tensor {
    inPath {
      for input in [a, b] {
        if let error = TensorError.wider(input, than: weight, layer: "Bilinear") { return .failed(error) }
      }
      return bilinear(a, b, weight: weight.tensor, bias: bias?.tensor)
    }
  }
}
