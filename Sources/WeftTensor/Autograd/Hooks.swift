// Functions that see gradients as they pass.

extension Tensor {
  /// Has `hook` called with this tensor's gradient once it is complete, before it flows on; what the hook returns,
  /// unless nil, takes its place. Hooks run in the order in which they were added.
  ///
  /// Misuse: a tensor that requires no gradient; in the backward pass, a result of another shape or element type than the
  /// gradient's.
  /// - Returns: A handle that removes the hook. A hook that captures its own tensor is freed only when it is removed.
  @discardableResult
  public func registerHook(_ hook: @escaping GradientHook) -> HookHandle {
    guard let source else {
      report(.noGradient(of: self, operation: "registerHook"))
      return .none
    }
    return source.node.hookList().add(hook, to: source.index)
  }

  /// Has `hook` called each time a backward pass has added the last contribution to this leaf's `grad`: as soon as the
  /// pass has been at all that used the leaf, so that what the hook begins runs beside the rest of it.
  ///
  /// Misuse: a tensor that is no leaf, or requires no gradient.
  /// - Returns: A handle that removes the hook. A hook that captures its own tensor is freed only when it is removed.
  @discardableResult
  public func registerFinalGradientHook(_ hook: @escaping @Sendable (Tensor) -> Void) -> HookHandle {
    guard let source else {
      report(.noGradient(of: self, operation: "registerFinalGradientHook"))
      return .none
    }
    guard source.node.isLeaf else {
      report(
        TensorError(
          .unsupported, operation: "registerFinalGradientHook", operands: [("tensor", spec)],
          expected: "a leaf, whose gradient is added up", got: "a result of `\(source.node.name)`",
          hint: "`registerHook` sees the whole gradient of any tensor"))
      return .none
    }
    return source.node.hookList().addFinal(hook)
  }
}

extension GradientSource {
  /// Whether somebody sees the gradient.
  package var hasHooks: Bool {
    guard let list = node.state.withLock({ $0.hooks }) else { return false }
    return !list.isEmpty
  }
}

extension Node {
  /// The node's hooks, of which it has none until somebody asks.
  package func hookList() -> HookList {
    state.withLock { state in
      if let hooks = state.hooks { return hooks }
      let hooks = HookList()
      state.hooks = hooks
      return hooks
    }
  }

  /// Whether somebody waits for its final gradient.
  var isAwaited: Bool {
    guard let list = state.withLock({ $0.hooks }) else { return false }
    return !list.finalHooks.isEmpty
  }

  /// The hooks of this node, if it has any, which another may go on with.
  package var keptHooks: HookList? {
    get { state.withLock { $0.hooks } }
    set { state.withLock { $0.hooks = newValue } }
  }

  /// Runs the hooks of an output on its complete gradients.
  /// - Throws: `TensorError` for a result of another shape or type, which what comes after could not take.
  func runHooks(on gradients: inout [Tensor?]) throws(TensorError) {
    guard let list = state.withLock({ $0.hooks }) else { return }
    let hooks = list.hooks
    if !hooks.isEmpty { Modes.current.recorder?.willCall("a hook of a gradient") }
    for (output, hook) in hooks {
      guard let gradient = gradients[output], let replaced = hook(gradient) else { continue }
      guard replaced.fits(outputSpecs[output]) else {
        throw TensorError(
          .shape, operation: "registerHook", operands: [("tensor", outputSpecs[output]), ("result", replaced.spec)],
          expected: "a hook's result of the gradient's shape and type, \(outputSpecs[output])",
          got: "\(replaced.spec)", hint: "return nil to leave the gradient as it is"
        ).inModule(modulePath)
      }
      gradients[output] = replaced.isWeakScalar ? replaced.converted(to: outputSpecs[output].dtype) : replaced
    }
  }
}
