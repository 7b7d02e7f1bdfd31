extension Tensor {
  /// The distances of each row of this matrix from every later one, by the norm of `order` (PyTorch's `pdist`): the upper
  /// triangle of `cdist` with itself, row by row.
  ///
  /// Shape: [n, k] to [n·(n - 1)/2].
  public func pairDistances(order: Double = 2) -> Tensor {
    guard rank == 2 else {
      return .failed(
        TensorError(
          .shape, operation: "pdist", operands: [("points", spec)], expected: "a matrix [points, coordinates]",
          got: "\(shape)"))
    }
    let count = shape[0]
    let places = (0..<count).flatMap { row in ((row + 1)..<Swift.max(count, row + 1)).map { row * count + $0 } }
    return cdist(self, self, order: order, usesProducts: false).reshaped(-1).indexSelected(Tensor(places), axis: 0)
  }
}
