// A scalar has no axes, but an operation along axis 0 or -1 takes it as a line of one element, as PyTorch does. (Reductions
// take it in `reducedAxes`. What cuts an axis up, or joins along one, refuses it.)

extension Shape {
  /// Whether this is a scalar, and `axis` the one it counts as having.
  func isLine(_ axis: Int) -> Bool { axes.isEmpty && (axis == 0 || axis == -1) && rank == 0 }
}

extension Tensor {
  /// Whether this is a scalar, and `axis` the one it counts as having. What a failed operation gave is none: as a line it
  /// would be the same again.
  func isLine(_ axis: Int) -> Bool { !isInvalid && shape.isLine(axis) }

  /// A scalar as a list of one.
  var asList: Tensor { rank == 0 ? unsqueezed(0) : self }

  /// What `body` makes of this scalar as a line, as a scalar again.
  func asLine(_ body: (Tensor) -> Tensor) -> Tensor { body(unsqueezed(0)).squeezed(0) }

  func asLine(_ body: (Tensor) -> (Tensor, Tensor)) -> (Tensor, Tensor) {
    let (first, second) = body(unsqueezed(0))
    return (first.squeezed(0), second.squeezed(0))
  }
}
