extension Tensor {
  /// The same, with 0 for what is not finite where `hidden`, which broadcasts to this shape, is true. What nobody looks at
  /// must not matter, and 0 times NaN or ∞ would.
  package func finite(whereHidden hidden: Tensor) -> Tensor {
    FormulaMap(formula: finiteWhereHidden, dtype: dtype).run([self, hidden])[0]
  }

  /// Sequences [S, N, E], [N, S, E] or [S, E] with 0 for what is not finite at the positions that a key padding mask hides:
  /// 0 times it would reach the gradients of weights that all positions share.
  package func finite(behindPadding mask: Tensor?, batchFirst: Bool) -> Tensor {
    guard let mask, rank == 2 || rank == 3 else { return self }
    let hidden = mask.dtype == .bool ? mask : mask.isMinusInfinity
    let rows = hidden.rank == 2 && (rank == 2 || !batchFirst) ? hidden.transposed(0, 1) : hidden
    let columns = rank == 2 && rows.rank == 2 ? rows : rows.unsqueezed(-1)
    // A mask of another shape is refused where it is used.
    guard columns.shape.dropLast().elementsEqual(shape.dropLast()) else { return self }
    return finite(whereHidden: columns)
  }

  /// Where a mask that is added to scores hides.
  private var isMinusInfinity: Tensor { self .== Tensor(weak: -Double.infinity) }
}

/// Beyond 1e12 as well: products of such numbers are infinite in float32, if not the first, then those of derivatives.
private let finiteWhereHidden = Formula { x, hidden in select((hidden .!= 0) .& .!(abs(x) .<= 1e12), 0, x) }
