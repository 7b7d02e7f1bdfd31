import Foundation
import TestSupport
import Testing
import Weft

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

@Suite("Files that are written whole or not at all")
struct AtomicFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func text(_ path: String) throws -> String {
    String(decoding: try FileBytes(contentsOf: path).bytes, as: UTF8.self)
  }

  private func failure(_ body: () throws(FileWriteError) -> Void) -> FileWriteError? {
    do throws(FileWriteError) {
      try body()
      return nil
    } catch {
      return error
    }
  }

  /// What an encoder gives (`Data`) and other sequences of bytes are written as arrays are.
  @Test func anySequenceOfBytesIsWritten() throws {
    try AtomicFile.write(Array("whole".utf8)[1...], to: folder("file"))
    #expect(try text(folder("file")) == "hole")
    try AtomicFile.write(try JSONEncoder().encode(["data"]), to: folder("file"))
    #expect(try text(folder("file")) == "[\"data\"]")
    try AtomicFile.write("text", to: folder("file"))
    #expect(try text(folder("file")) == "text")
  }

  /// Replaces "old" by "new" with calls that fail somewhere, and checks that "old" is all that is left.
  private func failureOfReplacing(with calls: FileCalls) throws -> FileWriteError? {
    let path = folder("file")
    try AtomicFile.write("old", to: path)
    let error = failure { () throws(FileWriteError) in
      let file = try AtomicFile(replacing: path, calls: calls)
      try file.append(Array("new".utf8))
      try file.commit()
    }
    #expect(try text(path) == "old")
    #expect(folder.names == ["file"])
    return error
  }

  @Test("A file is created and replaced, and no temporary file stays")
  func replacing() throws {
    let path = folder("metrics.csv")
    try AtomicFile.write("first", to: path)
    try AtomicFile.write([0x32], to: path)
    #expect(try text(path) == "2")
    try AtomicFile.write("", to: path)
    #expect(try text(path) == "")
    #expect(folder.names == ["metrics.csv"])
  }

  @Test("Until the commit, and without one, the old file is what is there")
  func uncommitted() throws {
    let path = folder("file")
    try AtomicFile.write("old", to: path)
    do {
      let file = try AtomicFile(replacing: path)
      try file.append([1, 2, 3])
      #expect(file.count == 3)
      #expect(try text(path) == "old")
      #expect(folder.names.count == 2)
    }
    #expect(folder.names == ["file"])
  }

  @Test("A full disk, a failing sync and a failing rename leave the old file alone")
  func failures() throws {
    let full = try failureOfReplacing(with: FileCalls(write: { _, _ in -Int(ENOSPC) }))
    #expect(full?.code == .diskFull)
    #expect(
      full?.description == """
        \(folder("file")): could not write its temporary file: No space left on device (errno 28); \
        what stood at this path before is unchanged [file.disk-full]
        """)
    let unsynced = try failureOfReplacing(with: FileCalls(sync: { _ in -Int(EIO) }))
    #expect(unsynced?.step == .sync && unsynced?.code == .failed && unsynced?.bytesWritten == 3)
    let kept = try failureOfReplacing(with: FileCalls(rename: { _, _ in -Int(EROFS) }))
    #expect(kept?.step == .replace && kept?.code == .readOnly)
  }

  @Test("A failed write fails the commit, even where the first error was ignored")
  func failedWriteIsRemembered() throws {
    let error = failure { () throws(FileWriteError) in
      let file = try AtomicFile(replacing: folder("file"), calls: FileCalls(write: { _, _ in -Int(EDQUOT) }))
      _ = failure { () throws(FileWriteError) in try file.append([1]) }
      try file.commit()
    }
    #expect(error?.code == .diskFull)
    #expect(folder.names.isEmpty)
  }

  @Test("Short and interrupted writes go on where they stopped")
  func shortWrites() throws {
    let bytes = (0..<100).map { UInt8($0) }
    let turns = Counter()
    let calls = FileCalls(write: { descriptor, bytes in
      guard turns.next() % 2 == 1 else { return -Int(EINTR) }
      return result(of: systemWrite(descriptor, UnsafeRawBufferPointer(rebasing: bytes.prefix(7))))
    })
    let file = try AtomicFile(replacing: folder("file"), calls: calls)
    try file.append(bytes)
    try file.commit()
    #expect(try FileBytes(contentsOf: folder("file")).bytes == bytes)
  }

  @Test("A missing folder, a folder in the file's place and a name too long are typed errors")
  func badPaths() throws {
    let missing = failure { () throws(FileWriteError) in try AtomicFile.write("", to: folder("no/such/file")) }
    #expect(missing?.code == .missingFolder && missing?.step == .create)
    let wrong = failure { () throws(FileWriteError) in try AtomicFile.write("", to: folder.path) }
    #expect(wrong?.code == .wrongKind)
    let long = String(repeating: "x", count: 255)
    try AtomicFile.write("fits", to: folder(long))
    let longer = failure { () throws(FileWriteError) in try AtomicFile.write("", to: folder(long + "x")) }
    #expect(longer?.errorNumber == ENAMETOOLONG)
    #expect(folder.names == [long])
  }

  @Test("A replaced file keeps its permissions, and a symbolic link stays one")
  func permissionsAndLinks() throws {
    try AtomicFile.write("old", to: folder("target"))
    #expect(chmod(folder("target"), 0o640) == 0)
    #expect(symlink("target", folder("link")) == 0)
    try AtomicFile.write("new", to: folder("link"))
    #expect(try text(folder("target")) == "new")
    var status = stat()
    #expect(lstat(folder("link"), &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    #expect(stat(folder("target"), &status) == 0 && status.st_mode & 0o777 == 0o640)
  }

  @Test("A device that is full reports so")
  func fullDevice() throws {
    let descriptor = open("/dev/full", O_WRONLY)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    let status = [UInt8(1)].withUnsafeBytes { FileCalls().write(descriptor, $0) }
    #expect(status == -Int(ENOSPC))
  }
}

/// Counts calls, from any thread.
final class Counter: @unchecked Sendable {
  private var value = 0

  /// 0, 1, 2 and so on.
  func next() -> Int {
    defer { value += 1 }
    return value
  }
}
