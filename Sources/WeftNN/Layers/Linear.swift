import WeftTensor

/// y = x·Wᵀ + b, over the last axis.
///
/// Shape: [..., in] to [..., out]; weight [out, in], bias [out], both even within 1/√in at first.
///
/// Misuse: a float64 input of weights in a narrower type, here and in every layer that multiplies.
///
/// ```swift
/// let layer = Linear(784, 10)
/// let logits = layer(images.flattened(from: 1))   // [N, 784] to [N, 10]
/// ```
public final class Linear: Module {
  /// Set it to another module's to tie the two.
  public var weight: Parameter
  /// b, [out]; nil without one.
  public var bias: Parameter?

  /// - Parameter bias: Whether b is added.
  public init(_ inFeatures: Int, _ outFeatures: Int, bias: Bool = true) {
    let inFeatures = LayerCheck.size(inFeatures, "input features", layer: "Linear")
    let outFeatures = LayerCheck.size(outFeatures, "output features", layer: "Linear")
    let initializer = Initializer.uniform(fanIn: inFeatures)
    weight = Parameter(initializer([outFeatures, inFeatures]))
    self.bias = bias ? Parameter(initializer([outFeatures])) : nil
  }

  public override func forward(_ input: Tensor) -> Tensor {
    linear(input, weight: weight, bias: bias)
  }
}
