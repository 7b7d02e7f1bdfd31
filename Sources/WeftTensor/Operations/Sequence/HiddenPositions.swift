extension Tensor {
  /// The same, with 0 for what is not finite where `hidden`, which broadcasts to this shape, is true. What nobody looks at
  /// must not matter, and 0 times NaN or ∞ would.
  package func finite(whereHidden hidden: Tensor) -> Tensor {
    FormulaMap(formula: finiteWhereHidden, dtype: dtype).run([self, hidden])[0]
  }

  /// Keys or values [..., S, features], finite where a mask of keys alone, [..., 1, S] or [S], hides them from all queries.
  func finite(behind mask: Tensor?) -> Tensor {
    guard let mask, rank >= 2, mask.rank == 1 || (mask.rank >= 2 && mask.shape[-2] == 1) else { return self }
    let keys = mask.rank == 1 ? mask.unsqueezed(-1) : mask.transposed()
    return finite(whereHidden: keys.dtype == .bool ? .!keys : keys .== Tensor(weak: -Double.infinity))
  }
}

private let finiteWhereHidden = Formula { x, hidden in select((hidden .!= 0) .& .!isFinite(x), 0, x) }
