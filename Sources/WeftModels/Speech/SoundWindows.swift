/// The way through a sound, window by window: where the next begins, and what the tokens of the last one say, as
/// transformers does it (Radford et al., 2022, section 3.8).
package struct SoundWindows {
  /// The pieces of the sound, and those of a window.
  let count, size: Int
  /// The seconds of a piece. A time counts two of them.
  let pieceSeconds: Double
  /// The token of the time 0; nil where there are no times.
  let firstTimestamp: Int?
  /// The first piece of the next window.
  package private(set) var start = 0

  package init(count: Int, size: Int, pieceSeconds: Double, firstTimestamp: Int?) {
    (self.count, self.size) = (count, size)
    (self.pieceSeconds, self.firstTimestamp) = (pieceSeconds, firstTimestamp)
  }

  /// The pieces of the next window; nil at the end.
  package var next: Range<Int>? { start < count ? start..<min(start + size, count) : nil }

  /// A part of a window's tokens, with its times in tokens.
  package struct Part {
    package let tokens: [Int]
    package let start, end: Double
  }

  /// Goes on behind a window in which nothing is said.
  package mutating func skip() { start = next?.upperBound ?? count }

  /// The parts of a window's tokens; the next window begins where the last whole one ends.
  package mutating func take(_ tokens: [Int]) -> [Part] {
    guard let window = next else { return [] }
    let isTime = tokens.map { token in firstTimestamp.map { token >= $0 } ?? false }
    let borders = isTime.indices.dropFirst().filter { isTime[$0] && isTime[$0 - 1] }
    guard let last = borders.last, let first = firstTimestamp else {
      defer { start = window.upperBound }
      return [whole(tokens, isTime, window)]
    }
    // One time at the end says that nothing is said behind it.
    let endsInTime = isTime.last == true && !isTime[isTime.count - 2]
    let begins = [0] + borders
    let ends = endsInTime ? borders + [tokens.count] : borders.dropLast() + [last + 1]
    let offset = Double(window.lowerBound) * pieceSeconds
    let parts = zip(begins, ends).enumerated().filter { $0.element.0 < $0.element.1 }.map { place, range in
      let isCut = !endsInTime && place == ends.count - 1
      let own = tokens[range.0..<range.1]
      let stop = own[own.index(own.endIndex, offsetBy: isCut && own.count > 1 ? -2 : -1)]
      return Part(
        tokens: Array(own), start: offset + seconds(own[own.startIndex] - first), end: offset + seconds(stop - first))
    }
    // A sound that is cut within something is heard from there again; a time 0 would be heard forever.
    let heard = 2 * (tokens[last - 1] - first)
    start = endsInTime || heard <= 0 ? window.upperBound : window.lowerBound + heard
    return parts
  }

  /// All of a window, without borders in it.
  private func whole(_ tokens: [Int], _ isTime: [Bool], _ window: Range<Int>) -> Part {
    let offset = Double(window.lowerBound) * pieceSeconds
    var length = seconds(window.count / 2)
    if let first = firstTimestamp, let last = tokens.last(where: { $0 >= first }), last != first {
      length = seconds(last - first)
    }
    return Part(tokens: tokens, start: offset, end: offset + length)
  }

  private func seconds(_ times: Int) -> Double { Double(2 * times) * pieceSeconds }
}
