import Foundation
import TestSupport
import Testing

/// `mpirun weft train`.
@Suite(.serialized, .enabled(if: Ranks.areThere, "\(Ranks.whyNot)")) struct ProgramTests {
  private func train(_ words: [String], count: Int, launches: Bool? = nil) throws -> Ranks.Outcome {
    try Ranks.run("weft", ["train", "digits", "--threads", "1"] + words, count: count, launches: launches)
  }

  private func measures(_ path: String) throws -> [Double] {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    return text.split(separator: "\n").dropFirst().flatMap { $0.split(separator: ",").compactMap { Double($0) } }
  }

  @Test func severalRanksSpeakAndWriteAsOneAndComeToTheSame() throws {
    let folder = try TemporaryFolder()
    let (one, two) = (folder("one"), folder("two"))
    #expect(try train(["--epochs", "2", "--out", one], count: 1).status == 0)
    let outcome = try train(["--epochs", "2", "--out", two], count: 2)
    #expect(outcome.status == 0, "\(outcome.complaint)")
    #expect(outcome.lines("digits: ").count == 1, "\(outcome.output)")
    #expect(outcome.output.contains("; 2 ranks of 1 threads") && outcome.lines("run folder").count == 1)
    let (known, found) = (try measures("\(one)/metrics.csv"), try measures("\(two)/metrics.csv"))
    #expect(known.count == found.count && known.count >= 10)
    // Each rank's dropout draws numbers of its own, so the two learn alike and not the same: `DataParallelTests` compare
    // networks that draw none.
    for (a, b) in zip(known, found) { #expect(abs(a - b) < 0.15, "\(a) \(b)") }
    #expect(try String(contentsOfFile: "\(two)/manifest.json", encoding: .utf8).contains("\"ranks\" : 2"))
    let resumed = try train(["--resume", two], count: 1)
    #expect(resumed.output.contains("not to the bit what it would have been: 1 ranks, not 2"), "\(resumed.output)")
  }

  /// Asked to end, all ranks end after the same step, with a checkpoint; then they go on to the same bits.
  @Test func ranksThatAreAskedToEndSaveAndGoOn() throws {
    let folder = try TemporaryFolder()
    let (whole, run) = (folder("whole"), folder("run"))
    #expect(try train(["--epochs", "3", "--save-every", "2", "--out", whole], count: 2).status == 0)
    let asked = Thread {
      for _ in 0..<6_000 where !FileManager.default.fileExists(atPath: "\(run)/config.json") {
        Thread.sleep(forTimeInterval: 0.005)
      }
      Self.terminate(run)
    }
    asked.start()
    let outcome = try train(["--epochs", "3", "--save-every", "2", "--out", run], count: 2)
    #expect(outcome.status == 143 || outcome.status == 0, "\(outcome.status) \(outcome.complaint)")
    let resumed = try train(["--resume", run], count: 2)
    #expect(resumed.status == 0, "\(resumed.complaint)")
    for name in ["model.safetensors", "metrics.csv"] {
      let (own, other) = (
        FileManager.default.contents(atPath: "\(run)/\(name)"), FileManager.default.contents(atPath: "\(whole)/\(name)")
      )
      #expect(own != nil && own == other, "\(name)")
    }
  }

  /// Asks one of the processes that work on a run.
  private static func terminate(_ path: String) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
      guard let number = Int32(name), let words = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") else {
        continue
      }
      let command = String(decoding: words, as: UTF8.self).split(separator: "\0")
      if command.first?.hasSuffix("/weft") ?? false, command.contains(Substring(path)) {
        kill(number, SIGTERM)
        return
      }
    }
  }

  /// The second process is started with another option: it is told which, before anything is written.
  @Test(arguments: [("--seed", "2"), ("--epochs", "2"), ("--batch-size", "32"), ("--learning-rate", "0.02")])
  func ranksOfOtherOptionsAreRefused(option: String, value: String) throws {
    let folder = try TemporaryFolder()
    let own = ["--epochs", "1", "--seed", "1", "--out", folder("run")]
    let others = ["train", "digits", "--threads", "1"] + own + [option, value]
    let outcome = try train(own + [":", "-n", "1", Ranks.path(of: "weft")] + others, count: 1, launches: true)
    #expect(outcome.status != 0)
    #expect(outcome.complaint.contains("the \(option) of rank 0 on all ranks: "), "\(outcome.complaint)")
    #expect(outcome.complaint.contains(" \(value) on rank 1"), "\(outcome.complaint)")
    #expect(!FileManager.default.fileExists(atPath: folder("run")))
  }

  @Test func anErrorOfOneRankEndsAll() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder("mine"), withIntermediateDirectories: true)
    try Data("x".utf8).write(to: URL(fileURLWithPath: folder("mine/notes")))
    let outcome = try train(["--epochs", "1", "--out", folder("mine")], count: 2)
    #expect(outcome.status == 1)
    #expect(outcome.complaint.contains("weft: rank 0: ") && outcome.complaint.contains("a folder with other files"))
  }
}
