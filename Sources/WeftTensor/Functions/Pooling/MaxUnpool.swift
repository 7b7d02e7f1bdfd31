extension Tensor {
  /// These values put into zeros at the places where `maxPooledWithIndices` found them: a partial inverse of the pool.
  /// Of several values for one place the last one stays.
  ///
  /// Shape: [N, C, windows...], indices of the same shape; result [N, C, spatial...].
  /// - Parameters:
  ///   - indices: In the flattened spatial axes of the result; one outside of them is an error.
  ///   - outputSize: The spatial axes; left out, (windows - 1)·stride - 2·padding + kernel.
  ///   - spatialAxes: How many axes are spatial, as with `maxPooled`; a single example comes without N.
  public func maxUnpooled(
    _ indices: Tensor, kernel: PerAxis, stride: PerAxis? = nil, padding: PerAxis = 0, outputSize: [Int]? = nil,
    spatialAxes: Int? = nil
  ) -> Tensor {
    do throws(TensorError) {
      guard
        try isSingle(
          spatialAxes: spatialAxes ?? outputSize?.count, [kernel, stride, padding], operation: "maxUnpool")
      else { return unpooled(indices, kernel, stride, padding, outputSize) }
      guard indices.shape == shape else { throw unpoolError(indices, "values and indices of one shape") }
      let batch = indices.unsqueezed(0)
      return asBatchOfOne { [$0.unpooled(batch, kernel, stride, padding, outputSize)] }[0]
    } catch {
      return .failed(error)
    }
  }

  private func unpooled(
    _ indices: Tensor, _ kernel: PerAxis, _ stride: PerAxis?, _ padding: PerAxis, _ outputSize: [Int]?
  ) -> Tensor {
    do throws(TensorError) {
      guard (3...5).contains(rank), indices.shape == shape else {
        throw unpoolError(indices, "values and indices of one shape, [batch, channels, windows...]")
      }
      let axes = rank - 2
      let kernel = try kernel.resolved(axes, "kernel", atLeast: 1, operation: "maxUnpool")
      let stride = try stride?.resolved(axes, "stride", atLeast: 1, operation: "maxUnpool") ?? kernel
      let padding = try padding.resolved(axes, "padding", atLeast: 0, operation: "maxUnpool")
      let usual = (0..<axes).map { axis -> Int in
        let reach = (shape[axis + 2] - 1) * stride[axis]
        return reach - 2 * padding[axis] + kernel[axis]
      }
      let sizes = outputSize ?? usual
      let isNear =
        sizes.count == axes
        && (0..<axes).allSatisfy { axis in
          sizes[axis] >= 0 && Swift.abs(sizes[axis] - usual[axis]) < stride[axis]
        }
      guard isNear else {
        throw unpoolError(indices, "an output size nearer to \(usual) than a stride of \(stride)", got: "\(sizes)")
      }
      guard let count = Shape(sizes).validElementCount else {
        throw unpoolError(indices, "sizes that memory can hold", got: "\(sizes)")
      }
      let zeros = Tensor(zeros: [shape[0], shape[1], count], dtype: dtype)
      let filled = zeros.scattered(flattened(from: 2), at: indices.flattened(from: 2), axis: 2)
      return filled.reshaped(to: Shape(shape.sizes.prefix(2) + sizes))
    } catch {
      return .failed(error)
    }
  }

  private func unpoolError(_ indices: Tensor, _ expected: String, got: String? = nil) -> TensorError {
    TensorError(
      got == nil ? .shape : .value, operation: "maxUnpool",
      operands: [("values", SingleExample.spec(spec)), ("indices", SingleExample.spec(indices.spec))],
      expected: expected, got: got ?? "\(shape) and \(indices.shape)")
  }
}
