import WeftTensor

// Of a large dataset scores are many: in a checkpoint they are a tensor beside its text.

extension RankedScores {
  private enum CodingKeys: String, CodingKey { case columns, truth, scoresAt, truthAt }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    if let place = try values.decodeIfPresent(Int.self, forKey: .scoresAt) {
      let truth = try Enclosures.current?[values.decode(Int.self, forKey: .truthAt)]
      guard let scores = Enclosures.current?[place], let truth, scores.rank == 2, scores.dtype == .float32,
        truth.rank == 1, truth.dtype == .int64
      else { throw Self.wrong(decoder, "scores and classes of the same samples as tensors") }
      let (flat, width) = (scores.scalars(as: Float.self), scores.shape[1])
      let columns = (0..<scores.shape[0]).map { Array(flat[$0 * width..<($0 + 1) * width]) }
      self.init(columns: columns, truth: truth.scalars(as: Int.self))
    } else {
      let columns = try values.decode([[Float]].self, forKey: .columns)
      self.init(columns: columns, truth: try values.decode([Int].self, forKey: .truth))
    }
    let count = columns.first?.count ?? 0
    guard columns.allSatisfy({ $0.count == count }), [count, count * columns.count].contains(truth.count) else {
      throw Self.wrong(decoder, "as many scores of each class as samples")
    }
  }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    if let enclosures = Enclosures.current, !columns.isEmpty {
      let scores = Tensor(columns.flatMap { $0 }).reshaped(columns.count, sampleCount)
      try values.encode(enclosures.add(scores), forKey: .scoresAt)
      try values.encode(enclosures.add(Tensor(truth)), forKey: .truthAt)
    } else {
      try values.encode(columns, forKey: .columns)
      try values.encode(truth, forKey: .truth)
    }
  }

  private static func wrong(_ decoder: any Decoder, _ expected: String) -> DecodingError {
    .dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "ranked scores are \(expected)"))
  }
}
