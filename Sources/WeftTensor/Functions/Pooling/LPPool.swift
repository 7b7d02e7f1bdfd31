extension Tensor {
  /// (Σ xᵖ)^(1/p) over each window of 1 to 3 spatial axes, p the order: for 1 the sum, towards ∞ the maximum. As in
  /// PyTorch without |x|, so an odd or broken order wants x ≥ 0, and a last window that reaches beyond the image counts
  /// in full.
  ///
  /// Shape: [N, C, spatial...] to [N, C, windows...], or both without N.
  /// - Parameter spatialAxes: How many axes are spatial, as with `maxPooled`.
  public func lpPooled(
    order: Double, kernel: PerAxis, stride: PerAxis? = nil, ceilMode: Bool = false, spatialAxes: Int? = nil
  ) -> Tensor {
    // Powers of what fits its type may not; they do in float64.
    let powers = (dtype.isFloatingPoint ? converted(to: .float64) : self).pow(order)
    let means = powers.averagePooled(kernel: kernel, stride: stride, ceilMode: ceilMode, spatialAxes: spatialAxes)
    // The means are there, so neither of these fails.
    guard !means.isInvalid,
      let axes = try? spatialAxisCount(spatialAxes, [kernel, stride], operation: "lpPool"),
      let sizes = try? kernel.resolved(axes, "kernel", atLeast: 1, operation: "lpPool")
    else { return means }
    let count = sizes.reduce(1) { $0 * Double($1) }
    return (means.sign() * means.abs().relu() * count).pow(1 / order).converted(to: dtype)
  }
}
