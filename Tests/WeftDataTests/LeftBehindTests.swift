import TestSupport
import Testing
import Weft

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// What processes that were killed left behind, and what living ones are writing.
@Suite("Temporary files of processes that were killed")
struct LeftBehindTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A temporary folder with a file in it, or a temporary file, as a killed process leaves it.
  private func leave(_ name: String, asFolder: Bool) throws {
    if asFolder {
      mkdir(folder(name), 0o777)
      try AtomicFile.write("weights", to: folder(name) + "/model.safetensors")
    } else {
      close(open(folder(name), O_CREAT | O_WRONLY, 0o666))
    }
  }

  @Test("The next to write beside it removes a folder or a file of a dead process", arguments: [true, false])
  func sweeping(asFolder: Bool) throws {
    // A number that is in use is no obstacle: numbers come again.
    for name in [".weft-4000000-1abc.tmp", ".weft-\(getpid())-zz9.tmp"] { try leave(name, asFolder: asFolder) }
    if asFolder {
      try AtomicFile.write("", to: folder("run"))
    } else {
      _ = try AtomicFolder(replacing: folder("run"))
    }
    #expect(folder.names == (asFolder ? ["run"] : []))
  }

  @Test("What a process holds stays, be it this one")
  func holding() throws {
    let file = try AtomicFile(replacing: folder("file"))
    let staged = try AtomicFolder(replacing: folder("run"))
    try AtomicFile.write("weights", to: staged.stagingPath + "/weights")
    #expect(folder.names.count == 2)
    LeftBehind.sweep(folder.path)
    #expect(folder.names.count == 2)
    try file.append([1])
    try file.commit()
    try staged.commit()
    LeftBehind.sweep(folder.path)
    #expect(folder.names == ["file", "run"])
    #expect(TemporaryFolder.names(in: folder("run")) == ["weights"])
  }

  @Test("Names of others, links and pipes are left alone")
  func others() throws {
    let names = [
      ".weft-1-a.old", ".weft--a.tmp", ".weft-1-.tmp", ".weft-1-a-b.tmp", ".weft-x-a.tmp", "weft-1-a.tmp",
      ".weft-1-A.tmp", ".weft-1-a.tmp.gz",
    ]
    for name in names { try leave(name, asFolder: false) }
    try AtomicFile.write("kept", to: folder("target"))
    symlink(folder("target"), folder(".weft-1-link.tmp"))
    mkfifo(folder(".weft-1-pipe.tmp"), 0o666)
    LeftBehind.sweep(folder.path)
    #expect(folder.names == (names + ["target", ".weft-1-link.tmp", ".weft-1-pipe.tmp"]).sorted())
  }

  @Test("A folder that is swept while it is written into is no trap for the writers", .timeLimit(.minutes(1)))
  func racing() async throws {
    let path = folder.path
    await withTaskGroup(of: Int.self) { group in
      for writer in 0..<4 {
        group.addTask {
          var failures = 0
          for turn in 0..<100 {
            do {
              let staged = try AtomicFolder(replacing: "\(path)/\(writer)", calls: FileCalls(sync: { _ in 0 }))
              try AtomicFile.write("\(turn)", to: staged.stagingPath + "/turn")
              try staged.commit()
            } catch {
              failures += 1
            }
            LeftBehind.sweep(path)
          }
          return failures
        }
      }
      for await failures in group { #expect(failures == 0) }
    }
    #expect(folder.names == ["0", "1", "2", "3"])
  }
}
