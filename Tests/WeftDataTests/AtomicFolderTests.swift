import TestSupport
import Testing
import Weft

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

@Suite("Folders that are replaced whole or not at all")
struct AtomicFolderTests {
  private let folder: TemporaryFolder
  private var path: String { folder("checkpoint") }

  init() throws { folder = try TemporaryFolder() }

  /// Puts a folder with one file in place.
  private func replace(with name: String, calls: FileCalls = FileCalls()) throws(FileWriteError) {
    let staged = try AtomicFolder(replacing: path, calls: calls)
    try AtomicFile.write(name, to: "\(staged.stagingPath)/\(name)")
    mkdir("\(staged.stagingPath)/inner", 0o777)
    try AtomicFile.write(name, to: "\(staged.stagingPath)/inner/\(name)")
    try staged.commit()
  }

  private func failure(calls: FileCalls) -> FileWriteError? {
    do throws(FileWriteError) {
      try replace(with: "new", calls: calls)
      return nil
    } catch {
      return error
    }
  }

  @Test("A folder is created, then replaced, and nothing else stays")
  func replacing() throws {
    try replace(with: "first")
    #expect(TemporaryFolder.names(in: path) == ["first", "inner"])
    try replace(with: "second")
    #expect(TemporaryFolder.names(in: path) == ["inner", "second"])
    #expect(TemporaryFolder.names(in: path + "/inner") == ["second"])
    #expect(folder.names == ["checkpoint"])
  }

  @Test("A file system that cannot swap is served by two renames")
  func withoutExchange() throws {
    let calls = FileCalls(exchange: { _, _ in -Int(EINVAL) })
    try replace(with: "first", calls: calls)
    try replace(with: "second", calls: calls)
    #expect(TemporaryFolder.names(in: path) == ["inner", "second"])
    #expect(folder.names == ["checkpoint"])
  }

  @Test("Without a commit the old folder is what is there")
  func uncommitted() throws {
    try replace(with: "old")
    do {
      let staged = try AtomicFolder(replacing: path)
      try AtomicFile.write("new", to: staged.stagingPath + "/new")
      #expect(TemporaryFolder.names(in: path) == ["inner", "old"])
    }
    #expect(folder.names == ["checkpoint"])
  }

  @Test("Whatever call fails, the old folder stays whole and nothing else does")
  func failures() throws {
    try replace(with: "old")
    let turns = Counter()
    // The first rename finds the old folder, the second moves it aside, the third fails, the fourth moves it back.
    let third = FileCalls(
      rename: { turns.next() == 2 ? -Int(EIO) : result(of: Int(systemRename($0, $1))) },
      exchange: { _, _ in -Int(ENOSYS) })
    let cases = [
      FileCalls(sync: { _ in -Int(ENOSPC) }), FileCalls(rename: { _, _ in -Int(EACCES) }),
      FileCalls(exchange: { _, _ in -Int(EIO) }), third,
    ]
    for calls in cases {
      #expect(failure(calls: calls) != nil)
      #expect(TemporaryFolder.names(in: path) == ["inner", "old"])
      #expect(folder.names == ["checkpoint"])
    }
    #expect(turns.next() == 4)
    #expect(failure(calls: FileCalls(sync: { _ in -Int(ENOSPC) }))?.code == .diskFull)
  }

  @Test("A file in the folder's place and a missing parent are typed errors")
  func badPaths() throws {
    try AtomicFile.write("", to: path)
    #expect(failure(calls: FileCalls())?.code == .wrongKind)
    #expect(folder.names == ["checkpoint"])
    #expect(throws: FileWriteError.self) { try AtomicFolder(replacing: folder("no/such")) }
  }

  @Test("A reader always sees a whole folder while it is replaced again and again")
  func reading() async throws {
    try replace(with: "0")
    let path = path
    let reader = Task.detached {
      var broken = 0
      while !Task.isCancelled {
        // A descriptor keeps one folder, whichever it is, for the whole look.
        let opened = open(path, O_RDONLY | O_DIRECTORY)
        if opened < 0 { broken += 1 } else { close(opened) }
      }
      return broken
    }
    for turn in 1...200 { try replace(with: "\(turn)", calls: FileCalls(sync: { _ in 0 })) }
    reader.cancel()
    #expect(await reader.value == 0)
  }
}
