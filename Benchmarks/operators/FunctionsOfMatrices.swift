import Weft

// Functions of many small matrices, and of groups and batches of channels.
extension Functions {
  /// Far from singular.
  private static func regular(_ x: Tensor) -> Tensor { x + Tensor(eye: x.shape[-1], dtype: x.dtype) * 10 }
  private static func parameters(_ x: Tensor) -> (Tensor, Tensor) {
    (Tensor(normal: [x.shape[1]]), Tensor(normal: [x.shape[1]]))
  }
  /// As many right-hand sides as there are columns.
  private static func right(_ x: Tensor) -> Tensor { Tensor(normal: x.shape).converted(to: x.dtype) }

  static let matrices: [String: MakeFunction] = [
    "product": { x in
      let other = right(x)
      return { matmul($0, other) }
    },
    "product-vector": { x in
      let vector = right(x).narrowed(axis: -1, from: 0, count: 1).contiguous()
      return { matmul($0, vector) }
    },
    "determinant": plain { $0.determinant() },
    "inverse": { x in
      let matrices = regular(x)
      return { _ in matrices.inverse() }
    },
    "solve": { x in
      let (matrices, other) = (regular(x), right(x))
      return { _ in solve(matrices, other) }
    },
    "solve-triangular": { x in
      let (matrices, other) = (regular(x).tril(), right(x).narrowed(axis: -1, from: 0, count: 1))
      return { _ in solveTriangular(matrices, other, upper: false) }
    },
    "cholesky": { x in
      let matrices = matmul(x, x.transposed()) + Tensor(eye: x.shape[-1], dtype: x.dtype)
      return { _ in matrices.cholesky() }
    },
  ]

  static let channels: [String: MakeFunction] = [
    "sum-batch": plain { $0.sum(axes: [0, 2, 3]) },
    "mean-batch": plain { $0.mean(axes: [0, 2, 3]) },
    "sum-outer": plain { $0.sum(axes: [0, 2]) },
    "groupnorm": { x in
      let (weight, bias) = parameters(x)
      return { $0.groupNormalized(groups: 8, weight: weight, bias: bias) }
    },
  ]
}
