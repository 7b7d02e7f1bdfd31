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
    guard let maxNorm, !(maxNorm >= 0) else { return }
    report(TensorError(.value, operation: layer, expected: "a maxNorm from 0", got: "\(maxNorm)"))
  }

  /// The table to look `indices` up in.
  func table(_ weight: Parameter, at indices: Tensor) -> Tensor {
    var table = weight.tensor
    guard maxNorm != nil || scaleGradByFreq, fits(indices, rows: table.shape[0]) else { return table }
    if let maxNorm {
      if indices.isBatched || Modes.current.substitutes?[ObjectIdentifier(weight)] != nil {
        // Not the layer's own values, or not its own alone: what is read is bounded, and the gradient passes.
        let bounded = noGrad { table.detach().renormalized(order: normType, axis: 0, maximum: maxNorm) }
        table = table + (bounded - table.detach())
      } else if shorten(weight, at: indices, maxNorm) {
        table = weight.tensor
      }
    }
    return scaleGradByFreq && table.requiresGrad ? scaled(table, indices) : table
  }

  /// Whether all indices are there; the lookup says what is wrong with others.
  private func fits(_ indices: Tensor, rows: Int) -> Bool {
    if indices.isBatched { return true }
    guard indices.elementCount > 0, !indices.dtype.isFloatingPoint, indices.dtype != .bool else { return false }
    return indices.scalars(as: Int.self).allSatisfy { (0..<rows).contains($0) }
  }

  /// Brings the rows at `indices` to `maxNorm` where they are longer, in the layer's own table, as PyTorch does; whether
  /// there were such.
  private func shorten(_ weight: Parameter, at indices: Tensor, _ maxNorm: Double) -> Bool {
    noGrad {
      let places = indices.unique().values
      let rows = weight.value.indexSelected(places, axis: 0)
      guard (rows.norm(order: normType, axes: [1]) .> maxNorm).any().item(as: Bool.self) else { return false }
      let bounded = rows.renormalized(order: normType, axis: 0, maximum: maxNorm)
      weight.value = weight.value.indexCopied(bounded, at: places, axis: 0)
      return true
    }
  }

  /// The same values, with gradients divided by each row's number of occurrences.
  private func scaled(_ table: Tensor, _ indices: Tensor) -> Tensor {
    let list = indices.reshaped(-1).converted(to: .int64)
    let counts = Tensor(zeros: [table.shape[0]], dtype: .float32)
      .scatterAdded(Tensor(ones: list.shape, dtype: .float32), at: list, axis: 0)
    let part = table * (1 / counts.clamped(low: 1)).unsqueezed(1).converted(to: table.dtype)
    return table.detach() + (part - part.detach())
  }
}
