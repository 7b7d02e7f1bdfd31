import WeftTensor

// PyTorch's labels of the usual optimizers and of the usual loss, for which the compiler offers Weft's.

extension SGD {
  @available(*, unavailable, message: "write `learningRate:`, `weightDecay:`")
  public convenience init(_: [Parameter], lr: Double, momentum: Double = 0, weight_decay: Double = 0) { self.init([]) }
}

extension Adam {
  @available(*, unavailable, message: "write `learningRate:`, `weightDecay:`")
  public convenience init(_: [Parameter], lr: Double, betas: Any? = nil, eps: Double = 0, weight_decay: Double = 0) {
    self.init([])
  }
}

extension AdamW {
  @available(*, unavailable, message: "write `learningRate:`, `weightDecay:`")
  public convenience init(_: [Parameter], lr: Double, betas: Any? = nil, eps: Double = 0, weight_decay: Double = 0) {
    self.init([])
  }
}

@available(*, unavailable, message: "write `classIndices:` before labels, `probabilities:` before shares of classes")
public func crossEntropy(_: Tensor, _: Tensor, label_smoothing: Double = 0) -> Tensor { Tensor(zeros: []) }
