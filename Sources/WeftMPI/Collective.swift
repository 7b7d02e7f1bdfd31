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
  var digest: Int64 {
    var sum: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in "\(lane) \(number) \(kind) \(name) \(count) \(type) \(root ?? -1)".utf8 {
      sum = (sum ^ UInt64(byte)) &* 0x100_0000_01B3
    }
    return Int64(sum >> 2)
  }
}

extension Collective: CustomStringConvertible {
  var description: String {
    let what = count == 0 ? "" : " of \(count) \(type)"
    let place = "collective \(number)\(lane == .work ? "" : " of the \(lane)")"
    return "\(kind) '\(name)'\(what)\(root.map { " from rank \($0)" } ?? "") (\(place))"
  }
}

/// Where a rank is: how many collectives of each lane it came to, and the last one.
struct Standing: Hashable, Codable {
  private(set) var numbers = Lane.allCases.map { _ in 0 }
  private(set) var words = ""

  var isAtStart: Bool { numbers.allSatisfy { $0 == 0 } }

  /// Gives the next one its number.
  mutating func add(_ collective: inout Collective) {
    numbers[collective.lane.rawValue] += 1
    collective.number = numbers[collective.lane.rawValue]
    words = String("\(collective)".prefix(300))
  }

  func isBefore(_ collective: Collective) -> Bool {
    numbers.indices.contains(collective.lane.rawValue) && numbers[collective.lane.rawValue] < collective.number
  }
}
