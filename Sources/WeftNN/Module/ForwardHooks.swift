import WeftTensor

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
