/// e^(x²)·erfc x, which does not vanish where erfc does. Gradient: g(2x·y - 2/√π).
public struct ErfcScaled: ElementwiseOperation {
  public static let name = "erfcScaled"
  public static let formula = Formula { x in WeftTensor.erfcScaled(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(ErfcScaled(), .real([2, 3]))]
  public init() {}
}

extension Tensor {
  /// e^(x²)·erfc x of each element (PyTorch's `special.erfcx`).
  public func erfcScaled() -> Tensor { apply(ErfcScaled(), [self])[0] }
}
