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
    let means = pow(order).averagePooled(kernel: kernel, stride: stride, ceilMode: ceilMode, spatialAxes: spatialAxes)
    let several = [kernel, stride].compactMap { $0?.values.count }.first { $0 > 1 }
    guard !means.isInvalid,
      let sizes = try? kernel.resolved(spatialAxes ?? several ?? rank - 2, "kernel", atLeast: 1, operation: "lpPool")
    else { return means }
    let count = sizes.reduce(1) { $0 * Double($1) }
    return (means.sign() * means.abs().relu() * count).pow(1 / order)
  }
}
