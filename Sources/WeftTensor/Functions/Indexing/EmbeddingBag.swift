/// What a bag of embeddings becomes.
public enum EmbeddingBagMode: String, Hashable, Sendable, Codable, CaseIterable {
  /// Of the bag's rows, element by element.
  case sum, mean
  /// Of the bag's rows, element by element; PyTorch's "max".
  case maximum = "max"

  /// The same, under its former name.
  @available(*, deprecated, renamed: "maximum")
  public static var max: EmbeddingBagMode { .maximum }
}

extension Tensor {
  /// For each bag of indices, the sum, mean or maximum of this table's rows at them (PyTorch's `embedding_bag`). An
  /// empty bag gives zeros.
  ///
  /// Shape: table [rows, width], indices [bags, n] or [total] with `offsets` [bags]; the result is [bags, width].
  /// An index outside 0 ..< rows is an error. Half precision adds up in float32 and is rounded once.
  /// - Parameters:
  ///   - offsets: Where each bag begins in a list of indices.
  ///   - perSampleWeights: Of the indices' shape, for `sum` alone.
  ///   - paddingIndex: Indices that count as if they were not there; a negative one counts from the last row.
  ///   - includesLastOffset: The last offset is where the last bag ends; indices behind it do not count.
  ///   - scaleGradByFreq: Whether a row's gradient is divided by how often its index occurs; not for `maximum`.
  public func embeddingBag(
    _ indices: Tensor, offsets: Tensor? = nil, mode: EmbeddingBagMode = .mean, perSampleWeights: Tensor? = nil,
    paddingIndex: Int? = nil, includesLastOffset: Bool = false, scaleGradByFreq: Bool = false
  ) -> Tensor {
    do throws(TensorError) {
      if mode == .maximum, scaleGradByFreq { throw .scaledMaxima("embeddingBag") }
      let call = EmbeddingBagCall(table: self, indices: indices, offsets: offsets, weights: perSampleWeights)
      let bounds = try call.bounds(mode, paddingIndex, includesLastOffset)
      let end = bounds.last ?? 0
      let list = indices.reshaped(-1).sliced(axis: 0, to: end)
      let kept = row(counting: paddingIndex).map { list .!= Tensor(weak: $0) }
      if mode == .maximum { return largest(list, kept, bounds) }
      let weights = perSampleWeights.map { $0.reshaped(-1, 1).sliced(axis: 0, to: end) }
      if weights == nil, !scaleGradByFreq, !isBatched, !list.isBatched {
        let sums = apply(BagSum(bounds: bounds, paddingIndex: row(counting: paddingIndex)), [self, list])[0]
        return (mode == .mean ? sums / counts(kept?.unsqueezed(1), bounds, sums.dtype) : sums).converted(to: dtype)
      }
      let rows = embedding(list, scaleGradByFreq: scaleGradByFreq)
      let sums = summed(rows, kept?.unsqueezed(1), weights, bounds, isMean: mode == .mean)
      return sums.converted(to: weights.map { DType.promoted([spec, $0.spec]) } ?? dtype)
    } catch {
      return .failed(error)
    }
  }

  /// The sums or means of the rows of each bag. A padding row's numbers, and their weights, are not looked at.
  private func summed(_ rows: Tensor, _ kept: Tensor?, _ weights: Tensor?, _ bounds: [Int], isMean: Bool) -> Tensor {
    func present(_ x: Tensor) -> Tensor { kept.map { x.maskedFilled(where: .!$0, with: 0) } ?? x }
    let bags = BagSum(bounds: bounds).owners
    let adding = IndexAdd(axis: 0, size: bounds.count - 1)
    let numbers = present(rows.converted(to: dtype.statistics))
    let sums = apply(adding, [weights.map { numbers * present($0) } ?? numbers, bags])[0]
    return isMean ? sums / counts(kept, bounds, sums.dtype) : sums
  }

  /// How many rows each bag has, [bags, 1], and 1 for none.
  private func counts(_ kept: Tensor?, _ bounds: [Int], _ dtype: DType) -> Tensor {
    guard let kept else {
      let counts = zip(bounds, bounds.dropFirst()).map { Double(Swift.max($1 - $0, 1)) }
      return Tensor(counts, dtype: dtype).reshaped(to: [counts.count, 1])
    }
    let adding = IndexAdd(axis: 0, size: bounds.count - 1)
    let counts = apply(adding, [kept.converted(to: .int64), BagSum(bounds: bounds).owners])[0]
    return counts.clamped(low: 1).converted(to: dtype)
  }

