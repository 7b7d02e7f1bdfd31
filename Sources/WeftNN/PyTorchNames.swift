// PyTorch's names of what modules and optimizers do, for which the compiler offers Weft's.
//
// `scripts/list-pytorch-names` writes this file from the tables of Documentation/PyTorch.md; a test compares the two.

import WeftTensor

extension Module {
  @available(*, unavailable, renamed: "parameter(named:)") public var get_parameter: Renamed { .init() }
  @available(*, unavailable, renamed: "module(named:)") public var get_submodule: Renamed { .init() }
  @available(*, unavailable, renamed: "load(from:partial:renaming:transposing:)")
  public var load_state_dict: Renamed { .init() }
  @available(*, unavailable, renamed: "namedBuffers()") public var named_buffers: Renamed { .init() }
  @available(*, unavailable, renamed: "namedChildren()") public var named_children: Renamed { .init() }
  @available(*, unavailable, renamed: "namedModules()") public var named_modules: Renamed { .init() }
  @available(*, unavailable, renamed: "namedParameters()") public var named_parameters: Renamed { .init() }
  @available(*, unavailable, renamed: "registerForwardHook(_:)") public var register_forward_hook: Renamed { .init() }
  @available(*, unavailable, renamed: "registerForwardPreHook(_:)")
  public var register_forward_pre_hook: Renamed { .init() }
  @available(*, unavailable, renamed: "freeze(where:)") public var requires_grad_: Renamed { .init() }
  @available(*, unavailable, renamed: "state()") public var state_dict: Renamed { .init() }
  @available(*, unavailable, renamed: "zeroGrad()") public var zero_grad: Renamed { .init() }
  @available(*, unavailable, message: "write `convert(to:)` for a type; all is in the machine's memory")
  public func to(_: Any...) -> Self { self }
  @available(*, unavailable, message: "all is in the machine's memory: leave it out")
  public func cuda(_: Any...) -> Self { self }
  @available(*, unavailable, message: "all is in the machine's memory: leave it out")
  public func cpu(_: Any...) -> Self { self }
  @available(*, unavailable, renamed: "namedModules()") public func modules() -> [Module] { [] }
  @available(*, unavailable, renamed: "namedChildren()") public func children() -> [Module] { [] }
  @available(*, unavailable, message: "write `convert(to: .float16)`") public func half() -> Self { self }
  @available(*, unavailable, message: "write `convert(to: .float32)`") public func float() -> Self { self }
  @available(*, unavailable, message: "write `convert(to: .float64)`") public func double() -> Self { self }
  @available(*, unavailable, message: "write a stored property, as in `let mean = Buffer(Tensor(zeros: [3]))`")
  public var register_buffer: Renamed { .init() }
  @available(*, unavailable, message: "write a stored property, as in `let scale = Parameter(Tensor(ones: [3]))`")
  public var register_parameter: Renamed { .init() }
  @available(*, unavailable, message: "write a stored property, as in `let layer = Linear(2, 3)`")
  public var add_module: Renamed { .init() }
  @available(*, unavailable, message: "write a stored property, as in `let layer = Linear(2, 3)`")
  public var register_module: Renamed { .init() }
}

extension Parameter {
  @available(*, unavailable, renamed: "requiresGrad") public var requires_grad: Bool {
    get { false }
    set {}
  }
  @available(*, unavailable, renamed: "value") public var data: Tensor { value }
}

extension Optimizer {
  @available(*, unavailable, renamed: "zeroGrad()") public var zero_grad: Renamed { .init() }
  @available(*, unavailable, renamed: "state()") public var state_dict: Renamed { .init() }
  @available(*, unavailable, renamed: "groups") public var param_groups: [[String: Double]] {
    get { [] }
    set {}
  }
}

