import WeftTensor

// Of a large dataset scores are many: in a checkpoint they are a tensor beside its text.

extension RankedScores {
  private enum CodingKeys: String, CodingKey { case columns, truth, weights, scoresAt, truthAt, weightsAt }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    if let place = try values.decodeIfPresent(Int.self, forKey: .scoresAt) {
      let truth = try Enclosures.current?[values.decode(Int.self, forKey: .truthAt)]
      guard let scores = Enclosures.current?[place], let truth, scores.rank == 2, scores.dtype == .float32,
        truth.rank == 1, truth.dtype == .int64
      else { throw Self.wrong(decoder, "scores and classes of the same samples as tensors") }
      let (flat, width) = (scores.scalars(as: Float.self), scores.shape[1])
      let columns = (0..<scores.shape[0]).map { Array(flat[$0 * width..<($0 + 1) * width]) }
      let weights = try Self.weights(values, decoder)
      self.init(columns: columns, truth: truth.scalars(as: Int.self), weights: weights)
    } else {
      let columns = try values.decode([[Float]].self, forKey: .columns)
      let weights = try values.decodeIfPresent([Double].self, forKey: .weights) ?? []
      self.init(columns: columns, truth: try values.decode([Int].self, forKey: .truth), weights: weights)
    }
    let count = columns.first?.count ?? 0
    guard columns.allSatisfy({ $0.count == count }), [count, count * columns.count].contains(truth.count) else {
      throw Self.wrong(decoder, "as many scores of each class as samples")
    }
    guard [0, count].contains(weights.count), weights.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
      throw Self.wrong(decoder, "a weight for each sample, or none")
    }
  }

  private static func weights(
    _ values: KeyedDecodingContainer<CodingKeys>, _ decoder: any Decoder
  ) throws -> [Double] {
    guard let place = try values.decodeIfPresent(Int.self, forKey: .weightsAt) else { return [] }
    guard let weights = Enclosures.current?[place], weights.rank == 1, weights.dtype == .float64 else {
      throw wrong(decoder, "weights of samples as a tensor")
    }
    return weights.scalars(as: Double.self)
  }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    if let enclosures = Enclosures.current, !columns.isEmpty {
      let scores = Tensor(columns.flatMap { $0 }).reshaped(columns.count, sampleCount)
      try values.encode(enclosures.add(scores), forKey: .scoresAt)
      try values.encode(enclosures.add(Tensor(truth)), forKey: .truthAt)
      if !weights.isEmpty { try values.encode(enclosures.add(Tensor(weights, dtype: .float64)), forKey: .weightsAt) }
    } else {
      try values.encode(columns, forKey: .columns)
      try values.encode(truth, forKey: .truth)
      if !weights.isEmpty { try values.encode(weights, forKey: .weights) }
    }
  }

  private static func wrong(_ decoder: any Decoder, _ expected: String) -> DecodingError {
    .dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "ranked scores are \(expected)"))
  }
}
