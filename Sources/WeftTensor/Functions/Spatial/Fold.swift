extension Tensor {
  /// Columns of windows laid back over an image and added up where they overlap (PyTorch's `fold`, col2im): the adjoint
  /// of `unfolded`.
  ///
  /// Shape: [N, C·window elements, windows] to [N, C] + `outputSize`, 1 to 3 spatial axes.
  public func folded(
    outputSize: [Int], kernel: PerAxis, stride: PerAxis = 1, padding: PerAxis = 0, dilation: PerAxis = 1
  ) -> Tensor {
    do throws(TensorError) {
      let axes = outputSize.count
      guard (1...3).contains(axes), outputSize.allSatisfy({ (0...Int(Int32.max)).contains($0) }) else {
        throw TensorError(.value, operation: "fold", expected: "1 to 3 sizes from 0", got: "\(outputSize)")
      }
      let columns = try Columns(axes: axes, kernel, stride, padding, dilation, operation: "fold")
      let counts = columns.counts(outputSize)
      let channels = try checkColumns(columns, counts)
      let apart = reshaped(to: Shape([shape[0], channels] + columns.kernel + counts))
      let order = Columns.order(axes)
      var whole = apart.permuted(order)
      for axis in (0..<axes).reversed() {
        let length = outputSize[axis] + 2 * columns.padding[axis]
        whole = whole.overlapAdded(
          axis: axis + 2, length: length, step: columns.stride[axis], dilation: columns.dilation[axis])
      }
      return whole.padded(columns.padding.map { (-$0, -$0) })
    } catch {
      return .failed(error)
    }
  }

  /// The number of channels, where these columns are those of so many windows.
  private func checkColumns(_ columns: Columns, _ counts: [Int]) throws(TensorError) -> Int {
    guard let elements = Shape(columns.kernel).validElementCount, let windows = Shape(counts).validElementCount else {
      throw TensorError(
        .value, operation: "fold", operands: [("columns", SingleExample.spec(spec))],
        expected: "windows that memory can hold",
        got: "kernel \(columns.kernel), \(counts) windows")
    }
    guard rank == 3, shape[1] % elements == 0, shape[2] == windows, windows > 0 else {
      throw TensorError(
        .shape, operation: "fold", operands: [("columns", SingleExample.spec(spec))],
        expected:
          "[\(SingleExample.isRunning ? "" : "batch, ")a multiple of \(elements) window elements, \(windows) windows]",
        got: "\(SingleExample.shape(shape))")
    }
    return shape[1] / elements
  }
}
