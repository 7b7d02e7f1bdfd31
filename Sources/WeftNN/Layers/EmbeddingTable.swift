import WeftTensor

/// What the layers of embeddings may ask of their table beside its rows.
struct EmbeddingTable {
  /// No row that is looked up is longer; nil for any length.
  var maxNorm: Double?
  /// The order of the norm that `maxNorm` speaks of.
  var normType = 2.0
  /// Whether a row's gradient is divided by how often its token occurs in the call.
  var scaleGradByFreq = false

  /// What is wrong with the settings.
  func check(layer: String) {
    if let maxNorm, !(maxNorm >= 0) {
      report(TensorError(.value, operation: layer, expected: "a maxNorm from 0", got: "\(maxNorm)"))
    }
    if !(normType > 0) {
      report(TensorError(.value, operation: layer, expected: "a normType above 0", got: "\(normType)"))
    }
  }

  /// What to look up where: `indices` in the layer's own table, or in one of the rows that they name.
  func lookup(
    _ weight: Parameter, at indices: Tensor, _ paddingIndex: Int?
  ) -> (table: Tensor, indices: Tensor, paddingIndex: Int?) {
    let all = indices.everything
    // The lookup says what is wrong with a table of other axes.
    guard let maxNorm, weight.shape.rank == 2, fits(all, rows: weight.shape[0]) else {
      return (weight.tensor, indices, paddingIndex)
    }
    let places = noGrad { all.unique().values }
    if indices.isBatched || Modes.current.substitutes?[ObjectIdentifier(weight)] != nil {
      return bounded(weight.tensor, places, indices, paddingIndex, maxNorm)
    }
    shorten(weight, at: places, maxNorm)
    return (weight.tensor, indices, paddingIndex)
  }

  /// Whether all indices are there; the lookup says what is wrong with others.
  private func fits(_ indices: Tensor, rows: Int) -> Bool {
    guard indices.elementCount > 0, !indices.dtype.isFloatingPoint, indices.dtype != .bool else { return false }
    return indices.scalars(as: Int.self).allSatisfy { (0..<rows).contains($0) }
  }

  /// Where the values are not the layer's own, or not its own alone, what is read is bounded and nothing written, and
  /// the gradient passes: the rows at `places`, and where each index finds its row among them.
  private func bounded(
    _ table: Tensor, _ places: Tensor, _ indices: Tensor, _ paddingIndex: Int?, _ maxNorm: Double
  ) -> (table: Tensor, indices: Tensor, paddingIndex: Int?) {
    let rows = table.indexSelected(places, axis: 0)
    let shortened = noGrad { rows.detach().renormalized(order: normType, axis: 0, maximum: maxNorm) }
    let new = Tensor(zeros: [table.shape[0]], dtype: .int64)
      .scattered(Tensor(arange: places.elementCount), at: places, axis: 0)
    let padding = paddingIndex.flatMap { places.scalars(as: Int.self).firstIndex(of: $0) }
    return (rows + (shortened - rows.detach()), new.taken(at: indices), padding)
  }

  /// Brings the rows at `places` to `maxNorm` where they are longer, in the layer's own table, as PyTorch does.
  private func shorten(_ weight: Parameter, at places: Tensor, _ maxNorm: Double) {
    noGrad {
      let rows = weight.value.indexSelected(places, axis: 0)
      guard (rows.norm(order: normType, axes: [1]) .> maxNorm).any().item(as: Bool.self) else { return }
      let bounded = rows.renormalized(order: normType, axis: 0, maximum: maxNorm)
      if weight.parametrization == nil { return weight.uniqueValue().write(rows: bounded, at: places) }
      weight.value = weight.value.indexCopied(bounded, at: places, axis: 0)
    }
  }
}
