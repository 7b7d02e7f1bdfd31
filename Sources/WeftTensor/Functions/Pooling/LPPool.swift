extension Tensor {
  /// (Σ xᵖ)^(1/p) over each window of 1 to 3 spatial axes, p the order: for 1 the sum, towards ∞ the maximum. As in
  /// PyTorch without |x|, so an odd or broken order wants x ≥ 0, and a last window that reaches beyond the image counts
  /// in full. Powers that do not fit their type are no obstacle.
  ///
  /// Shape: [N, C, spatial...] to [N, C, windows...], or both without N.
  /// - Parameter spatialAxes: How many axes are spatial, as with `maxPooled`.
  public func lpPooled(
    order: Double, kernel: PerAxis, stride: PerAxis? = nil, ceilMode: Bool = false, spatialAxes: Int? = nil
  ) -> Tensor {
    let (axes, sizes, steps): (Int, [Int], [Int])
    do throws(TensorError) {
      axes = Swift.max(try spatialAxisCount(spatialAxes, [kernel, stride], operation: "lpPool"), 0)
      sizes = try kernel.resolved(axes, "kernel", atLeast: 1, operation: "lpPool")
      steps = try (stride ?? kernel).resolved(axes, "stride", atLeast: 1, operation: "lpPool")
    } catch {
      return .failed(error)
    }
    // Powers of what fits its type may not; they do in float64.
    let powers = (dtype.isFloatingPoint ? converted(to: .float64) : self).pow(order)
    let means = powers.averagePooled(kernel: kernel, stride: stride, ceilMode: ceilMode, spatialAxes: spatialAxes)
    if means.isInvalid { return means }
    if dtype == .float64, order > 0, order.isFinite {
      return LPWindows(sizes: sizes, steps: steps, counts: Array(means.shape.sizes.suffix(axes))).norms(of: self, order)
    }
    let count = sizes.reduce(1) { $0 * Double($1) }
    return (means.sign() * means.abs().relu() * count).pow(1 / order).converted(to: dtype)
  }
}

/// The windows of the last axes, each divided by its largest element before powers are taken: of float64 there is no
/// wider type.
private struct LPWindows {
  let sizes, steps, counts: [Int]

  func norms(of x: Tensor, _ order: Double) -> Tensor {
    let axes = sizes.count
    var windows = x
    var share = Tensor(ones: [], dtype: .float64)
    for axis in 0..<axes {
      let place = x.rank - axes + axis
      let missing = (counts[axis] - 1) * steps[axis] + sizes[axis] - x.shape[place]
      let amounts = (0..<windows.rank).map { (before: 0, after: $0 == place ? max(missing, 0) : 0) }
      windows = (missing > 0 ? windows.padded(amounts) : windows)
        .slidingWindows(axis: place, size: sizes[axis], step: steps[axis])
      share = share.unsqueezed(-1) * inside(axis, x.shape[place])
    }
    let inner = Array(x.rank..<x.rank + axes)
    let largest = windows.detach().abs().max(axes: inner, keepDims: true)
    let scale = Tensor.where((largest .> 0) .& largest.isFinite(), largest, largest.onesLike())
    let sums = (windows / scale).pow(order).sum(axes: inner) / share
    return (sums.sign() * sums.abs().relu()).pow(1 / order) * scale.reshaped(to: sums.shape)
  }

  /// The share of each window along an axis that lies inside.
  private func inside(_ axis: Int, _ length: Int) -> Tensor {
    Tensor(
      (0..<counts[axis]).map { window in
        Double(Swift.min(sizes[axis], length - window * steps[axis])) / Double(sizes[axis])
      }, dtype: .float64)
  }
}
