/// The place in the data: what has been seen when a training goes on.
public struct LoaderCursor: Sendable, Hashable, Codable {
  /// How many epochs are done: the next one's number for a `DataLoader`.
  public var epoch: Int
  /// How many batches of that epoch are done.
  public var batch: Int

  /// By default the beginning.
  public init(epoch: Int = 0, batch: Int = 0) { (self.epoch, self.batch) = (epoch, batch) }

  private enum CodingKeys: String, CodingKey { case epoch, batch }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    epoch = try values.decode(Int.self, forKey: .epoch)
    batch = try values.decode(Int.self, forKey: .batch)
    guard StateText.counts.contains(epoch), StateText.counts.contains(batch) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "epoch \(epoch) and batch \(batch) are no counts"))
    }
  }
}
