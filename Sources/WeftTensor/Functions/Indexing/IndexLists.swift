// One list of indices for a whole axis: what is brought in are slices.

extension Tensor {
  /// This tensor with `scale` times the slices of `values` added at a list of indices along `axis` (PyTorch's
  /// `index_add`); equal indices add up. Integers take a whole scale.
  ///
  /// Shape: indices [n]; values have this tensor's shape, but size n along `axis`.
  public func indexAdded(_ values: Tensor, at indices: Tensor, axis: Int, scale: Double = 1) -> Tensor {
    if isLine(axis) { return asLine { $0.indexAdded(values.asList, at: indices.asList, axis: 0, scale: scale) } }
    guard let list = indices.asIndexList(along: axis, of: self, like: values, operation: "indexAdded") else {
      return .invalid
    }
    guard dtype.isFloatingPoint || Int(exactly: scale) != nil else {
      return .failed(
        TensorError(
          .value, operation: "indexAdded", operands: [("tensor", spec), ("values", values.spec)],
          expected: "a whole scale for integers", got: "\(scale)"))
    }
    return scatterAdded(values.scaled(by: scale), at: list, axis: axis)
  }

  /// This tensor with the slices of `values` put at a list of indices along `axis` (PyTorch's `index_copy`); of equal
  /// indices the last wins.
  ///
  /// Shape: indices [n]; values have this tensor's shape, but size n along `axis`.
  public func indexCopied(_ values: Tensor, at indices: Tensor, axis: Int) -> Tensor {
    if isLine(axis) { return asLine { $0.indexCopied(values.asList, at: indices.asList, axis: 0) } }
    guard let list = indices.asIndexList(along: axis, of: self, like: values, operation: "indexCopied") else {
      return .invalid
    }
    return scattered(values, at: list, axis: axis)
  }

  /// This tensor with one number in the slices at a list of indices along `axis` (PyTorch's `index_fill`).
  public func indexFilled(_ value: Double, at indices: Tensor, axis: Int) -> Tensor {
    indexFilled(Tensor(full: [], value, dtype: dtype), at: indices, axis: axis)
  }

  /// The same with a number that gradients flow to, a tensor without axes.
  @_disfavoredOverload public func indexFilled(_ value: Tensor, at indices: Tensor, axis: Int) -> Tensor {
    if isLine(axis) { return asLine { $0.indexFilled(value, at: indices.asList, axis: 0) } }
    var slices = shape
    if let place = shape.axis(axis), indices.rank == 1 { slices[place] = indices.shape[0] }
    let values = value.converted(to: dtype).expanded(to: slices)
    return indexCopied(values, at: indices, axis: axis)
  }

  /// This list as one index for each element of `values`, which are to go into `target`; nil, after a report, where the
  /// shapes do not fit.
  func asIndexList(along axis: Int, of target: Tensor, like values: Tensor, operation: String) -> Tensor? {
    guard let place = target.shape.axis(axis) else {
      report(.axis(axis, rank: target.rank, operation: operation))
      return nil
    }
    var wanted = target.shape
    wanted[place] = rank == 1 ? shape[0] : 0
    guard rank == 1, values.shape == wanted else {
      report(
        TensorError(
          .shape, operation: operation,
          operands: [("tensor", target.spec), ("indices", spec), ("values", values.spec)],
          expected: "a list of indices, and values of shape \(wanted)", got: "\(shape) and \(values.shape)"))
      return nil
    }
    var list = Array(repeating: 1, count: target.rank)
    list[place] = wanted[place]
    return reshaped(to: Shape(list)).expanded(to: wanted)
  }
}
