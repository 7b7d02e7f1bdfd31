extension Tensor {
  /// The image at the positions of a grid, which run from -1 to 1 on each axis (Jaderberg et al., "Spatial Transformer
  /// Networks", 2015; PyTorch's `grid_sample`). Gradients go to the image and to the grid.
  ///
  /// Shape: image [N, C, H, W] and grid [N, H', W', 2] give [N, C, H', W']; [N, C, D, H, W] and [N, D', H', W', 3] give
  /// [N, C, D', H', W']. The grid's last axis names the image's last axis first.
  /// - Parameters:
  ///   - mode: `linear`, `nearest`, or for images `cubic`.
  ///   - padding: What lies outside of the image. With zeros a position that is not a number gives NaN, but with
  ///     `nearest`.
  ///   - alignCorners: -1 and 1 are the centers of the outermost pixels, rather than their outer edges.
  public func gridSampled(
    _ grid: Tensor, mode: InterpolationMode = .linear, padding: GridPadding = .zeros, alignCorners: Bool = false
  ) -> Tensor {
    let axes = rank - 2
    guard axes == 2 || axes == 3, grid.rank == rank, grid.shape[0] == shape[0], grid.shape[-1] == axes,
      shape.sizes.dropFirst(2).allSatisfy({ (1...Int(Int32.max)).contains($0) }), dtype.isFloatingPoint,
      grid.dtype == dtype
    else { return .failed(gridError(grid, "[N, C, H, W] and [N, H', W', 2], or one axis more, of one type")) }
    guard mode == .linear || mode == .nearest || (mode == .cubic && axes == 2) else {
      return .failed(gridError(grid, "mode linear, nearest, or for images cubic", got: "\(mode)"))
    }
    if mode != .cubic, dtype == .float32 || dtype == .float64, GridSample.fits(shape, grid.shape) {
      return apply(GridSample(mode: mode, padding: padding, alignCorners: alignCorners), [self, grid])[0]
    }
    return sampledInSteps(grid, mode: mode, padding: padding, alignCorners: alignCorners)
  }

  /// The same in tensor operations, which have derivatives of any order.
  func sampledInSteps(_ grid: Tensor, mode: InterpolationMode, padding: GridPadding, alignCorners: Bool) -> Tensor {
    let axes = rank - 2
    let points = Shape(grid.shape.sizes.dropLast())
    let flat = grid.reshaped(to: [shape[0], points.elementCount / Swift.max(shape[0], 1), axes])
    let lines = (0..<axes).map { axis in
      let place = flat.sliced(axis: -1, from: axes - 1 - axis, to: axes - axis).squeezed(-1)
      return GridTaps(place, size: shape[axis + 2], mode: mode, padding: padding, alignCorners: alignCorners)
    }
    let sum = gathered(lines)
    return sum.reshaped(to: Shape(shape.sizes.prefix(2) + points.sizes.dropFirst()))
  }

  private func gridError(_ grid: Tensor, _ expected: String, got: String? = nil) -> TensorError {
    TensorError(
      got == nil ? .shape : .value, operation: "gridSample", operands: [("image", spec), ("grid", grid.spec)],
      expected: expected, got: got ?? "\(spec) and \(grid.spec)")
  }

  /// Σ of the pixels at all combinations of taps, each times the product of its weights: [N, C, points].
  private func gathered(_ lines: [GridTaps]) -> Tensor {
    let pixels = flattened(from: 2)
    var corners = lines[0].taps
    for (axis, line) in lines.enumerated().dropFirst() {
      corners = corners.flatMap { corner in
        line.taps.map { (corner.place * Tensor(weak: shape[axis + 2]) + $0.place, corner.weight * $0.weight) }
      }
    }
    let parts = corners.map { place, weight in
      let taken = Shape([shape[0], shape[1], place.shape[1]])
      let values = pixels.gathered(place.unsqueezed(1).expanded(to: taken), axis: 2)
      let share = FormulaMap(formula: weightedPixel, dtype: dtype)
      return apply(share, [values, weight.unsqueezed(1)])[0]
    }
    return parts.dropFirst().reduce(parts[0], +)
  }
}

/// A pixel's part of the sum: one that has no weight, as what lies outside, takes no part, whatever is in it.
private let weightedPixel = Formula(inputs: 2) { x, _ in
  let (value, weight) = (x[0], x[1])
  return [select((weight .!= 0) .| isFinite(value), value, 0) * weight]
}
