import Weft

// Single layers: forward, and backward from a gradient of the result.
extension BenchCase {
  /// The step of a layer or function.
  func layerStep() -> () -> Void {
    let (input, parameters, forward) = layer()
    if infers { return { noGrad { _ = precision.run { forward(input) } } } }
    let x = input.dtype.isFloatingPoint ? input.requiringGrad() : input
    var gradient: Tensor?
    return {
      let y = precision.run { forward(x) }
      let g = gradient ?? y.detach()  // any numbers that lie in memory as the result does
      gradient = g
      y.backward(gradient: g)
      x.grad = nil
      for parameter in parameters { parameter.grad = nil }
    }
  }

  /// The input, what learns, and the forward pass.
  private func layer() -> (Tensor, [Parameter], (Tensor) -> Tensor) {
    switch kind {
    case "linear": module(Linear(self["in"], self["out"]), [self["n"], self["in"]])
    case "matmul": product()
    case "conv":
      module(convolution(), [self["n"], self["c"]] + Array(repeating: self["h"], count: min(3, self["axes"])))
    case "maxpool": module(MaxPool2d(PerAxis(self["k"]), stride: PerAxis(self["s"])), image)
    case "batchnorm": module(BatchNorm2d(self["c"]), image)
    case "layernorm": module(LayerNorm([self["d"]]), [self["n"], self["d"]])
    case "softmax": (Tensor(normal: [self["n"], self["d"]]), [], { $0.softmax(axis: -1) })
    case "gelu": (Tensor(normal: [self["n"]]), [], { $0.gelu() })
    case "crossentropy": loss()
    case "embedding":
      module(Embedding(self["v"], self["d"]), Tensor(integers: [self["n"]], in: 0..<max(1, self["v"])))
    case "attention": attention()
    case "gru": sequence(GRU(self["d"], self["d"], numLayers: self["layers"], batchFirst: true)) { $0($1).output }
    default: sequence(LSTM(self["d"], self["d"], numLayers: self["layers"], batchFirst: true)) { $0($1).output }
    }
  }

  private var image: [Int] { [self["n"], self["c"], self["h"], self["h"]] }

  private func module(_ module: Module, _ shape: [Int]) -> (Tensor, [Parameter], (Tensor) -> Tensor) {
    self.module(module, shape.count > 2 ? channelsLast(shape) : Tensor(normal: Shape(shape)))
  }

  /// An image as a layer before would have left it in memory.
  private func channelsLast(_ shape: [Int]) -> Tensor {
    let spatial = Array(2..<shape.count)
    return Tensor(normal: Shape([shape[0]] + spatial.map { shape[$0] } + [shape[1]]))
      .permuted([0, shape.count - 1] + spatial.map { $0 - 1 })
  }

  private func module(_ module: Module, _ input: Tensor) -> (Tensor, [Parameter], (Tensor) -> Tensor) {
    if infers { module.eval() }
    return (input, module.parameters(), { module($0) })
  }

  private func product() -> (Tensor, [Parameter], (Tensor) -> Tensor) {
    let b = Parameter(Tensor(normal: [self["b"], self["k"], self["n"]]))
    return (Tensor(normal: [self["b"], self["m"], self["k"]]), [b], { $0.matmul(b.tensor) })
  }

  private func loss() -> (Tensor, [Parameter], (Tensor) -> Tensor) {
    let classes = Tensor(integers: [self["n"]], in: 0..<max(1, self["d"]))
    return (Tensor(normal: [self["n"], self["d"]]), [], { crossEntropy($0, classIndices: classes) })
  }

  private func attention() -> (Tensor, [Parameter], (Tensor) -> Tensor) {
    let shape: Shape = [self["n"], self["heads"], self["t"], self["d"]]
    let (key, value) = (Parameter(Tensor(normal: shape)), Parameter(Tensor(normal: shape)))
    let isCausal = self["causal"] != 0
    return (
      Tensor(normal: shape), [key, value],
      { scaledDotProductAttention(query: $0, key: key.tensor, value: value.tensor, isCausal: isCausal) }
    )
  }

  private func sequence<Layer: Module>(
    _ layer: Layer, _ run: @escaping (Layer, Tensor) -> Tensor
  ) -> (Tensor, [Parameter], (Tensor) -> Tensor) {
    (Tensor(normal: [self["n"], self["t"], self["d"]]), layer.parameters(), { run(layer, $0) })
  }

  private func convolution() -> Module {
    let (stride, padding) = (PerAxis(self["s"]), Padding(PerAxis(self["p"])))
    let (kernel, dilation) = (PerAxis(self["k"]), PerAxis(self["d"]))
    switch self["axes"] {
    case 1:
      return Conv1d(
        self["c"], self["o"], kernelSize: kernel, stride: stride, padding: padding, dilation: dilation,
        groups: self["g"])
    case 3:
      return Conv3d(
        self["c"], self["o"], kernelSize: kernel, stride: stride, padding: padding, dilation: dilation,
        groups: self["g"])
    default:
      return Conv2d(
        self["c"], self["o"], kernelSize: kernel, stride: stride, padding: padding, dilation: dilation,
        groups: self["g"])
    }
  }
}
