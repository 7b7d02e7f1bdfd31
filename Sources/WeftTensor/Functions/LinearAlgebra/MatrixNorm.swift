/// A norm of matrices.
public enum MatrixNormOrder: Sendable, Hashable {
  /// The root of the sum of squares of all elements.
  case frobenius
  /// The sum of the singular values.
  case nuclear
  /// The largest (2) or smallest (-2) singular value.
  case spectral(smallest: Bool = false)
  /// The largest (or smallest) sum of absolute values of a column: the norm of order 1 (-1).
  case columns(smallest: Bool = false)
  /// The largest (or smallest) sum of absolute values of a row: the norm of order ∞ (-∞).
  case rows(smallest: Bool = false)

  /// The norm of this order: ±1, ±2 or ±∞; nil for others.
  public init?(_ order: Double) {
    switch order.magnitude {
    case 1: self = .columns(smallest: order < 0)
    case 2: self = .spectral(smallest: order < 0)
    case .infinity: self = .rows(smallest: order < 0)
    default: return nil
    }
  }
}

extension Tensor {
  /// The norms of the matrices in two axes (PyTorch's `linalg.matrix_norm`).
  ///
  /// Shape: [..., m, n] to [...]; the two axes stay at size 1 with `keepDims`.
  public func matrixNorm(
    _ order: MatrixNormOrder = .frobenius, axes: (rows: Int, columns: Int) = (-2, -1), keepDims: Bool = false
  ) -> Tensor {
    guard let row = shape.axis(axes.rows), let column = shape.axis(axes.columns), row != column else {
      return .failed(
        TensorError(
          .axis, operation: "matrixNorm", operands: [("tensor", spec)], expected: "two different axes",
          got: "\(axes.rows) and \(axes.columns)"))
    }
    switch order {
    case .frobenius: return norm(axes: [row, column], keepDims: keepDims)
    case .columns(let smallest): return largestSum(over: row, of: column, smallest, keepDims)
    case .rows(let smallest): return largestSum(over: column, of: row, smallest, keepDims)
    case .nuclear: return ofSingularValues(row, column, keepDims) { $0.sum(axis: -1) }
    case .spectral(let smallest):
      return ofSingularValues(row, column, keepDims) { smallest ? $0.min(axes: [-1]) : $0.max(axes: [-1]) }
    }
  }

  private func largestSum(over summed: Int, of axis: Int, _ smallest: Bool, _ keepDims: Bool) -> Tensor {
    let sums = abs().sum(axis: summed, keepDims: true)
    let result = smallest ? sums.min(axes: [axis], keepDims: true) : sums.max(axes: [axis], keepDims: true)
    return keepDims ? result : result.reshaped(to: shape.removing(axes: [summed, axis], keepDims: false))
  }

  private func ofSingularValues(_ row: Int, _ column: Int, _ keepDims: Bool, _ body: (Tensor) -> Tensor) -> Tensor {
    let rest = (0..<rank).filter { $0 != row && $0 != column }
    let result = body(permuted(rest + [row, column]).singularValues())
    return keepDims ? result.reshaped(to: shape.removing(axes: [row, column], keepDims: true)) : result
  }
}
