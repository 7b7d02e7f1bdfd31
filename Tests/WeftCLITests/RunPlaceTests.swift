import Foundation
import Testing
import Weft

/// Where a training writes, what it leaves alone there, and what it remembers.
@Suite(.serialized) struct RunPlaceTests {
  private let common = ["train", "digits", "--epochs", "1", "--threads", "2"]

  private func run(_ arguments: [String]) throws -> Program.Outcome { try Program(arguments).outcome() }

  @Test func aRunIsReplacedWhereThatIsAskedForAlone() throws {
    let folder = try TemporaryFolder()
    #expect(try run(common + ["--seed", "1", "--out", folder("run")]).status == 0)
    let before = try folder.contents("run/model.safetensors")
    let refused = try run(common + ["--seed", "2", "--out", folder("run")])
    #expect(refused.status == 1 && refused.complaints.count == 1)
    #expect(
      refused.complaint.contains(
        "\(folder("run")): a run stands there; --resume \(folder("run")) goes on with it, --replace puts this one in its place"
      ), "\(refused.complaint)")
    #expect(try folder.contents("run/model.safetensors") == before)
    #expect(try run(common + ["--seed", "2", "--out", folder("run"), "--replace"]).status == 0)
    #expect(try folder.contents("run/model.safetensors") != before)
    #expect(try run(["train", "digits", "--resume", folder("run"), "--replace"]).status == 64)
    #expect(!folder.names.contains { $0.hasSuffix(".lock") }, "\(folder.names)")
  }

  @Test func aFolderIsOneTrainingsAtATime() throws {
    let folder = try TemporaryFolder()
    let first = try Program(["train", "digits", "--epochs", "500", "--threads", "1", "--out", folder("run")])
    for _ in 0..<6_000 where !FileManager.default.fileExists(atPath: folder("run/config.json")) {
      Thread.sleep(forTimeInterval: 0.005)
    }
    for place in [["--resume", folder("run")], ["--out", folder("run"), "--replace"]] {
      let second = try run(["train", "digits"] + place)
      #expect(second.status == 1, "\(second.output)")
      #expect(second.complaint.contains("a folder that no other training writes to"), "\(second.complaint)")
      #expect(second.complaint.contains("to which process \(first.process.processIdentifier) does"))
    }
    kill(first.process.processIdentifier, SIGKILL)
    _ = try first.outcome()
    // Its lock hinders nobody any more.
    let next = try run(common + ["--out", folder("run"), "--replace"])
    #expect(next.status == 0, "\(next.complaint)")
  }

  @Test func withoutAnyNameAFreeOneIsTaken() throws {
    let folder = try TemporaryFolder()
    let program = URL(fileURLWithPath: Program.path).path
    for name in ["digits", "digits-2", "digits-3"] {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: program)
      process.arguments = common
      process.currentDirectoryURL = folder.url
      let pipe = Pipe()
      process.standardOutput = pipe
      try process.run()
      let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationStatus == 0 && output.contains("run folder runs/\(name): "), "\(output)")
    }
  }

  @Test func whatWasAskedForIsTakenUpAgain() throws {
    let folder = try TemporaryFolder()
    let asked = ["--save-every", "3", "--keep", "4", "--health", "7", "--recorded"]
    let program = try Program(["train", "digits", "--epochs", "2", "--threads", "2", "--out", folder("run")] + asked)
    for _ in 0..<6_000 where !FileManager.default.fileExists(atPath: folder("run/config.json")) {
      Thread.sleep(forTimeInterval: 0.005)
    }
    kill(program.process.processIdentifier, SIGTERM)
    _ = try program.outcome()
    let resumed = try run(["train", "digits", "--resume", folder("run")])
    #expect(resumed.status == 0 && resumed.output.contains("update/weights"), "\(resumed.complaint)")
    #expect(Checkpoints.paths(in: folder("run/checkpoints")).count == 4)
    let options = try RunFolder(folder("run")).manifest().options
    #expect(options?.saveEvery == 3 && options?.keep == 4 && options?.health == 7 && options?.isRecorded == true)
    // What is said on the way holds from then on.
    #expect(try run(["train", "digits", "--resume", folder("run"), "--keep", "1"]).status == 0)
    #expect(try RunFolder(folder("run")).manifest().options?.keep == 1)
  }
}
