import Foundation
import Testing
import Weft

/// Trainings that are stopped from outside and go on: with signals, without room, and what the runs say of themselves.
@Suite(.serialized) struct ResumeTests {
  private let common = ["train", "digits", "--epochs", "3", "--seed", "5", "--threads", "2"]

  private func run(_ arguments: [String], fileSizeLimit: Int? = nil) throws -> Program.Outcome {
    try Program(arguments, fileSizeLimit: fileSizeLimit).outcome()
  }

  /// The committed script, with three kills instead of fifty.
  @Test func aTrainingThatIsKilledEndsWithTheSameBits() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..").standardized
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = [root.appendingPathComponent("scripts/kill-runs").path, "3"]
    process.environment = ProcessInfo.processInfo.environment.merging(["WEFT": Program.path, "WEFT_QUIET": "1"]) { $1 }
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(output)")
    #expect(output.contains("3 kills"), "\(output)")
  }

  @Test func aSignalSavesInTheMiddleOfAnEpochAndTheRunGoesOn() throws {
    let folder = try TemporaryFolder()
    #expect(try run(common + ["--out", folder("whole")]).status == 0)
    let program = try Program(common + ["--out", folder("run")])
    for _ in 0..<6_000 where !FileManager.default.fileExists(atPath: folder("run/config.json")) {
      Thread.sleep(forTimeInterval: 0.005)
    }
    kill(program.process.processIdentifier, SIGTERM)
    let outcome = try program.outcome()
    #expect(outcome.status == 143 || outcome.status == 0, "\(outcome.complaint)")
    let resumed = try run(["train", "digits", "--resume", folder("run")])
    #expect(resumed.status == 0, "\(resumed.complaint)")
    #expect(resumed.output.contains("going on after step"))
    for file in ["model.safetensors", "metrics.csv", "curves.svg"] {
      #expect(try folder.contents("run/\(file)") == folder.contents("whole/\(file)"), "\(file)")
    }
    let same = try Program.run("diff", folder("run"), folder("whole"))
    #expect(same.status == 0 && same.output.contains("weights: the same to the bit"), "\(same.output)")
    #expect(same.output.contains("times resumed: 1 | 0"))
    // A training that has ended is not begun again.
    #expect(try run(["train", "digits", "--resume", folder("run")]).status == 0)
    #expect(try folder.contents("run/model.safetensors") == folder.contents("whole/model.safetensors"))
  }

  /// Whatever the environment says when a training goes on, it rounds as it was begun, and says so.
  @Test func aTrainingKeepsHowItRounds() throws {
    let folder = try TemporaryFolder()
    // Empty is off, whatever the tests themselves run with.
    let (asked, not) = (["WEFT_DETERMINISTIC": "1"], ["WEFT_DETERMINISTIC": ""])
    let rows: [(begun: [String: String], resumed: [String: String], words: String?)] = [
      (asked, not, "with the same bits on any number of threads, as it was begun"),
      (asked, asked, nil), (not, asked, "without WEFT_DETERMINISTIC, as it was begun"), (not, not, nil),
    ]
    for (number, row) in rows.enumerated() {
      let run = folder("run-\(number)")
      let words = common + ["--epochs", "1", "--out", run]
      #expect(try Program(words, variables: row.begun).outcome().status == 0)
      let resumed = try Program(["train", "digits", "--resume", run], variables: row.resumed).outcome()
      #expect(resumed.status == 0, "\(resumed.complaint)")
      #expect(resumed.output.contains(", as it was begun") == (row.words != nil), "\(resumed.output)")
      if let words = row.words { #expect(resumed.output.contains(words), "\(resumed.output)") }
      let isKept = try folder.text("run-\(number)/manifest.json").contains("\"isDeterministic\" : true")
      #expect(isKept == (row.begun == asked))
    }
  }

  @Test func otherSettingsAndOtherDataAreRefused() throws {
    let folder = try TemporaryFolder()
    let none = try run(["train", "digits", "--resume", folder("run")])
    #expect(none.status == 1 && none.complaint.contains("there is no run to go on with"))
    #expect(try run(common + ["--epochs", "1", "--out", folder("run")]).status == 0)
    for option in [["--seed", "6"], ["--batch-size", "32"], ["--epochs", "9"], ["--precision", "bfloat16"]] {
      let outcome = try run(["train", "digits", "--resume", folder("run")] + option)
      #expect(outcome.status == 1 && outcome.complaint.contains("\(option[0]) is \(option[1])"), "\(outcome.complaint)")
    }
    let text = try folder.text("run/manifest.json")
    let sum = try #require(text.range(of: "\"checksum\" : \"[0-9a-f]+\"", options: .regularExpression))
    try AtomicFile.write(
      text.replacingCharacters(in: sum, with: "\"checksum\" : \"00000000\""), to: folder("run/manifest.json"))
    let outcome = try run(["train", "digits", "--resume", folder("run")])
    #expect(outcome.status == 1 && outcome.complaint.contains("data is not that which the run was begun with"))
    let both = try run(["train", "digits", "--resume", folder("run"), "--out", folder("other")])
    #expect(both.status != 0)
  }

  /// A disk that is full in the middle: the checkpoints that are there stay, and the run goes on when there is room.
  @Test func aDiskThatFillsUpLosesNothing() throws {
    let folder = try TemporaryFolder()
    #expect(try run(common + ["--out", folder("whole")]).status == 0)
    let program = try Program(common + ["--save-every", "2", "--out", folder("run")])
    for _ in 0..<6_000 where !FileManager.default.fileExists(atPath: folder("run/config.json")) {
      Thread.sleep(forTimeInterval: 0.005)
    }
    kill(program.process.processIdentifier, SIGKILL)
    _ = try program.outcome()
    // No file may grow beyond 64 KiB: a checkpoint is larger.
    let full = try run(["train", "digits", "--resume", folder("run")], fileSizeLimit: 128)
    #expect(full.status == 1 && full.complaint.contains("File too large"), "\(full.complaint)")
    #expect(full.output.contains("what is saved stays: --resume"), "\(full.output)")
    let resumed = try run(["train", "digits", "--resume", folder("run")])
    #expect(resumed.status == 0, "\(resumed.complaint)")
    #expect(try folder.contents("run/model.safetensors") == folder.contents("whole/model.safetensors"))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder("run/checkpoints"))
    #expect(names.allSatisfy { !$0.hasPrefix(".") }, "\(names)")
  }

  /// Models of other programs have a config.json as well.
  @Test(arguments: ["notes", "config.json"]) func aFolderOfSomethingElseIsNotReplaced(name: String) throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder("mine"), withIntermediateDirectories: true)
    try AtomicFile.write("{\"model_type\": \"bert\"}", to: folder("mine/\(name)"))
    let outcome = try run(common + ["--out", folder("mine")])
    #expect(outcome.status == 1 && outcome.complaint.contains("a folder with other files"))
    #expect(try folder.text("mine/\(name)") == "{\"model_type\": \"bert\"}")
  }

  @Test func numbersThatNoRunCouldHaveAreRefused() throws {
    let folder = try TemporaryFolder()
    #expect(try run(common + ["--epochs", "1", "--out", folder("run")]).status == 0)
    let text = try folder.text("run/manifest.json")
    for (name, number, wrong) in [
      ("batchSize", "64", "0"), ("batchSize", "64", "9223372036854775807"), ("epochs", "1", "-1"),
      ("threads", "2", "0"),
    ] {
      let changed = text.replacingOccurrences(of: "\"\(name)\" : \(number)", with: "\"\(name)\" : \(wrong)")
      #expect(changed != text)
      try AtomicFile.write(changed, to: folder("run/manifest.json"))
      let outcome = try run(["train", "digits", "--resume", folder("run")])
      #expect(outcome.status == 1 && outcome.complaint.contains("\(name) \(wrong)"), "\(outcome.complaint)")
    }
  }

  @Test func runsAreListedAndCompared() throws {
    let folder = try TemporaryFolder()
    for (name, seed) in [("a", "1"), ("b", "2")] {
      let outcome = try Program.run(
        "train", "digits", "--epochs", "1", "--seed", seed, "--health", "10", "--recorded", "--out",
        folder("runs/\(name)"))
      #expect(outcome.status == 0 && outcome.output.contains("update/weights"), "\(outcome.complaint)")
    }
    let listed = try Program.run("runs", folder("runs"))
    let lines = listed.output.split(separator: "\n")
    #expect(listed.status == 0 && lines.count == 4, "\(listed.output)")
    #expect(lines.contains { $0.contains("digits  1/1") || ($0.hasPrefix("a ") && $0.contains("1/1")) })
    let different = try Program.run("diff", folder("runs/a"), folder("runs/b"))
    #expect(different.status == 1 && different.complaint.isEmpty, "\(different.complaint)")
    #expect(different.output.contains("seed: 1 | 2") && different.output.contains("tensors differ"))
    #expect(different.output.contains("metrics: the same until epoch 0, others from epoch 1 on"))
    try AtomicFile.write("{", to: folder("runs/a/manifest.json"))
    #expect(try Program.run("runs", folder("runs")).output.contains("unreadable"))
    #expect(try Program.run("diff", folder("runs/a"), folder("runs/b")).status == 1)
    #expect(try Program.run("runs", folder("none")).status == 1)
    let manifest = try folder.text("runs/b/manifest.json")
    for word in ["processor", "instructionSet", "threads", "oneDNN", "checksum", "began", "ended", "\"seed\" : 2"] {
      #expect(manifest.contains(word), "\(word)")
    }
  }
}
