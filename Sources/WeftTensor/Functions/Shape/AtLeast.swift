extension Tensor {
  /// At least one axis: a number becomes a list.
  public func atLeast1D() -> Tensor { rank > 0 ? self : reshaped(to: [1]) }

  /// At least two axes: a list becomes a row.
  public func atLeast2D() -> Tensor { rank > 1 ? self : atLeast1D().unsqueezed(0) }

  /// At least three axes: a matrix gets one behind, a list lies along the middle one.
  public func atLeast3D() -> Tensor { rank > 2 ? self : atLeast2D().unsqueezed(-1) }
}
