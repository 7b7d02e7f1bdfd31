import WeftTensor

// PyTorch's labels of the usual optimizers and of the usual loss, and its functions beside them, for which the compiler
// offers Weft's.

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

extension Optimizer {
  @available(*, unavailable, renamed: "addGroup(_:learningRate:maximize:)")
  public var add_param_group: Renamed { .init() }
  @available(*, unavailable, message: "write `try load(from:)`, or restore a whole `TrainingState`")
  public var load_state_dict: Renamed { .init() }
}

extension Linear {
  @available(*, unavailable, message: "write `weight.shape[1]`") public var in_features: Int { 0 }
  @available(*, unavailable, message: "write `weight.shape[0]`") public var out_features: Int { 0 }
}

@available(*, unavailable, message: "write `clipGradientNorm(parameters, to: 1)`")
public var clip_grad_norm_: Renamed { .init() }
@available(*, unavailable, message: "write `clipGradientValues(parameters, to: 1)`")
public var clip_grad_value_: Renamed { .init() }
@available(*, unavailable, message: "write `try model.save(to: path)`")
public var save: Renamed { .init() }
@available(*, unavailable, message: "write `try model.load(from: path)`, or `TensorFile(path)` to look inside")
public var load: Renamed { .init() }
@available(*, unavailable, message: "write `try data.split(validation: 0.2)`")
public var random_split: Renamed { .init() }

@available(*, unavailable, message: "write `classIndices:` before labels, `probabilities:` before shares of classes")
public func crossEntropy(_: Tensor, _: Tensor, label_smoothing: Double = 0) -> Tensor { Tensor(zeros: []) }
