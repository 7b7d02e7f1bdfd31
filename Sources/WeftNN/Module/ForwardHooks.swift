import WeftTensor

/// A module's call, as a forward hook sees it.
public struct ForwardCall {
  /// The module that was called.
  public let module: Module
  /// What it was called with; nil for modules that are called in a way of their own, as `MultiheadAttention` and `LSTM`.
  public let input: Tensor?
  /// The tensors in its result, in order.
  public let outputs: [Tensor]
  /// The first of them.
  public var output: Tensor {
    outputs.first
      ?? .failed(TensorError(.value, operation: "\(type(of: module))", expected: "a tensor in the result", got: "none"))
  }
}

/// Takes a hook away again; dropping the handle does not.
public final class ForwardHookHandle {
  private var removal: (() -> Void)?

  init(_ removal: @escaping () -> Void) { self.removal = removal }

  /// Takes the hook away; the second time nothing happens.
  public func remove() {
    removal?()
    removal = nil
  }
}

extension Module {
  /// Runs `hook` after each call of this module, in the order of registration; what it returns takes the result's place.
  ///
  /// ```swift
  /// let handle = model.layer4.registerForwardHook { call in features = call.output }
  /// _ = model(images)
  /// handle.remove()
  /// ```
  /// PyTorch's `register_forward_hook`. Hooks run when the module is called, not for `forward(_:)`; only a result that is
  /// one tensor can be replaced. To see gradients, register a hook on `call.output`.
  @discardableResult
  public func registerForwardHook(_ hook: @escaping (ForwardCall) -> Tensor?) -> ForwardHookHandle {
    register(\.after, hook)
  }

  /// The same for a hook that only looks.
  @discardableResult
  public func registerForwardHook(_ hook: @escaping (ForwardCall) -> Void) -> ForwardHookHandle {
    registerForwardHook { call -> Tensor? in
      hook(call)
      return nil
    }
  }

  /// Runs `hook` before each call of this module; the module sees what it returns in the input's place. For modules that
  /// are called with one tensor. PyTorch's `register_forward_pre_hook`.
  @discardableResult
  public func registerForwardPreHook(_ hook: @escaping (Module, Tensor) -> Tensor?) -> ForwardHookHandle {
    register(\.before, hook)
  }

  /// Adds to the results of this module from now on, under a name among its members; nil takes that away again.
  func add(_ addition: (any LayerAddition)?, named name: String) {
    let hooks = hooks ?? ForwardHooks()
    hooks.additions.removeAll { $0.name == name }
    if let addition { hooks.additions.append((name, addition)) }
    self.hooks = hooks.isEmpty ? nil : hooks
  }

  private func register<Hook>(
    _ list: ReferenceWritableKeyPath<ForwardHooks, [(number: Int, hook: Hook)]>, _ hook: Hook
  ) -> ForwardHookHandle {
    let hooks = hooks ?? ForwardHooks()
    self.hooks = hooks
    hooks.count += 1
    let number = hooks.count
    hooks[keyPath: list].append((number, hook))
    return ForwardHookHandle { [weak self] in
      hooks[keyPath: list].removeAll { $0.number == number }
      // Without hooks a call costs what it did before.
      if hooks.isEmpty, self?.hooks === hooks { self?.hooks = nil }
    }
  }
}

/// What is added to the result of a module that is called with one tensor, and learns beside it, as an adapter. It is
/// found among the module's members, and a recorded step repeats it.
protocol LayerAddition: Module {
  /// The result with what is added to it.
  func added(to result: Tensor, of input: Tensor, in module: Module) -> Tensor
}

/// The hooks of one module, each with the number of its registration, and what is added to its result.
final class ForwardHooks {
  var before: [(number: Int, hook: (Module, Tensor) -> Tensor?)] = []
  var after: [(number: Int, hook: (ForwardCall) -> Tensor?)] = []
  var additions: [(name: String, addition: any LayerAddition)] = []
  var count = 0

  var isEmpty: Bool { hasNoFunctions && additions.isEmpty }
  private var hasNoFunctions: Bool { before.isEmpty && after.isEmpty }

  /// The result of `module` with the additions.
  func added(to result: Tensor, of input: Tensor, in module: Module) -> Tensor {
    additions.reduce(result) { $1.addition.added(to: $0, of: input, in: module) }
  }

  func run(_ module: Module, _ input: Tensor, _ forward: (Tensor) -> Tensor) -> Tensor {
    if hasNoFunctions { return forward(input) }
    Modes.current.recorder?.willCall("a hook of \(type(of: module))")
    let input = before.reduce(input) { input, entry in entry.hook(module, input) ?? input }
    return after.reduce(forward(input)) { output, entry in
      entry.hook(ForwardCall(module: module, input: input, outputs: [output])) ?? output
    }
  }

  /// Of a module that is called in a way of its own.
  func run<Result>(_ module: Module, _ forward: () throws -> Result) rethrows -> Result {
    if hasNoFunctions { return try forward() }
    Modes.current.recorder?.willCall("a hook of \(type(of: module))")
    if !before.isEmpty { report(.hook(of: module, "a hook after the call", got: "one before it, of its single input")) }
    var result = try forward()
    for (_, hook) in after {
      let call = ForwardCall(module: module, input: nil, outputs: ForwardObserver.tensors(in: result))
      guard let replaced = hook(call) else { continue }
      if let other = replaced as? Result {
        result = other
      } else {
        report(.hook(of: module, "a hook that returns nil", got: "one that replaces the result, a \(Result.self)"))
      }
    }
    return result
  }
}

extension TensorError {
  fileprivate static func hook(of module: Module, _ expected: String, got: String) -> TensorError {
    TensorError(
      .unsupported, operation: "\(type(of: module))", expected: "\(expected), as it is called in a way of its own",
      got: got)
  }
}
