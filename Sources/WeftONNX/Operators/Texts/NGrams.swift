import WeftTensor

extension Operator {
  /// How often each of a pool of n-grams stands in rows of words or numbers.
  static let nGrams = Operator("TfIdfVectorizer") { call in
    let value = try call.value(0)
    let shape = try call.shape(0)
    guard shape.rank == 1 || shape.rank == 2 else { throw NodeFailure(expected: "[C] or [N, C]", got: "\(value)") }
    try value.texts?.checkBytes()
    let words: [Word] =
      if let texts = value.texts {
        texts.elements.map { .text(Array($0.utf8)) }
      } else {
        try call.tensor(0).converted(to: .int64).scalars(as: Int.self).map { .number($0) }
      }
    let pool = try NGramPool(call.attributes)
    let (count, width) = (shape.rank == 1 ? 1 : shape[0], shape.sizes[shape.rank - 1])
    guard pool.size == 0 || count <= TextTensor.most / pool.size else {
      throw NodeFailure(expected: "at most \(TextTensor.most) counts", got: "\(count) times \(pool.size)")
    }
    var steps = 0
    let rows =
      try pool.size == 0
      ? [] : (0..<count).flatMap { try pool.weighted(words[$0 * width..<($0 + 1) * width], steps: &steps) }
    return Tensor(rows, shape: shape.rank == 1 ? [pool.size] : [count, pool.size], dtype: .float32)
  }

  fileprivate enum Word: Hashable {
    case text([UInt8])
    case number(Int)
  }
}

/// The n-grams that are counted, and where each one's count stands in the result.
private struct NGramPool {
  typealias Word = Operator.Word

  private enum Weighting { case count, weight, both }

  /// The most steps for all rows.
  private static let mostSteps = 1 << 28

  /// How many counts there are.
  let size: Int
  /// Where the count of each n-gram stands in the result.
  private var places: [[Word]: Int] = [:]
  private let indices: [Int]
  /// One for each count, not for each n-gram: see `weighted`.
  private let weights: [Double]?
  private let weighting: Weighting
  private let lengths: ClosedRange<Int>
  private let mostSkipped: Int
  /// How many words the longest n-gram has.
  private var longest = 0

  init(_ attributes: Attributes) throws {
    indices = try attributes.ints("ngram_indexes") ?? []
    weights = try attributes.floats("weights").flatMap { $0.isEmpty ? nil : $0 }
    switch try attributes.text("mode", "TF") {
    case "TF": weighting = .count
    case "IDF": weighting = .weight
    case "TFIDF": weighting = .both
    case let mode: throw NodeFailure(expected: "mode to be TF, IDF or TFIDF", got: mode)
    }
    let (least, most) = (try attributes.int("min_gram_length", 1), try attributes.int("max_gram_length", 1))
    mostSkipped = try attributes.int("max_skip_count", 0)
    guard least >= 1, most >= least, mostSkipped >= 0, indices.allSatisfy({ 0..<TextTensor.most ~= $0 }) else {
      throw NodeFailure(expected: "n-grams from 1 word, each with a place", got: "others")
    }
    (lengths, size) = (least...most, (indices.max() ?? -1) + 1)
    guard weighting == .count || weights?.count ?? size >= size else {
      throw NodeFailure(expected: "a weight for each of \(size) counts", got: "\(weights?.count ?? 0)")
    }
    try read(attributes)
  }

  /// All words of the n-grams one after another, those of one word first, and where those of each length begin.
  private mutating func read(_ attributes: Attributes) throws {
    let words: [Word] =
      try attributes.texts("pool_strings")?.map { .text(Array($0.utf8)) }
      ?? attributes.ints("pool_int64s")?.map { .number($0) } ?? []
    let starts = try attributes.ints("ngram_counts") ?? []
    guard zip(starts, starts.dropFirst() + [words.count]).allSatisfy({ 0 <= $0 && $0 <= $1 && $1 <= words.count })
    else { throw NodeFailure(expected: "n-grams within \(words.count) words", got: "\(starts)") }
    var number = 0
    for (place, start) in starts.enumerated() {
      let (length, end) = (place + 1, place + 1 < starts.count ? starts[place + 1] : words.count)
      for first in stride(from: start, through: end - length, by: length) {
        guard number < indices.count else { throw unplaced }
        places[Array(words[first..<first + length])] = indices[number]
        number += 1
        longest = length
      }
    }
    guard number == indices.count else { throw unplaced }
  }

  private var unplaced: NodeFailure {
    NodeFailure(expected: "a place for each of the n-grams", got: "\(indices.count) places")
  }

  /// The counts in a row of words, also of n-grams between whose words some are left out.
  ///
  /// ONNX says of the weights that the i-th is that of the i-th n-gram of the pool. Its reference and ONNX Runtime
  /// take the i-th for the i-th count of the result, and so does this: models are made for what computes them.
  /// - Parameter steps: How many were made; this row's are added.
  func weighted(_ words: ArraySlice<Word>, steps: inout Int) throws -> [Double] {
    var counts = [Double](repeating: 0, count: size)
    let most = min(lengths.upperBound, words.count, longest)
    guard lengths.lowerBound <= most else { return counts }
    for length in lengths.lowerBound...most {
      for skipped in 0...(length == 1 ? 0 : min(mostSkipped, words.count)) {
        let reach = (length - 1) * (skipped + 1)
        guard reach < words.count else { break }
        steps += (words.count - reach) * length
        guard steps <= Self.mostSteps else {
          throw NodeFailure(expected: "n-grams of few words", got: "too many of them")
        }
        for first in words.startIndex..<words.endIndex - reach {
          let gram = stride(from: first, through: first + reach, by: skipped + 1).map { words[$0] }
          if let place = places[gram] { counts[place] += 1 }
        }
      }
    }
    guard let weights else { return weighting == .weight ? counts.map { min($0, 1) } : counts }
    switch weighting {
    case .count: return counts
    case .weight: return zip(counts, weights).map { $0 > 0 ? $1 : 0 }
    case .both: return zip(counts, weights).map { $0 * $1 }
    }
  }
}
