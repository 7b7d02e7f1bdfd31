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
  /// How many collectives came before it.
  var number = 0

  /// The same number for what is equal, in every process; never negative, and never the least.
  var digest: Int64 {
    var sum: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in "\(number) \(kind) \(name) \(count) \(type) \(root ?? -1)".utf8 {
      sum = (sum ^ UInt64(byte)) &* 0x100_0000_01B3
    }
    return Int64(sum >> 2)
  }
}

extension Collective: CustomStringConvertible {
  var description: String {
    let what = count == 0 ? "" : " of \(count) \(type)"
    return "\(kind) '\(name)'\(what)\(root.map { " from rank \($0)" } ?? "") (collective \(number))"
  }
}

/// Where a rank is: the last collective that it came to.
struct Standing: Hashable, Codable {
  var number: Int
  var words: String
}
