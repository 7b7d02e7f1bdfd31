// Mean and variance in two passes, of which the first reads a small part only.

extension Normalization {
  /// The mean and the biased variance of `x` over `axes`.
  ///
  /// Σ(x - k) and Σ(x - k)² are taken in one pass, with k the mean over the first of N places along one axis. As the
  /// variance is at least (μ - k)²/N, subtracting (μ - k)² from the mean square loses a factor of at most N + 1 in
  /// precision, and hardly any unless that first place is an outlier.
  func statistics(of x: Tensor, as spec: TensorSpec) -> (mean: Tensor, variance: Tensor) {
    let backend = Device.cpu.backend
    let count = Double(x.shape.count(along: axes))
    let pilot = pilotMean(of: x, as: spec)
    let sums = backend.reduce(Self.moments, [], by: [.sum, .sum], axes: axes, [x, pilot], as: [spec, spec])
    let found = backend.map(Self.corrected, [count], [pilot] + sums, as: [spec, spec])
    return (found[0], found[1])
  }

  private func pilotMean(of x: Tensor, as spec: TensorSpec) -> Tensor {
    let axis = axes.first { x.shape[$0] > 1 }
    let part = axis.map { x.sliced(axis: $0, from: 0, to: 1) } ?? x
    return Mean(axes: axes, keepDims: true).forward([part], as: [spec])[0]
  }

  private static let moments = Formula(inputs: 2) { x, _ in
    let shifted = x[0] - x[1]
    return [shifted, shifted * shifted]
  }

  /// From k, Σ(x - k), Σ(x - k)².
  private static let corrected = Formula(inputs: 3, parameters: 1) { x, p in
    let shift = x[1] / p[0]
    return [x[0] + shift, maximum(x[2] / p[0] - shift * shift, 0)]
  }
}
