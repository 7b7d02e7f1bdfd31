// A part of a tensor replaced, as a new tensor: what assigning to a subscript does, as a function.

extension Tensor {
  /// This tensor with the slice at `index` along `axis` replaced (PyTorch's `select_scatter`).
  public func selectScattered(_ values: Tensor, axis: Int, index: Int) -> Tensor {
    guard let place = shape.axis(axis) else { return .failed(.axis(axis, rank: rank, operation: "selectScatter")) }
    var subscripts = Array(repeating: TensorIndex.all, count: rank)
    subscripts[place] = .element(index)
    return replacing(subscripts, by: values, operation: "selectScatter")
  }

  /// This tensor with every `step`-th slice from `start` up to `end` along `axis` replaced (PyTorch's `slice_scatter`).
  public func sliceScattered(
    _ values: Tensor, axis: Int = 0, from start: Int? = nil, to end: Int? = nil, step: Int = 1
  ) -> Tensor {
    guard let place = shape.axis(axis) else { return .failed(.axis(axis, rank: rank, operation: "sliceScatter")) }
    var subscripts = Array(repeating: TensorIndex.all, count: rank)
    subscripts[place] = .every(step, from: start, to: end)
    return replacing(subscripts, by: values, operation: "sliceScatter")
  }

  /// This tensor with a diagonal of the matrices that two axes span replaced (PyTorch's `diagonal_scatter`).
  public func diagonalScattered(
    _ values: Tensor, offset: Int = 0, rowAxis: Int = -2, columnAxis: Int = -1
  ) -> Tensor {
    let places = Tensor(arange: elementCount).reshaped(to: shape)
      .diagonal(offset: offset, rowAxis: rowAxis, columnAxis: columnAxis)
    guard places.isInvalid || places.shape == values.shape else {
      return .failed(.shapeOf("diagonalScatter", "values of shape \(places.shape)", values.spec))
    }
    return putting(values.converted(to: dtype), at: places)
  }

  private func replacing(_ indices: [TensorIndex], by values: Tensor, operation: String) -> Tensor {
    do throws(TensorError) {
      let plan = try SubscriptPlan(indices, spec)
      guard plan.window.shape == values.shape else {
        throw .shapeOf(operation, "values of shape \(plan.window.shape)", values.spec)
      }
      return apply(SubscriptAssign(window: plan.window), [self, values.converted(to: dtype)])[0]
    } catch {
      return .failed(error)
    }
  }
}
