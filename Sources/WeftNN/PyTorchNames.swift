// PyTorch's names of what modules and optimizers do, for which the compiler offers Weft's.
//
// `scripts/list-pytorch-names` writes this file from the tables of Documentation/PyTorch.md; a test compares the two.

import WeftTensor

extension Module {
  @available(*, unavailable, renamed: "parameter(named:)") public var get_parameter: Renamed { .init() }
  @available(*, unavailable, renamed: "module(named:)") public var get_submodule: Renamed { .init() }
  @available(*, unavailable, renamed: "load(from:partial:renaming:transposing:)")
  public var load_state_dict: Renamed { .init() }
  @available(*, unavailable, renamed: "namedBuffers") public var named_buffers: Renamed { .init() }
  @available(*, unavailable, renamed: "namedChildren") public var named_children: Renamed { .init() }
  @available(*, unavailable, renamed: "namedModules") public var named_modules: Renamed { .init() }
  @available(*, unavailable, renamed: "namedParameters") public var named_parameters: Renamed { .init() }
  @available(*, unavailable, renamed: "registerForwardHook(_:)") public var register_forward_hook: Renamed { .init() }
  @available(*, unavailable, renamed: "registerForwardPreHook(_:)")
  public var register_forward_pre_hook: Renamed { .init() }
  @available(*, unavailable, renamed: "freeze(where:)") public var requires_grad_: Renamed { .init() }
  @available(*, unavailable, renamed: "state") public var state_dict: Renamed { .init() }
  @available(*, unavailable, renamed: "zeroGrad") public var zero_grad: Renamed { .init() }
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
  @available(*, unavailable, renamed: "zeroGrad") public var zero_grad: Renamed { .init() }
  @available(*, unavailable, renamed: "state") public var state_dict: Renamed { .init() }
  @available(*, unavailable, renamed: "groups") public var param_groups: [[String: Double]] {
    get { [] }
    set {}
  }
}

/// What a class of PyTorch stands for: it makes what can be called in its turn.
@dynamicCallable public struct RenamedClass: Sendable {
  /// Nothing: the compiler lets no class of PyTorch through.
  public func dynamicallyCall(withKeywordArguments arguments: KeyValuePairs<String, Any>) -> Renamed { .init() }
}

