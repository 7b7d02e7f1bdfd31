import CMPI

/// Collectives of one lane are begun in the same order on all ranks; those of two need not be in order with each other.
enum Lane: Int, Codable, CaseIterable {
  case work
  /// The statistics of a batch, which layers ask for while gradients are on their way: of those, each rank has sent
  /// another number by then where it used other parameters.
  case statistics

  var data: cmpi_channel { self == .work ? CMPI_DATA : CMPI_STATISTICS }
  var check: cmpi_channel { self == .work ? CMPI_CHECK : CMPI_STATISTICS_CHECK }
}

/// What all ranks do together: it is compared between them before anything is moved.
struct Collective: Hashable, Codable {
  /// What is done.
  var kind: String
  /// What it is for, as `gradients 2`.
  var name: String
  /// How many elements each rank brings, and of which type.
  var count: Int
  var type: String
  /// From which rank it comes, where that is one.
  var root: Int?
  var lane = Lane.work
  /// How many collectives of its lane there were with it.
  var number = 0

  /// The same number for what is equal, in every process; never negative, and never the least.
  var digest: Int64 { Int64("\(lane) \(number) \(kind) \(name) \(count) \(type) \(root ?? -1)".sum >> 2) }

  /// As others are told of it: with a name that fits into a message.
  var told: Collective {
    var told = self
    told.name = name.shortened(toBytes: 120)
    return told
  }
}

extension Collective: CustomStringConvertible {
  var description: String {
    let what = count == 0 ? "" : " of \(count) \(type)"
    let place = "collective \(number)\(lane == .work ? "" : " of the \(lane)")"
    return "\(kind) '\(name.shortened(toBytes: 120))'\(what)\(root.map { " from rank \($0)" } ?? "") (\(place))"
  }
}

/// Where a rank is: how many collectives of each lane it came to, the last one, and for which it waits.
struct Standing: Hashable, Codable {
  private(set) var numbers = Lane.allCases.map { _ in 0 }
  private(set) var words = ""
  /// What a thread stands still for, where no other thread could come to something else meanwhile.
  var waitsFor: Collective?

  var isAtStart: Bool { numbers.allSatisfy { $0 == 0 } }

  /// Gives the next one its number.
  mutating func add(_ collective: inout Collective) {
    numbers[collective.lane.rawValue] += 1
    collective.number = numbers[collective.lane.rawValue]
    words = "\(collective)".shortened(toBytes: 300)
  }

  func isBefore(_ collective: Collective) -> Bool {
    numbers.indices.contains(collective.lane.rawValue) && numbers[collective.lane.rawValue] < collective.number
  }

  /// Whether this rank and another wait for each other: each for a collective that the other will not come to before.
  func waitsCrosswise(with other: Standing) -> Bool {
    guard let own = waitsFor, let others = other.waitsFor else { return false }
    return isBefore(others) && other.isBefore(own)
  }
}

extension String {
  /// A sum over the text, the same in every process.
  var sum: UInt64 {
    var sum: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in utf8 { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return sum
  }

  /// The text, of at most so many bytes: what is cut off is told by its length and a sum, so that two texts that begin
  /// alike stay two.
  func shortened(toBytes limit: Int) -> String {
    guard utf8.count > limit else { return self }
    let mark = "... (\(utf8.count) bytes, sum \(String(sum, radix: 16)))"
    var end = utf8.index(startIndex, offsetBy: max(limit - mark.utf8.count, 0))
    while end.samePosition(in: unicodeScalars) == nil { utf8.formIndex(before: &end) }
    return String(self[..<end]) + mark
  }
}
