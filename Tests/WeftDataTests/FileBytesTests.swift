import TestSupport
import Testing
import Weft

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

@Suite("Files read whole")
struct FileBytesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func failure(_ path: String, limit: Int = FileBytes.defaultLimit) -> DataFileError? {
    HostileFiles.failure { () throws(DataFileError) in try FileBytes(contentsOf: path, limit: limit) }
  }

  @Test("Files of any size come back whole", arguments: [0, 1, 65_535, 65_536, 65_537, 1_000_000])
  func sizes(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try AtomicFile.write(bytes, to: folder("file"))
    let file = try FileBytes(contentsOf: folder("file"), limit: count)
    #expect(file.bytes == bytes && file.name == folder("file"))
    #expect(failure(folder("file"), limit: count - 1)?.code == .limitExceeded)
  }

  @Test("A file whose size the system does not tell is read to its end, within the limit")
  func unknownSize() throws {
    #expect(try !FileBytes(contentsOf: "/proc/self/status").bytes.isEmpty)
    #expect(failure("/dev/zero", limit: 200_000)?.code == .limitExceeded)
  }

  @Test("A missing file, a folder and a name with a line break are typed errors on one line")
  func unreadable() {
    #expect(
      failure("no/such/file")?.description == """
        no/such/file: expected a readable file, found the system's error 2: No such file or directory \
        [data.unreadable]
        """)
    #expect(failure(folder.path)?.found == "a folder")
    #expect(failure("a\nb")?.description.hasPrefix("a\\nb: ") == true)
  }

  @Test("A limit says which option raises it")
  func limit() throws {
    try AtomicFile.write([1, 2, 3], to: folder("file"))
    let error = failure(folder("file"), limit: 2)
    #expect(error?.expected == "at most 2 bytes" && error?.found == "3 bytes")
    #expect(error?.hint?.contains("`limit`") == true)
  }

  @Test(
    "First bytes tell what a file is",
    arguments: [
      ("\u{FEFF}  <HTML>", .htmlPage), ("<?xml version", .xml), ("PAR1,PAR2\n1,2\n", .text), ("", .text),
      ("PAR1\u{0}\u{1}", .parquet), ("\u{1}\u{2}", .binary), ("\u{0}\u{0}\u{0}\u{0}", .zeros),
      ("\u{0}\u{0}\u{8}\u{3}", .idx), ("\u{1}\u{8}\u{0}\u{0}", .idxWrongByteOrder), ("BZh91AY\u{1}", .bzip2),
      ("GIF89a\u{1}", .gif), ("RIFF\u{1}\u{0}\u{0}\u{0}WEBPVP8 ", .webp), ("\u{0}\u{0}\u{0}\u{18}ftypheic", .heif),
      ("\u{0}\u{0}\u{0}\u{18}ftypisom", .binary), ("II*\u{0}\u{8}", .tiff),
      ("BM6$\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}6", .bmp),
      ("BM,total\n1,2,3\n", .text), ("\u{7F}ELF", .elf), (String(repeating: "a", count: 257) + "ustar\u{0}", .tar),
    ] as [(String, FileKind)])
  func kinds(text: String, kind: FileKind) {
    #expect(FileKind(firstBytes: Array(text.utf8)) == kind)
  }
}