  /// The largest element of each column over the rows of each bag.
  private func largest(_ list: Tensor, _ kept: Tensor?, _ bounds: [Int]) -> Tensor {
    let bags = 0..<(bounds.count - 1)
    let most = bags.map { bounds[$0 + 1] - bounds[$0] }.max() ?? 0
    // Zeros that still depend on the table.
    if most == 0 { return summed(embedding(list), nil, nil, bounds, isMean: false).converted(to: dtype) }
    let places = bags.flatMap { bag in
      (0..<most).map { bounds[bag] + $0 < bounds[bag + 1] ? bounds[bag] + $0 : list.elementCount }
    }
    // One more index than there are stands for what bags lack.
    let filled = list.converted(to: .int64).padded([(0, 1)]).indexSelected(Tensor(places), axis: 0)
    let present = (kept ?? Tensor(ones: list.shape, dtype: .bool))
      .padded([(0, 1)]).indexSelected(Tensor(places), axis: 0).reshaped(bags.count, most, 1)
    let rows = embedding(filled.reshaped(bags.count, most))
    let lowest = rows.maskedFilled(where: .!present, with: -.infinity)
    let best = lowest.maxWithIndices(axis: 1).values
    return Tensor.where(present.any(axis: 1), best, best.zerosLike())
  }
}

extension TensorError {
  /// A row that is the largest of one bag and not of another has no number of occurrences.
  package static func scaledMaxima(_ operation: String) -> TensorError {
    TensorError(
      .unsupported, operation: operation, expected: "sums or means for `scaleGradByFreq`", got: "maxima")
  }
}

/// The checks of an embedding of bags.
private struct EmbeddingBagCall {
  let table, indices: Tensor
  let offsets, weights: Tensor?

  private func error(_ expected: String, _ got: String, _ code: TensorError.Code = .shape) -> TensorError {
    let all = [("table", table), ("indices", indices)] + (offsets.map { [("offsets", $0)] } ?? [])
    return TensorError(
      code, operation: "embeddingBag", operands: all.map { ($0.0, $0.1.spec) }, expected: expected, got: got)
  }

  /// Where each bag begins, and where the last one ends.
  func bounds(
    _ mode: EmbeddingBagMode, _ paddingIndex: Int?, _ includesLast: Bool
  ) throws(TensorError) -> [Int] {
    guard table.rank == 2, table.dtype.isFloatingPoint else {
      throw error("a floating-point table [rows, width]", "\(table.spec)")
    }
    guard indices.dtype.isInteger, offsets?.dtype.isInteger ?? true else {
      throw error("indices and offsets of an integer type", "\(indices.dtype)", .dtype)
    }
    let rows = table.shape[0]
    guard paddingIndex.map({ (-rows..<rows).contains($0) }) ?? true else {
      throw error("a padding index in \(-rows) ..< \(rows)", "\(paddingIndex ?? 0)", .index)
    }
    guard weights == nil || mode == .sum, weights?.shape ?? indices.shape == indices.shape else {
      throw error("weights of the indices' shape, with mode sum", "\(weights?.shape ?? []), mode \(mode)")
    }
    guard let offsets else {
      guard indices.rank == 2 else { throw error("indices [bags, n], or a list with offsets", "\(indices.shape)") }
      return (0...indices.shape[0]).map { $0 * indices.shape[1] }
    }
    guard indices.rank == 1, offsets.rank == 1 else {
      throw error("a list of indices and a list of offsets", "\(indices.shape) and \(offsets.shape)")
    }
    if offsets.isBatched { throw .batched("embeddingBag", offsets) }
    let bounds = offsets.scalars(as: Int.self) + (includesLast ? [] : [indices.shape[0]])
    let isOrdered = zip(bounds, bounds.dropFirst()).allSatisfy { $0 <= $1 }
    guard bounds.first == 0, isOrdered, bounds.last ?? 0 <= indices.shape[0] else {
      throw error("offsets that begin with 0, rise, and stay within the list", "\(bounds)", .value)
    }
    return bounds
  }
}
