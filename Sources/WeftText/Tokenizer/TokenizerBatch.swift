import Synchronization

extension Tokenizer {
  /// Encodes texts on several threads, and pads them to one length where the tokenizer pads.
  ///
  /// - Parameter threads: How many threads; nil for as many as the machine runs at once.
  /// - Throws: The `TokenizerError` of the first text that has one.
  public func encode(
    batch texts: [String], pairs: [String]? = nil, addsSpecialTokens: Bool = true, offsets: OffsetUnit = .scalars,
    threads: Int? = nil
  ) throws(TokenizerError) -> [Encoding] {
    guard pairs == nil || pairs?.count == texts.count else {
      throw TokenizerError(
        .badValue, path: "pairs", expected: "as many second texts as first ones, \(texts.count)",
        found: "\(pairs?.count ?? 0)")
    }
    var single = self
    single.padding = nil
    let tokenizer = single
    var encodings = try Self.map(texts.count, threads) { index throws(TokenizerError) in
      try tokenizer.encode(
        texts[index], pair: pairs?[index], addsSpecialTokens: addsSpecialTokens, offsets: offsets)
    }
    try padding?.apply(to: &encodings)
    return encodings
  }

  /// Decodes texts on several threads.
  public func decode(
    batch: [[Int]], skipsSpecialTokens: Bool = true, threads: Int? = nil
  ) throws(TokenizerError) -> [String] {
    try Self.map(batch.count, threads) { index throws(TokenizerError) in
      try decode(batch[index], skipsSpecialTokens: skipsSpecialTokens)
    }
  }

  private static func map<Value: Sendable>(
    _ count: Int, _ threads: Int?, _ body: @Sendable (Int) throws(TokenizerError) -> Value
  ) throws(TokenizerError) -> [Value] {
    // Below some eight texts a thread costs more than it saves.
    let threads = max(1, min(threads ?? TextThreads.count, count / 8))
    let results = Results<Value>(count)
    let next = Atomic<Int>(0)
    TextThreads.run(threads) {
      while true {
        let start = next.add(8, ordering: .relaxed).oldValue
        guard start < count else { return }
        for index in start..<min(start + 8, count) {
          results.values[index] = Result { () throws(TokenizerError) in try body(index) }
        }
      }
    }
    var values: [Value] = []
    values.reserveCapacity(count)
    for index in 0..<count { if let result = results.values[index] { values.append(try result.get()) } }
    return values
  }

  /// A place for each result; each is written by one thread and read when all have ended.
  private final class Results<Value>: @unchecked Sendable {
    let values: UnsafeMutablePointer<Result<Value, TokenizerError>?>
    private let count: Int

    init(_ count: Int) {
      self.count = count
      values = .allocate(capacity: max(1, count))
      values.initialize(repeating: nil, count: count)
    }

    deinit {
      values.deinitialize(count: count)
      values.deallocate()
    }
  }
}
