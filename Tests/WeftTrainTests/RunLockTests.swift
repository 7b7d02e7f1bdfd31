import Foundation
import TestSupport
import Testing
import Weft
import WeftTrain

/// A run's folder belongs to one training at a time.
@Suite struct RunLockTests {
  private let host: String = {
    var name = utsname()
    uname(&name)
    return withUnsafeBytes(of: &name.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }()

  @Test func aSecondTrainingIsRefusedAndSaysWhoIsThere() throws {
    let room = try TemporaryFolder()
    let folder = room("run")
    var first: RunLock? = try RunLock(folder)
    #expect(RunLock.isHeld(folder) && first != nil)
    let error = #expect(throws: TensorError.self) { try RunLock(folder) }
    let message = """
      expected a folder that no other training writes to; got \(room("run")), to which process \(getpid()) does; wait \
      for its end, or choose another folder
      """
    let text = try #require(error.map { "\($0)" })
    #expect(message.split(separator: "; ").allSatisfy { text.contains($0.replacing("got ", with: "")) }, "\(text)")
    first = nil
    #expect(!RunLock.isHeld(folder) && room.names.isEmpty)
    _ = try RunLock(folder)
  }

  /// Its process was killed: the system has let go of the lock.
  @Test func aFileThatIsLeftBehindHindersNobody() throws {
    let room = try TemporaryFolder()
    try AtomicFile.write("1\n", to: room(".run.lock"))
    #expect(!RunLock.isHeld(room("run")))
    let lock = try RunLock(room("run"))
    #expect(try String(contentsOfFile: room(".run.lock"), encoding: .utf8) == "\(getpid()) weft \(host)\n")
    withExtendedLifetime(lock) {}
  }

  /// Of a run of another name too, which nobody may ever start again; what others hold or wrote stays.
  @Test func theNextTrainingRemovesTheLocksOfKilledOnes() throws {
    let room = try TemporaryFolder()
    try AtomicFile.write("1 weft \(host)\n", to: room(".killed.lock"))
    // What another machine has locked may not be seen here.
    try AtomicFile.write("1 weft not-\(host)\n", to: room(".elsewhere.lock"))
    try AtomicFile.write("1\n", to: room(".another-program.lock"))
    let living = try RunLock(room("living"))
    let lock = try RunLock(room("run"))
    #expect(Set(room.names) == [".another-program.lock", ".elsewhere.lock", ".living.lock", ".run.lock"])
    withExtendedLifetime((living, lock)) {}
  }

  @Test func theNextFreeNameIsChosen() throws {
    let room = try TemporaryFolder()
    #expect(RunFolder.free(near: room("run")).path == room("run"))
    try AtomicFile.write("x", to: room("run"))
    #expect(RunFolder.free(near: room("run")).path == room("run-2"))
    let lock = try RunLock(room("run-2"))
    #expect(RunFolder.free(near: room("run")).path == room("run-3"))
    withExtendedLifetime(lock) {}
  }
}
