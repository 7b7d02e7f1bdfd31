extension Tensor {
  /// A point to differentiate at: a new leaf, or, where the tensor is recorded already, a new tensor that follows it
  /// in the graph, so that transforms nest. It is never the tensor itself: a function may capture that too, and its
  /// derivative must not count both.
  func recordedLeaf() -> Tensor {
    if let transform = Modes.current.transform, level < transform.level { return transform.lift(self).requiringGrad() }
    return requiresGrad ? enableGrad { apply(Reshape(to: shape), [self])[0] } : requiringGrad()
  }
}
