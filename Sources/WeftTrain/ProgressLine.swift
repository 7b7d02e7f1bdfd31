import WeftTensor

/// What a line of progress says, laid out for a width.
struct ProgressLine {
  private static let widestBar = 24
  private static let narrowestBar = 6

  let epoch: Int
  let epochs: Int
  /// The share of the epoch that is done, from 0 to 1.
  let done: Double?
  /// Shown where the share is unknown.
  let step: Int
  let metrics: [(name: String, value: Double)]
  /// Shown where there is room for everything else.
  var notes: [String] = []
  let samplesPerSecond: Double?
  let time: String?

  /// The line for a file: no bar, and everything in full.
  var plain: String {
    ([heading] + (done == 1 ? [] : [percent]) + details).filter { !$0.isEmpty }.joined(separator: "  ")
  }

  /// The line for a terminal: as many of its parts as fit, the most needed first, the bar taking the room that is left.
  func drawn(width: Int, isUnicode: Bool) -> String {
    // The last column stays free: a full line makes some terminals go to the next.
    let room = max(0, width - 1)
    let least = [heading, percent].filter { !$0.isEmpty }.joined(separator: " ").count
    var (taken, kept, hasBar) = (least, Set<Int>(), false)
    let all = details
    for part in order {
      let length = part.map { all[$0].count + 2 } ?? Self.narrowestBar + 1
      guard taken + length <= room else { continue }
      taken += length
      if let part { kept.insert(part) } else { hasBar = true }
    }
    let barWidth = min(Self.widestBar, room - taken + Self.narrowestBar)
    let bar = hasBar ? self.bar(barWidth, isUnicode: isUnicode) : ""
    let start = [heading, bar, percent].filter { !$0.isEmpty }.joined(separator: " ")
    let line = ([start] + all.indices.filter(kept.contains).map { all[$0] }).joined(separator: "  ")
    return String(line.prefix(room))
  }
}

extension ProgressLine {
  private var heading: String {
    if epochs == 0 { return "epoch \(epoch)" }
    let width = String(epochs).count
    let number = String(epoch)
    return "epoch \(String(repeating: " ", count: max(0, width - number.count)))\(number)/\(epochs)"
  }

  private var percent: String {
    guard let done else { return step > 0 ? "step \(step)" : "" }
    let text = "\(Int(done * 100))%"
    return String(repeating: " ", count: max(0, 4 - text.count)) + text
  }

  private var details: [String] {
    let named = metrics.map { "\($0.name) \(NumberText.significant($0.value))" } + notes
    let rate = samplesPerSecond.map { "\(NumberText.grouped($0)) samples/s" }
    return named + [rate, time].compactMap { $0 }
  }

  /// The places of the details, the most needed first, nil for the bar: measures come before what is nice to know, and
  /// those of data that was not learned from (`test loss`) before what they are like (`loss`).
  private var order: [Int?] {
    let names = metrics.map(\.name)
    let (known, unknown) = (
      names.indices.filter { place in names.contains { $0.hasSuffix(" " + names[place]) } },
      names.indices.filter { place in !names.contains { $0.hasSuffix(" " + names[place]) } }
    )
    let noteStart = names.count
    let rate = samplesPerSecond == nil ? [] : [noteStart + notes.count]
    let time = time == nil ? [] : [noteStart + notes.count + rate.count]
    let rest: [Int] = rate + (noteStart..<noteStart + notes.count)
    let bar: [Int?] = done == nil ? [] : [nil]
    return (unknown + known + time).map { $0 } + bar + rest.map { $0 }
  }

  private func bar(_ width: Int, isUnicode: Bool) -> String {
    guard let done else { return "" }
    let filled = Int((done * Double(width)).rounded(.down))
    let hasHalf = isUnicode && filled < width && done * Double(width) - Double(filled) >= 0.5
    let (full, half, empty) = isUnicode ? ("━", "╸", "─") : ("#", "", "-")
    return String(repeating: full, count: filled) + (hasHalf ? half : "")
      + String(repeating: empty, count: width - filled - (hasHalf ? 1 : 0))
  }
}
