import Foundation
import Testing
import Weft

/// Trainings that are killed at any moment, and what the next one finds beside and inside their folders.
@Suite(.serialized) struct KilledTrainingTests {
  /// Locks, and folders and files that somebody was writing.
  private func leftBehind(_ folder: TemporaryFolder) -> [String] {
    let names = FileManager.default.enumerator(atPath: folder.url.path)?.compactMap { $0 as? String } ?? []
    return names.filter { path in
      let name = path.split(separator: "/").last ?? ""
      return name.hasPrefix(".") && (name.hasSuffix(".tmp") || name.hasSuffix(".lock"))
    }
  }

  private func start(_ folder: TemporaryFolder, _ name: String, epochs: Int, seconds: Int = 60) throws -> Program {
    // A checkpoint after each update: something is being written about half of the time.
    let words = ["train", "digits", "--epochs", "\(epochs)", "--threads", "1", "--save-every", "1"]
    return try Program(words + ["--out", folder(name)], seconds: seconds)
  }

  private func wait(_ seconds: Double = 30, until holds: () -> Bool) {
    let end = Date() + seconds
    while !holds(), Date() < end { Thread.sleep(forTimeInterval: 0.0005) }
  }

  /// Whether all threads of a process stand still.
  private func isStopped(_ process: Int32) -> Bool {
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
    return threads.allSatisfy { thread in
      (try? String(contentsOfFile: "/proc/\(process)/task/\(thread)/stat", encoding: .utf8))?.contains(") T ") ?? true
    }
  }

  /// Stops a training that has a temporary file in its folder. What is seen may be gone before the signal comes, so one
  /// looks again.
  private func stopWhileWriting(_ program: Program, in folder: TemporaryFolder) {
    let number = program.process.processIdentifier
    let isWriting = { leftBehind(folder).contains { $0.hasPrefix("run/") && $0.hasSuffix(".tmp") } }
    for _ in 0..<30 {
      wait { isWriting() || !program.process.isRunning }
      Foundation.kill(number, SIGSTOP)
      wait { isStopped(number) }
      if isWriting() { return }
      Foundation.kill(number, SIGCONT)
    }
  }

  /// Kills a training at its n-th moment: when its folder begins, when something is being written, and some time later.
  private func kill(_ program: Program, in folder: TemporaryFolder, moment: Int) throws {
    switch moment {
    case 0: wait { !folder.names.isEmpty }
    case 1: wait { FileManager.default.fileExists(atPath: folder("run/config.json")) }
    case 2...5: stopWhileWriting(program, in: folder)
    default:
      wait { FileManager.default.fileExists(atPath: folder("run/checkpoints")) }
      Thread.sleep(forTimeInterval: Double(moment) * 0.003)
    }
    Foundation.kill(program.process.processIdentifier, SIGKILL)
    let outcome = try program.outcome()
    #expect(outcome.wasKilled, "moment \(moment): it ended by itself, with \(outcome.status): \(outcome.complaint)")
  }

  @Test func theNextTrainingSweepsWhatNobodyHolds() throws {
    var found: [String: Int] = ["tmp": 0, "lock": 0]
    for moment in 0..<9 {
      let folder = try TemporaryFolder()
      let killed = try start(folder, "run", epochs: 3)
      try kill(killed, in: folder, moment: moment)
      for path in leftBehind(folder) { found[path.hasSuffix(".lock") ? "lock" : "tmp", default: 0] += 1 }
      // It goes on where there is something to go on with, and replaces it where not.
      let isRun = FileManager.default.fileExists(atPath: folder("run/config.json"))
      let place = isRun ? ["--resume", folder("run")] : ["--epochs", "1", "--out", folder("run")]
      let next = try Program(["train", "digits", "--save-every", "1000"] + place).outcome()
      #expect(next.status == 0, "moment \(moment): \(next.complaint)")
      #expect(leftBehind(folder).isEmpty, "moment \(moment): \(leftBehind(folder))")
    }
    // Kills that leave nothing would show nothing.
    #expect(found["tmp", default: 0] > 0 && found["lock", default: 0] > 0, "\(found)")
  }

  @Test func whatALivingTrainingHoldsStays() throws {
    let folder = try TemporaryFolder()
    // It lives as long as the test does, however slow the machine is.
    let living = try start(folder, "living", epochs: 100_000, seconds: 600)
    defer { if living.process.isRunning { Foundation.kill(living.process.processIdentifier, SIGKILL) } }
    wait { FileManager.default.fileExists(atPath: folder("living/config.json")) }
    for moment in [2, 6] {
      // A folder that holds a finished training would be refused, by itself and perhaps before it is killed.
      try? FileManager.default.removeItem(atPath: folder("run"))
      let killed = try start(folder, "run", epochs: 500)
      try kill(killed, in: folder, moment: moment)
      let next = try Program.run(
        "train", "digits", "--epochs", "1", "--threads", "1", "--replace", "--out", folder("run"))
      #expect(next.status == 0, "\(next.complaint)")
      #expect(leftBehind(folder).filter { !$0.contains("living") } == [])
      #expect(folder.names.contains(".living.lock") && RunLock.isHeld(folder("living")))
    }
    // It was not disturbed: it still saves.
    let saved = { FileManager.default.subpaths(atPath: folder("living/checkpoints"))?.sorted() ?? [] }
    let before = saved()
    wait { saved() != before }
    #expect(living.process.isRunning && saved() != before)
    Foundation.kill(living.process.processIdentifier, SIGTERM)
    let end = try living.outcome()
    #expect(end.status == 128 + SIGTERM && !end.wasKilled, "\(end.complaint)")
    #expect(end.complaints.last == "weft: terminated", "\(end.complaint)")
  }
}