// Losses are functions, schedules too, and modules hold arrays as any type does.
@available(*, unavailable, message: "write `binaryCrossEntropy(probabilities:_:weight:)`")
public var BCELoss: Renamed { .init() }
@available(*, unavailable, message: "write `binaryCrossEntropy(logits:_:weight:)`")
public var BCEWithLogitsLoss: Renamed { .init() }
@available(*, unavailable, message: "write `ctcLoss(logProbabilities:targets:inputLengths:targetLengths:blank:)`")
public var CTCLoss: Renamed { .init() }
@available(*, unavailable, message: "write `Schedules.chained(_:_:)`") public var ChainedScheduler: Renamed { .init() }
@available(*, unavailable, message: "write `Schedules.constant(_:by:for:)`") public var ConstantLR: Renamed { .init() }
@available(*, unavailable, message: "write `Schedules.cosine(from:to:over:)`")
public var CosineAnnealingLR: Renamed { .init() }
@available(*, unavailable, message: "write `Schedules.cosineRestarts`")
public var CosineAnnealingWarmRestarts: Renamed { .init() }
@available(*, unavailable, message: "write `cosineEmbeddingLoss(_:_:_:margin:)`")
public var CosineEmbeddingLoss: Renamed { .init() }
@available(*, unavailable, message: "write `crossEntropy(_:classIndices:weight:)`")
public var CrossEntropyLoss: Renamed { .init() }
@available(*, unavailable, message: "write `Schedules.cyclic`") public var CyclicLR: Renamed { .init() }
@available(*, unavailable, message: "write `Schedules.exponential(from:by:)`")
public var ExponentialLR: Renamed { .init() }
@available(*, unavailable, message: "write `gaussianNegativeLogLikelihood(_:_:variance:full:)`")
public var GaussianNLLLoss: Renamed { .init() }
@available(*, unavailable, message: "write `hingeEmbeddingLoss(_:_:margin:)`")
public var HingeEmbeddingLoss: Renamed { .init() }
@available(*, unavailable, message: "write `huberLoss(_:_:delta:)`") public var HuberLoss: Renamed { .init() }
@available(*, unavailable, message: "write `klDivergence(logProbabilities:_:)`")
public var KLDivLoss: Renamed { .init() }
@available(*, unavailable, message: "write `meanAbsoluteError(_:_:reduction:)`") public var L1Loss: Renamed { .init() }
@available(*, unavailable, message: "write `Schedule`") public var LRScheduler: Renamed { .init() }
@available(*, unavailable, message: "write `Schedule`") public var LambdaLR: Renamed { .init() }
@available(*, unavailable, message: "write `crossEntropy(_:classIndices:weight:)`")
public var LinearCrossEntropyLoss: Renamed { .init() }
@available(*, unavailable, message: "write `Schedules.linear(from:to:over:)`") public var LinearLR: Renamed { .init() }
@available(*, unavailable, message: "write `meanSquaredError(_:_:reduction:)`") public var MSELoss: Renamed { .init() }
@available(*, unavailable, message: "write `marginRankingLoss(_:_:_:margin:)`")
public var MarginRankingLoss: Renamed { .init() }
@available(*, unavailable, message: "write a dictionary in a stored property, as in `[String: Linear]`")
public var ModuleDict: Renamed { .init() }
@available(*, unavailable, message: "write an array in a stored property, as in `let layers: [Linear]`")
public var ModuleList: Renamed { .init() }
@available(*, unavailable, message: "write `multiLabelMarginLoss(_:classIndices:reduction:)`")
public var MultiLabelMarginLoss: Renamed { .init() }
@available(*, unavailable, message: "write `multiLabelSoftMarginLoss(_:_:weight:)`")
public var MultiLabelSoftMarginLoss: Renamed { .init() }
@available(*, unavailable, message: "write `multiMarginLoss(_:classIndices:power:)`")
public var MultiMarginLoss: Renamed { .init() }
@available(*, unavailable, message: "write `Schedules.multiStep(from:at:by:)`")
public var MultiStepLR: Renamed { .init() }
@available(*, unavailable, message: "write `Schedules.multiplied`") public var MultiplicativeLR: Renamed { .init() }
@available(*, unavailable, message: "write `negativeLogLikelihood(logProbabilities:classIndices:weight:)`")
public var NLLLoss: Renamed { .init() }
@available(*, unavailable, message: "write `negativeLogLikelihood(logProbabilities:classIndices:weight:)`")
public var NLLLoss2d: Renamed { .init() }
@available(*, unavailable, message: "write `Schedules.oneCycle`") public var OneCycleLR: Renamed { .init() }
@available(*, unavailable, message: "write a dictionary in a stored property, as in `[String: Linear]`")
public var ParameterDict: Renamed { .init() }
@available(*, unavailable, message: "write an array in a stored property, as in `let layers: [Linear]`")
public var ParameterList: Renamed { .init() }
@available(*, unavailable, message: "write `poissonNegativeLogLikelihood(_:_:isLog:)`")
public var PoissonNLLLoss: Renamed { .init() }
@available(*, unavailable, message: "write `Schedules.polynomial(from:over:power:)`")
public var PolynomialLR: Renamed { .init() }
@available(*, unavailable, message: "write `PlateauSchedule`") public var ReduceLROnPlateau: Renamed { .init() }
@available(*, unavailable, message: "write `Schedules.sequence(_:at:)`") public var SequentialLR: Renamed { .init() }
@available(*, unavailable, message: "write `smoothL1Loss(_:_:beta:)`") public var SmoothL1Loss: Renamed { .init() }
@available(*, unavailable, message: "write `softMarginLoss(_:_:reduction:)`")
public var SoftMarginLoss: Renamed { .init() }
@available(*, unavailable, message: "write `Schedules.step(from:every:by:)`") public var StepLR: Renamed { .init() }
@available(*, unavailable, message: "write `tripletMarginLoss(anchor:positive:negative:margin:)`")
public var TripletMarginLoss: Renamed { .init() }
@available(*, unavailable, message: "write `tripletMarginLoss(anchor:positive:negative:margin:)`")
public var TripletMarginWithDistanceLoss: Renamed { .init() }
