extension Tensor {
  /// This tensor with `values` put, or added, at the elements that index tensors name together: one for each axis from
  /// the first, integers (negative ones count from the end) or masks (PyTorch's `index_put`).
  ///
  /// Shape: the indices broadcast to a common shape; values broadcast to it followed by the axes that are not indexed.
  /// - Parameter accumulates: Equal places add up, with what is there; else the last wins.
  public func putting(_ values: Tensor, at indices: [Tensor], accumulates: Bool = false) -> Tensor {
    guard let places = ElementPlaces(indices, in: self) else { return .invalid }
    let tail = Array(shape.sizes.dropFirst(places.axisCount))
    let wanted = Shape(places.shape.sizes + tail)
    guard Shape.broadcast(wanted, values.shape) == wanted else {
      return .failed(.shapeOf("putting", "values that broadcast to \(wanted)", values.spec))
    }
    let rows = shape.sizes.prefix(places.axisCount).reduce(1, *)
    let table = reshaped(to: Shape([rows] + tail))
    let slices = values.converted(to: dtype).expanded(to: wanted)
      .reshaped(to: Shape([places.list.elementCount] + tail))
    let result =
      accumulates
      ? table.indexAdded(slices, at: places.list, axis: 0) : table.indexCopied(slices, at: places.list, axis: 0)
    return result.reshaped(to: shape)
  }
}

/// Index tensors as row-major places among the first axes of a tensor.
private struct ElementPlaces {
  /// One axis.
  let list: Tensor
  /// The shape the indices broadcast to.
  let shape: Shape
  let axisCount: Int

  /// nil, after a report, where they do not fit the tensor.
  init?(_ indices: [Tensor], in tensor: Tensor) {
    do throws(TensorError) {
      let columns = try Self.columns(indices, tensor)
      axisCount = columns.count
      shape = try broadcastShape(of: columns.map(\.spec), operation: "putting")
      var places = Tensor(zeros: shape, dtype: .int64)
      for (axis, column) in columns.enumerated() {
        let operands = [(name: "tensor", spec: tensor.spec), (name: "indices", spec: column.spec)]
        try column.spec.requireIndexType("indices", operation: "putting", operands: operands)
        let size = tensor.shape[axis]
        guard
          let checked = column.checkedIndices(below: size, operation: "putting", operands: operands, fromEnd: true)
        else { return nil }
        places = places * Tensor(size) + checked
      }
      list = places.reshaped(to: [-1])
    } catch {
      report(error)
      return nil
    }
  }

  /// The indices with each mask replaced by those of the elements where it holds.
  private static func columns(_ indices: [Tensor], _ tensor: Tensor) throws(TensorError) -> [Tensor] {
    var columns: [Tensor] = []
    for index in indices {
      guard index.dtype == .bool else {
        columns.append(index)
        continue
      }
      let covered = tensor.shape.sizes.dropFirst(columns.count).prefix(index.rank)
      guard index.rank > 0, index.shape.sizes == Array(covered) else {
        throw .shapeOf("putting", "a mask of the shape \(Shape(covered)) it covers", index.spec)
      }
      if index.isBatched {
        throw .batchedMask("putting", index, hint: "`Tensor.where(mask, v, x)` takes a value for each element")
      }
      columns += index.nonzero().unbound(axis: 1)
    }
    guard !columns.isEmpty, columns.count <= tensor.rank else {
      throw .shapeOf("putting", "indices for 1 ... \(tensor.rank) axes, but they are for \(columns.count)", tensor.spec)
    }
    return columns
  }
}
