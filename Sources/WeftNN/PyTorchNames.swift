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
