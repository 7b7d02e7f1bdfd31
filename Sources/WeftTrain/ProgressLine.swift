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
  /// The first to go where there is no room.
  var notes: [String] = []
  let samplesPerSecond: Double?
  let time: String?

  /// The line for a file: no bar, and everything in full.
  var plain: String {
    ([heading] + (done == 1 ? [] : [percent]) + details).filter { !$0.isEmpty }.joined(separator: "  ")
  }

  /// The line for a terminal: as many of its parts as fit, the bar taking the room that is left.
  func drawn(width: Int, isUnicode: Bool) -> String {
    // The last column stays free: a full line makes some terminals go to the next.
    let room = max(0, width - 1)
    var parts = details
    while !parts.isEmpty, length(parts) + Self.narrowestBar > room { parts.remove(at: leastNeeded(of: parts)) }
    let barWidth = min(Self.widestBar, room - length(parts))
    let bar = barWidth >= Self.narrowestBar ? self.bar(barWidth, isUnicode: isUnicode) : ""
    let line = ([[heading, bar, percent].filter { !$0.isEmpty }.joined(separator: " ")] + parts).joined(separator: "  ")
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

  /// Of the details, the notes go first, then the rate, then the metrics from the last on, then the time.
  private func leastNeeded(of parts: [String]) -> Int {
    if let note = parts.lastIndex(where: notes.contains) { return note }
    if let rate = parts.firstIndex(where: { $0.hasSuffix(" samples/s") }) { return rate }
    return time == nil || parts.count == 1 ? parts.count - 1 : parts.count - 2
  }

  /// The columns that everything but the bar takes.
  private func length(_ parts: [String]) -> Int {
    heading.count + 1 + (percent.isEmpty ? 0 : percent.count + 1) + parts.reduce(0) { $0 + 2 + $1.count }
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
