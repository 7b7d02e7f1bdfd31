extension Tensor {
  /// The windows of 1 to 3 spatial axes as columns (PyTorch's `unfold`, im2col): a convolution is a product with these.
  ///
  /// Shape: [N, C, spatial...] to [N, C·window elements, windows], windows in row-major order; or both without N.
  /// - Parameter spatialAxes: How many axes are spatial, as with `maxPooled`.
  public func unfolded(
    kernel: PerAxis, stride: PerAxis = 1, padding: PerAxis = 0, dilation: PerAxis = 1, spatialAxes: Int? = nil
  ) -> Tensor {
    do throws(TensorError) {
      let numbers = rank == 3 ? [kernel, stride, padding, dilation] : []
      let isSingle = try isSingle(spatialAxes: spatialAxes, numbers, operation: "unfold")
      return isSingle
        ? asBatchOfOne { [$0.columns(kernel, stride, padding, dilation)] }[0]
        : columns(kernel, stride, padding, dilation)
    } catch {
      return .failed(error)
    }
  }

  private func columns(_ kernel: PerAxis, _ stride: PerAxis, _ padding: PerAxis, _ dilation: PerAxis) -> Tensor {
    do throws(TensorError) {
      let columns = try Columns(self, kernel, stride, padding, dilation, operation: "unfold")
      let axes = rank - 2
      var windows = padded(columns.padding.map { ($0, $0) })
      for axis in 0..<axes {
        windows = windows.slidingWindows(
          axis: axis + 2, size: columns.kernel[axis], step: columns.stride[axis], dilation: columns.dilation[axis])
      }
      if windows.isInvalid { return .invalid }
      let rows = shape[1] * columns.kernel.reduce(1, *)
      let count = windows.shape.sizes[2..<(2 + axes)].reduce(1, *)
      return windows.permuted(Columns.order(axes)).reshaped(to: [shape[0], rows, count])
    } catch {
      return .failed(error)
    }
  }
}

/// The windows of `unfolded` and `folded`, one number per spatial axis, checked.
struct Columns {
  let kernel, stride, padding, dilation: [Int]

  init(
    axes: Int, _ kernel: PerAxis, _ stride: PerAxis, _ padding: PerAxis, _ dilation: PerAxis, operation: String
  ) throws(TensorError) {
    self.kernel = try kernel.resolved(axes, "kernel", atLeast: 1, operation: operation)
    self.stride = try stride.resolved(axes, "stride", atLeast: 1, operation: operation)
    self.padding = try padding.resolved(axes, "padding", atLeast: 0, operation: operation)
    self.dilation = try dilation.resolved(axes, "dilation", atLeast: 1, operation: operation)
  }

  /// - Throws: `TensorError` where the windows do not fit the input.
  init(
    _ input: Tensor, _ kernel: PerAxis, _ stride: PerAxis, _ padding: PerAxis, _ dilation: PerAxis, operation: String
  ) throws(TensorError) {
    guard (3...5).contains(input.rank) else {
      throw TensorError(
        .shape, operation: operation, operands: [("input", input.spec)],
        expected: "3 to 5 axes, [batch, channels, spatial...]", got: "\(input.rank) axes")
    }
    try self.init(axes: input.rank - 2, kernel, stride, padding, dilation, operation: operation)
    let counts = counts(Array(input.shape.sizes.dropFirst(2)))
    guard counts.allSatisfy({ $0 > 0 }) else {
      throw TensorError(
        .shape, operation: operation, operands: [("input", SingleExample.spec(input.spec))],
        expected: "spatial axes that a window fits into, with padding \(self.padding)",
        got: "kernel \(self.kernel), dilation \(self.dilation)")
    }
  }

  /// [N, C, windows..., elements...] with both groups changed about: its own inverse.
  static func order(_ axes: Int) -> [Int] {
    let (first, second) = (2..<(2 + axes), (2 + axes)..<(2 + 2 * axes))
    return [0, 1] + Array(second) + Array(first)
  }

  /// How many windows axes of these sizes have; 0 where none fits.
  func counts(_ sizes: [Int]) -> [Int] {
    sizes.indices.map { axis in
      let room = sizes[axis] + 2 * padding[axis] - dilation[axis] * (kernel[axis] - 1) - 1
      return room < 0 ? 0 : room / stride[axis] + 1
    }
  }
}
