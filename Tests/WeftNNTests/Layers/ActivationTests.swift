import Testing
import Weft

@Suite struct ActivationTests {
  @Test func goldens() throws {
    let layers: [String: Module] = [
      "relu": ReLU(), "relu6": ReLU6(), "leaky_relu": LeakyReLU(), "leaky_relu_slope": LeakyReLU(0.2), "elu": ELU(),
      "elu_alpha": ELU(alpha: 0.5), "selu": SELU(), "celu": CELU(), "celu_alpha": CELU(alpha: 0.5), "gelu": GELU(),
      "gelu_tanh": GELU(approximation: .tanh), "silu": SiLU(), "mish": Mish(), "softplus": Softplus(),
      "softplus_beta": Softplus(beta: 2, threshold: 3), "softsign": Softsign(), "hardtanh": Hardtanh(),
      "hardtanh_range": Hardtanh(-0.5, 2), "hardsigmoid": Hardsigmoid(), "hardswish": Hardswish(),
      "sigmoid": Sigmoid(), "log_sigmoid": LogSigmoid(), "tanh": Tanh(), "tanhshrink": Tanhshrink(),
      "softshrink": Softshrink(), "hardshrink": Hardshrink(), "threshold": Threshold(0.1, value: 20),
      "prelu": PReLU(), "prelu_channels": PReLU(3), "glu": GLU(), "glu_axis": GLU(axis: 1),
      "softmax": Softmax(axis: -1), "softmax_channels": Softmax(axis: 1), "softmin": Softmin(axis: -1),
      "log_softmax": LogSoftmax(axis: -1),
    ]
    for (name, golden) in try GoldenCase.family("activations") { golden.compare(try #require(layers[name])) }
  }
}
