/// Finds stop strings in a text that comes in pieces, and holds back what may be the beginning of one.
package struct StopText {
  private let stops: [[UInt8]]
  /// What came and was not given.
  private var held: [UInt8] = []

  package init(_ stops: [String]) { self.stops = stops.map { Array($0.utf8) } }

  /// What may be given with the next piece, and whether a stop string ends the text there.
  package mutating func append(_ piece: String) -> (text: String, isStopped: Bool) {
    if stops.isEmpty { return (piece, false) }
    held += piece.utf8
    if let start = stops.compactMap({ Self.place(of: $0, in: held) }).min() {
      defer { held = [] }
      return (String(decoding: held[..<start], as: UTF8.self), true)
    }
    let kept = stops.map { Self.overlap(held, with: $0) }.max() ?? 0
    defer { held.removeFirst(held.count - kept) }
    return (String(decoding: held.dropLast(kept), as: UTF8.self), false)
  }

  /// What is left when no more comes.
  package mutating func finish() -> String {
    defer { held = [] }
    return String(decoding: held, as: UTF8.self)
  }

  private static func place(of stop: [UInt8], in text: [UInt8]) -> Int? {
    guard text.count >= stop.count else { return nil }
    return (0...(text.count - stop.count)).first { text[$0..<($0 + stop.count)].elementsEqual(stop) }
  }

  /// How many bytes at the text's end are a beginning of the stop string.
  private static func overlap(_ text: [UInt8], with stop: [UInt8]) -> Int {
    let longest = min(text.count, stop.count - 1)
    guard longest > 0 else { return 0 }
    return (1...longest).reversed().first { text.suffix($0).elementsEqual(stop.prefix($0)) } ?? 0
  }
}
