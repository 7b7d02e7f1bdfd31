extension Tensor {
  /// The elements at `indices` in row-major order, in the indices' shape (PyTorch's `take`). Negative ones count from
  /// the end; an index outside is an error.
  public func taken(at indices: Tensor) -> Tensor {
    guard let places = flatPlaces(indices, "taken") else { return .invalid }
    return reshaped(to: [-1]).indexSelected(places.reshaped(to: [-1]), axis: 0).reshaped(to: indices.shape)
  }

  /// This tensor with `values` put at `indices` in row-major order, or added there (PyTorch's `put`); of equal indices
  /// the last wins, or they add up.
  ///
  /// Shape: as many values as indices.
  public func putting(_ values: Tensor, at indices: Tensor, accumulates: Bool = false) -> Tensor {
    guard let places = flatPlaces(indices, "putting")?.reshaped(to: [-1]) else { return .invalid }
    let (flat, list) = (reshaped(to: [-1]), values.reshaped(to: [-1]))
    let result =
      accumulates ? flat.scatterAdded(list, at: places, axis: 0) : flat.scattered(list, at: places, axis: 0)
    return result.reshaped(to: shape)
  }

  private func flatPlaces(_ indices: Tensor, _ operation: String) -> Tensor? {
    let operands = [(name: "tensor", spec: spec), (name: "indices", spec: indices.spec)]
    do throws(TensorError) {
      try indices.spec.requireIndexType("indices", operation: operation, operands: operands)
    } catch {
      report(error)
      return nil
    }
    return indices.checkedIndices(below: elementCount, operation: operation, operands: operands, fromEnd: true)
  }
}
