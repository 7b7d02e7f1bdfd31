import WeftTensor

// Activations without parameters or options. Each maps any shape to the same, element by element.

/// max(x, 0).
public final class ReLU: Module {
  public override init() {}
  public override func forward(_ input: Tensor) -> Tensor { input.relu() }
}

/// min(max(x, 0), 6).
public final class ReLU6: Module {
  public override init() {}
  public override func forward(_ input: Tensor) -> Tensor { input.relu6() }
}

/// 1.0507 · (x where positive, else 1.6733 · (eˣ - 1)): keeps mean 0 and variance 1 (Klambauer et al., 2017).
public final class SELU: Module {
  public override init() {}
  public override func forward(_ input: Tensor) -> Tensor { input.selu() }
}

/// x · σ(x), also called swish.
public final class SiLU: Module {
  public override init() {}
  public override func forward(_ input: Tensor) -> Tensor { input.silu() }
}

/// x · tanh(log(1 + eˣ)) (Misra, 2019).
public final class Mish: Module {
  public override init() {}
  public override func forward(_ input: Tensor) -> Tensor { input.mish() }
}

/// x / (1 + |x|).
public final class Softsign: Module {
  public override init() {}
  public override func forward(_ input: Tensor) -> Tensor { input.softsign() }
}

/// min(max(x/6 + 1/2, 0), 1).
public final class Hardsigmoid: Module {
  public override init() {}
  public override func forward(_ input: Tensor) -> Tensor { input.hardsigmoid() }
}

/// x · min(max(x/6 + 1/2, 0), 1).
public final class Hardswish: Module {
  public override init() {}
  public override func forward(_ input: Tensor) -> Tensor { input.hardswish() }
}

/// 1 / (1 + e⁻ˣ).
public final class Sigmoid: Module {
  public override init() {}
  public override func forward(_ input: Tensor) -> Tensor { input.sigmoid() }
}

/// log(1 / (1 + e⁻ˣ)).
public final class LogSigmoid: Module {
  public override init() {}
  public override func forward(_ input: Tensor) -> Tensor { input.logSigmoid() }
}

/// (eˣ - e⁻ˣ) / (eˣ + e⁻ˣ).
public final class Tanh: Module {
  public override init() {}
  public override func forward(_ input: Tensor) -> Tensor { input.tanh() }
}

/// x - tanh(x).
public final class Tanhshrink: Module {
  public override init() {}
  public override func forward(_ input: Tensor) -> Tensor { input.tanhshrink() }
}
