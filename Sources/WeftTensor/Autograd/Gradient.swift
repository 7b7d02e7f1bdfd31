import Synchronization

// A tensor's side of autograd: leaves and their accumulated gradients.

extension Tensor {
  /// Whether operations on this tensor are recorded for gradients. Setting it to true makes a leaf; setting it to
  /// false detaches.
  public var requiresGrad: Bool {
    get { source != nil }
    set {
      if newValue == requiresGrad { return }
      guard newValue else {
        self = detached(because: "its history was let go of by `requiresGrad = false` of a tensor it was made from")
        return
      }
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
  ///
  /// Misuse: setting one of another shape or element type than the tensor's, or for a tensor that requires no gradient.
  public var grad: Tensor? {
    get {
      guard let source else { return nil }
      return source.gradient
    }
    nonmutating set {
      guard let source else {
        if newValue != nil { report(.noGradient(of: self, operation: "grad")) }
        return
      }
      source.setGradient(newValue)
    }
  }

  /// Makes `backward()` keep the gradient of this tensor in `grad`, though it is no leaf.
  ///
  /// Misuse: a tensor that requires no gradient.
  public func retainGrad() {
    guard let source else { return report(.noGradient(of: self, operation: "retainGrad")) }
    if source.node.isLeaf { return }
    _ = source.node.state.withLock { $0.retained.insert(source.index) }
  }

  /// Whether this can stand where a tensor of `spec` is: of the same shape and type. A number of the program adopts a type.
  package func fits(_ spec: TensorSpec) -> Bool {
    let adopts = isWeakScalar && (spec.dtype.isFloatingPoint || !dtype.isFloatingPoint)
    return shape == spec.shape && (dtype == spec.dtype || adopts)
  }
}

extension GradientSource {
  /// The gradient that was accumulated or kept here, if any yet.
  package var gradient: Tensor? { node.state.withLock { $0.gradients[index] } }

  /// Puts a gradient in place of the accumulated one.
  ///
  /// Misuse: one of another shape or type. Whoever reads the gradient (sums, optimizers) relies on them.
  package func setGradient(_ gradient: Tensor?) {
    guard let gradient else { return forgetGradient(toldTo: Modes.current.recorder) }
    let expected = node.outputSpecs[index]
    guard gradient.fits(expected) else {
      return report(
        TensorError(
          gradient.shape == expected.shape ? .dtype : .shape, operation: "grad",
          operands: [("tensor", expected), ("gradient", gradient.spec)],
          expected: "a gradient of the tensor's shape and type, \(expected)", got: "\(gradient.spec)"))
    }
    if gradient.isBatched, Modes.current.transform == nil { return report(.batched("grad", gradient)) }
    let kept = gradient.dtype == expected.dtype ? gradient : gradient.converted(to: expected.dtype)
    node.setGradient(kept, at: index)
    Modes.current.recorder?.didSet(node, to: kept, "the gradient of a tensor")
  }

  /// Drops the accumulated gradient.
  package func forgetGradient(toldTo recorder: (any Witness)?) {
    node.setGradient(nil, at: index)
    if let recorder { recorder.didSet(node, to: nil, "the gradient of a tensor") }
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

  /// Adds to the leaf's gradient, then calls those who wait for it to be final. Backward passes on several threads may add
  /// to one leaf at once.
  func accumulate(_ gradient: Tensor, toldTo recorder: (any Witness)?) {
    var known: Tensor?
    var sum: Tensor
    repeat {
      known = state.withLock { $0.gradients[0] }
      sum = known.map { $0 + gradient } ?? gradient
    } while !replace(known, by: sum)
    if let recorder { recorder.didSet(self, to: sum, "the gradient of a tensor") }
    guard let hooks = state.withLock({ $0.hooks })?.finalHooks, !hooks.isEmpty else { return }
    recorder?.willCall("a hook of a gradient")
    for hook in hooks { hook(sum) }
  }

  /// Puts a sum where the gradient is that it was made from; false if that has gone meanwhile.
  private func replace(_ known: Tensor?, by sum: Tensor) -> Bool {
    state.withLock { state in
      guard state.gradients[0]?.view === known?.view else { return false }
      state.gradients[0] = sum
      return true
    }
  }
}
