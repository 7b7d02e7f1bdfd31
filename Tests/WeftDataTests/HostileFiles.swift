import Testing
import Weft

/// Files that users have where a data file should be, and what every reader must do with them.
enum HostileFiles {
  static let page = Array("\n<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>\n".utf8)
  static let pointer = Array(
    """
    version https://git-lfs.github.com/spec/v1
    oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
    size 9912422

    """.utf8)

  /// The error of a read, or nil if it succeeds.
  static func failure<Value>(_ read: () throws(DataFileError) -> Value) -> DataFileError? {
    do throws(DataFileError) {
      _ = try read()
      return nil
    } catch {
      return error
    }
  }

  /// Checks that a web page and a Git LFS pointer in the file's place are refused, and called what they are.
  static func expectKindIsNamed<Value>(
    _ read: (FileBytes) throws(DataFileError) -> Value, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let files: [(bytes: [UInt8], kind: FileKind)] = [
      (page, .htmlPage), (pointer, .gitLFSPointer), (Array("%PDF-1.7\n".utf8), .pdf), ([0x50, 0x4B, 3, 4, 20], .zip),
    ]
    for file in files {
      let error = failure { () throws(DataFileError) in try read(FileBytes(name: "train", bytes: file.bytes)) }
      #expect(error?.code == .wrongFormat, sourceLocation: sourceLocation)
      #expect(error?.looksLike == file.kind, sourceLocation: sourceLocation)
      #expect(error?.description.contains("\(file.kind)") == true, sourceLocation: sourceLocation)
    }
  }

  /// Checks that the file, cut off after any number of its bytes, is refused.
  static func expectEveryCutIsRefused<Value>(
    _ bytes: [UInt8], _ read: (FileBytes) throws(DataFileError) -> Value,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for count in 0..<bytes.count {
      let cut = FileBytes(name: "cut", bytes: Array(bytes.prefix(count)))
      let error = failure { () throws(DataFileError) in try read(cut) }
      #expect(error != nil, "cut after \(count) of \(bytes.count) bytes", sourceLocation: sourceLocation)
      #expect(error?.description.contains("\n") != true, sourceLocation: sourceLocation)
    }
  }

  /// Reads the file with each of its bits flipped in turn; what comes out is the caller's to judge.
  static func withEveryBitFlipped(_ bytes: [UInt8], _ body: (FileBytes, Int) -> Void) {
    for bit in 0..<bytes.count * 8 {
      var changed = bytes
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      body(FileBytes(name: "changed", bytes: changed), bit / 8)
    }
  }
}