// Losses are functions, schedules too, and modules hold arrays as any type does.
@available(*, unavailable, message: "write `binaryCrossEntropy(probabilities:_:weight:)`")
public var BCELoss: RenamedClass { .init() }
@available(*, unavailable, message: "write `binaryCrossEntropy(logits:_:weight:)`")
public var BCEWithLogitsLoss: RenamedClass { .init() }
@available(*, unavailable, message: "write `ctcLoss(logProbabilities:targets:inputLengths:targetLengths:blank:)`")
public var CTCLoss: RenamedClass { .init() }
@available(*, unavailable, message: "write `Schedules.chained(_:_:)`")
public var ChainedScheduler: RenamedClass { .init() }
@available(*, unavailable, message: "write `Schedules.constant(_:by:for:)`")
public var ConstantLR: RenamedClass { .init() }
@available(*, unavailable, message: "write `Schedules.cosine(from:to:over:)`")
public var CosineAnnealingLR: RenamedClass { .init() }
@available(*, unavailable, message: "write `Schedules.cosineRestarts`")
public var CosineAnnealingWarmRestarts: RenamedClass { .init() }
@available(*, unavailable, message: "write `cosineEmbeddingLoss(_:_:_:margin:)`")
public var CosineEmbeddingLoss: RenamedClass { .init() }
@available(*, unavailable, message: "write `crossEntropy(_:classIndices:weight:)`")
public var CrossEntropyLoss: RenamedClass { .init() }
@available(*, unavailable, message: "write `Schedules.cyclic`") public var CyclicLR: RenamedClass { .init() }
@available(*, unavailable, message: "write `Schedules.exponential(from:by:)`")
public var ExponentialLR: RenamedClass { .init() }
@available(*, unavailable, message: "write `gaussianNegativeLogLikelihood(_:_:variance:full:)`")
public var GaussianNLLLoss: RenamedClass { .init() }
@available(*, unavailable, message: "write `hingeEmbeddingLoss(_:_:margin:)`")
public var HingeEmbeddingLoss: RenamedClass { .init() }
@available(*, unavailable, message: "write `huberLoss(_:_:delta:)`") public var HuberLoss: RenamedClass { .init() }
@available(*, unavailable, message: "write `klDivergence(logProbabilities:_:)`")
public var KLDivLoss: RenamedClass { .init() }
@available(*, unavailable, message: "write `meanAbsoluteError(_:_:reduction:)`")
public var L1Loss: RenamedClass { .init() }
@available(*, unavailable, message: "write `Schedule`") public var LRScheduler: RenamedClass { .init() }
@available(*, unavailable, message: "write `Schedule`") public var LambdaLR: RenamedClass { .init() }
@available(*, unavailable, message: "write `crossEntropy(_:classIndices:weight:)`")
public var LinearCrossEntropyLoss: RenamedClass { .init() }
@available(*, unavailable, message: "write `Schedules.linear(from:to:over:)`")
public var LinearLR: RenamedClass { .init() }
@available(*, unavailable, message: "write `meanSquaredError(_:_:reduction:)`")
public var MSELoss: RenamedClass { .init() }
@available(*, unavailable, message: "write `marginRankingLoss(_:_:_:margin:)`")
public var MarginRankingLoss: RenamedClass { .init() }
@available(*, unavailable, message: "write a dictionary in a stored property, as in `[String: Linear]`")
public var ModuleDict: RenamedClass { .init() }
@available(*, unavailable, message: "write an array in a stored property, as in `let layers: [Linear]`")
public var ModuleList: RenamedClass { .init() }
@available(*, unavailable, message: "write `multiLabelMarginLoss(_:classIndices:reduction:)`")
public var MultiLabelMarginLoss: RenamedClass { .init() }
@available(*, unavailable, message: "write `multiLabelSoftMarginLoss(_:_:weight:)`")
public var MultiLabelSoftMarginLoss: RenamedClass { .init() }
@available(*, unavailable, message: "write `multiMarginLoss(_:classIndices:power:)`")
public var MultiMarginLoss: RenamedClass { .init() }
@available(*, unavailable, message: "write `Schedules.multiStep(from:at:by:)`")
public var MultiStepLR: RenamedClass { .init() }
@available(*, unavailable, message: "write `Schedules.multiplied`")
public var MultiplicativeLR: RenamedClass { .init() }
@available(*, unavailable, message: "write `negativeLogLikelihood(logProbabilities:classIndices:weight:)`")
public var NLLLoss: RenamedClass { .init() }
@available(*, unavailable, message: "write `negativeLogLikelihood(logProbabilities:classIndices:weight:)`")
public var NLLLoss2d: RenamedClass { .init() }
@available(*, unavailable, message: "write `Schedules.oneCycle`") public var OneCycleLR: RenamedClass { .init() }
@available(*, unavailable, message: "write a dictionary in a stored property, as in `[String: Linear]`")
public var ParameterDict: RenamedClass { .init() }
@available(*, unavailable, message: "write an array in a stored property, as in `let layers: [Linear]`")
public var ParameterList: RenamedClass { .init() }
@available(*, unavailable, message: "write `poissonNegativeLogLikelihood(_:_:isLog:)`")
public var PoissonNLLLoss: RenamedClass { .init() }
@available(*, unavailable, message: "write `Schedules.polynomial(from:over:power:)`")
public var PolynomialLR: RenamedClass { .init() }
@available(*, unavailable, message: "write `PlateauSchedule`") public var ReduceLROnPlateau: RenamedClass { .init() }
@available(*, unavailable, message: "write `Schedules.sequence(_:at:)`")
public var SequentialLR: RenamedClass { .init() }
@available(*, unavailable, message: "write `smoothL1Loss(_:_:beta:)`") public var SmoothL1Loss: RenamedClass { .init() }
@available(*, unavailable, message: "write `softMarginLoss(_:_:reduction:)`")
public var SoftMarginLoss: RenamedClass { .init() }
@available(*, unavailable, message: "write `Schedules.step(from:every:by:)`")
public var StepLR: RenamedClass { .init() }
@available(*, unavailable, message: "write `tripletMarginLoss(anchor:positive:negative:margin:)`")
public var TripletMarginLoss: RenamedClass { .init() }
@available(*, unavailable, message: "write `tripletMarginLoss(anchor:positive:negative:margin:)`")
public var TripletMarginWithDistanceLoss: RenamedClass { .init() }
