extension Tensor {
  /// The spatial axes resampled to `size` (PyTorch's `interpolate`).
  ///
  /// Shape: [N, C, spatial...] to [N, C] + `size`, 1 to 3 spatial axes.
  /// - Parameters:
  ///   - size: One number for all axes, or one for each.
  ///   - alignCorners: The centers of the corner pixels stay where they are, rather than the outer edges (modes `linear` and
  ///     `cubic`).
  ///   - antialias: Where the image shrinks, average over all pixels that go into one (modes `linear` and `cubic`).
  public func interpolated(
    size: PerAxis, mode: InterpolationMode = .nearest, alignCorners: Bool = false, antialias: Bool = false
  ) -> Tensor {
    resampled(mode, alignCorners, antialias) { axes throws(TensorError) in
      try size.resolved(axes, "size", atLeast: 1, operation: "interpolate").map { ($0, nil) }
    }
  }

  /// The spatial axes resampled to ⌊size · scale⌋ elements; the positions that values are taken from follow from the scale
  /// itself, not from the whole sizes, as in PyTorch.
  ///
  /// - Parameter scales: One number for all axes, or one for each.
  public func interpolated(
    scales: [Double], mode: InterpolationMode = .nearest, alignCorners: Bool = false, antialias: Bool = false
  ) -> Tensor {
    resampled(mode, alignCorners, antialias) { axes throws(TensorError) in
      let all = scales.count == 1 ? Array(repeating: scales[0], count: axes) : scales
      let sizes = zip(all, shape.sizes.dropFirst(2)).map { $0 * Double($1) }
      guard all.count == axes, sizes.allSatisfy({ $0 >= 1 && $0 < 0x1p31 }) else {
        throw TensorError(
          .value, operation: "interpolate", operands: [("input", spec)],
          expected: "1 scale, or \(axes), one per spatial axis, that leave 1 element or more", got: "\(scales)")
      }
      return zip(sizes, all).map { (Int($0), alignCorners ? nil : $1) }
    }
  }

  private func resampled(
    _ mode: InterpolationMode, _ alignCorners: Bool, _ antialias: Bool,
    _ targets: (_ axes: Int) throws(TensorError) -> [(size: Int, scale: Double?)]
  ) -> Tensor {
    do throws(TensorError) {
      guard (3...5).contains(rank) else {
        throw TensorError(
          .shape, operation: "interpolate", operands: [("input", spec)],
          expected: "3 to 5 axes, [batch, channels, spatial...]", got: "\(rank) axes",
          hint: rank == 2 ? "no batch axis? `input.unsqueezed(0)` adds one" : "")
      }
      let targets = try targets(rank - 2)
      if mode == .area, !alignCorners, !antialias {
        return adaptiveAveragePooled(to: PerAxis(targets.map(\.size)), spatialAxes: targets.count)
      }
      var result = self
      var steps = Array(zip(2..., targets))
      // Picking along the last axis costs most: it comes first where there are fewer lines then.
      let grows = zip(targets, shape.sizes.dropFirst(2)).allSatisfy { $0.size >= $1 }
      if grows, mode == .nearest || mode == .nearestExact { steps.reverse() }
      for (axis, (size, scale)) in steps {
        let map = ResampleAxis(
          axis: axis, size: size, mode: mode, alignCorners: alignCorners, scale: scale, antialias: antialias)
        if size == shape[axis], scale ?? 1 == 1, mode != .area { continue }
        result = apply(map, [result])[0]
      }
      return result
    } catch {
      return .failed(error)
    }
  }
}
