/// Which axis the first two tensors of a mesh grid lie along.
public enum MeshIndexing: String, Sendable, Hashable, CaseIterable {
  /// The first along rows (axis 0), as a matrix is indexed.
  case matrix
  /// The first along columns (axis 1), as x of a plot.
  case cartesian
}

/// For each list a tensor over the grid of them all, which holds its element at each point (PyTorch's `meshgrid`).
///
/// Shape: lists [m], [n], ... (or numbers) to as many tensors [m, n, ...]; [n, m, ...] if `indexing` is `.cartesian`.
public func meshGrid(_ tensors: [Tensor], indexing: MeshIndexing = .matrix) -> [Tensor] {
  if let wrong = tensors.first(where: { $0.rank > 1 }) {
    let failed = Tensor.failed(.shapeOf("meshGrid", "lists", wrong.spec))
    return tensors.map { _ in failed }
  }
  let lists = tensors.map { $0.atLeast1D() }
  let grid = Shape(lists.map { $0.shape[0] })
  return lists.enumerated().map { axis, list in
    var along = Array(repeating: 1, count: lists.count)
    along[axis] = list.shape[0]
    let spread = list.reshaped(to: Shape(along)).expanded(to: grid)
    return indexing == .cartesian && lists.count > 1 ? spread.transposed(0, 1) : spread
  }
}
