import Foundation

/// The question to all ranks where they are, and what they said: who does not answer has ended or stands still, since
/// answering is the work of a thread of its own.
struct Inquiry {
  /// How long an answer may take, in seconds.
  static let patience = 0.5

  let began = Transfer.now
  let collective: Collective
  private(set) var answers: [Int: Standing] = [:]
  private let others: [Int]

  init(about collective: Collective, others: [Int]) { (self.collective, self.others) = (collective, others) }

  mutating func add(_ standing: Standing, of rank: Int) { answers[rank] = standing }

  var isComplete: Bool { answers.count == others.count || Transfer.now - began > Self.patience }

  /// Whether all have answered, and all of them wait for something.
  var areAllWaiting: Bool { silent.isEmpty && answers.values.allSatisfy { $0.waitsFor != nil } }

  /// Those that said nothing.
  var silent: [Int] { others.filter { answers[$0] == nil } }

  /// Who stands still for a collective that the asking rank will not come to while it waits itself, with that one.
  func crossing(_ own: Standing) -> [Int: Collective] {
    answers.filter { own.waitsCrosswise(with: $0.value) }.compactMapValues(\.waitsFor)
  }

  /// What was found, as an error.
  ///
  /// - Parameters:
  ///   - seconds: How long the collective was waited for.
  ///   - limit: How long it may take; a process that is asked to end does not wait as long.
  func error(after seconds: Double, limit: Double) -> MPIError {
    var findings = silent.isEmpty ? [] : ["no sign of life from \(MPIError.named(silent))"]
    for (rank, standing) in answers.sorted(by: { $0.key < $1.key }) where standing.isBefore(collective) {
      let place = standing.isAtStart ? "still before any collective" : "still at work after \(standing.words)"
      findings.append("rank \(rank) \(standing.waitsFor.map { "waiting for \($0)" } ?? place)")
    }
    if findings.isEmpty { findings = ["all there, but what they sent not"] }
    let (words, waited) = (findings.joined(separator: ", "), "\((seconds * 10).rounded() / 10) s")
    return MPIError(
      .timeout, expected: "all ranks to reach \(collective) within \(Self.text(limit)) s",
      found: seconds < limit ? "\(words) after \(waited), when this process was asked to end" : words,
      hint: "look at these processes and machines; WEFT_MPI_TIMEOUT sets the seconds; what was saved before stays")
  }

  private static func text(_ seconds: Double) -> String {
    Int(exactly: seconds).map { "\($0)" } ?? "\(seconds)"
  }
}
