import Synchronization

// A tensor's side of autograd: leaves, their accumulated gradients, and hooks.

/// Sees a gradient as it passes, and may replace it.
public typealias GradientHook = @Sendable (Tensor) -> Tensor?

extension Tensor {
  /// Whether operations on this tensor are recorded for gradients. Setting it to true makes a leaf; setting it to
  /// false detaches.
  public var requiresGrad: Bool {
    get { source != nil }
    set {
      if newValue == requiresGrad { return }
      guard newValue else { return self = detach() }
      guard dtype.isFloatingPoint else {
        return report(
          TensorError(
            .dtype, operation: "requiresGrad", operands: [("tensor", spec)], expected: "a floating-point tensor",
            got: "\(dtype)", hint: "convert it first: `x.converted(to: .float32)`"))
      }
      if isWeakScalar { self = converted(to: .float32) }  // a number of the program; a leaf has a type of its own
      if let transform = Modes.current.transform { self = transform.lift(self) }
      source = GradientSource(node: Node(leaf: spec), index: 0)
      blockage = nil
    }
  }

  /// A leaf with these values, in which `backward()` accumulates a gradient.
  public func requiringGrad() -> Tensor {
    var leaf = with(source: nil)
    leaf.requiresGrad = true
    return leaf
  }

  /// These values as the present state of the leaf that `other` is, with its gradient and hooks.
  package func asLeaf(of other: Tensor) -> Tensor { with(source: other.source).blocked(by: nil) }

  /// Whether this tensor is at the start of a graph: made by the program, not by a recorded operation.
  public var isLeaf: Bool { source?.node.isLeaf ?? true }

  /// The gradient that `backward()` accumulated for this leaf (or for any tensor after `retainGrad()`), if any yet.
  public var grad: Tensor? {
    get {
      guard let source else { return nil }
      return source.node.state.withLock { $0.gradients[source.index] }
    }
    nonmutating set {
      guard let source else { return }
      source.node.setGradient(newValue, at: source.index)
    }
  }

  /// Makes `backward()` keep the gradient of this tensor in `grad`, though it is no leaf.
  public func retainGrad() {
    guard let source, !source.node.isLeaf else { return }
    _ = source.node.state.withLock { $0.retained.insert(source.index) }
  }

  /// Has `hook` called with this tensor's gradient once it is complete, before it flows on; what the hook returns,
  /// unless nil, takes its place. Hooks run in the order in which they were added.
  public func registerHook(_ hook: @escaping GradientHook) {
    guard let source else {
      return report(
        TensorError(
          .nothingRecorded, operation: "registerHook", expected: "a tensor that requires a gradient",
          got: "one that requires none"))
    }
    source.node.state.withLock { $0.hooks[source.index, default: []].append(hook) }
  }

  /// Has `hook` called each time a backward pass has added the last contribution to this leaf's `grad`.
  public func registerFinalGradientHook(_ hook: @escaping @Sendable (Tensor) -> Void) {
    guard let source, source.node.isLeaf else { return }
    source.node.state.withLock { $0.finalHooks.append(hook) }
  }
}

extension Node {
  func setGradient(_ gradient: Tensor?, at index: Int) {
    let old = state.withLock { state -> Tensor? in
      let old = state.gradients[index]
      state.gradients[index] = gradient
      return old
    }
    _ = old  // freed outside the lock
  }

  /// Adds to the leaf's gradient, then calls those who wait for it to be final.
  func accumulate(_ gradient: Tensor) {
    let sum = state.withLock { $0.gradients[0] }.map { $0 + gradient } ?? gradient
    setGradient(sum, at: 0)
    for hook in state.withLock({ $0.finalHooks }) { hook(sum) }
  }
}
