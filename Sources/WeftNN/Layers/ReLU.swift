import WeftTensor

/// max(x, 0), element by element.
public final class ReLU: Module {
  public override init() {}
  public override func forward(_ input: Tensor) -> Tensor { input.relu() }
}
