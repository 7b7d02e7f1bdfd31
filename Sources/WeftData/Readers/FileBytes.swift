#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// The bytes of a whole file, with the name that errors give it.
public struct FileBytes: Hashable, Sendable {
  /// The file's name or path: what errors say.
  public let name: String
  /// What the file holds.
  public let bytes: [UInt8]

  /// The most bytes a reader takes unless told otherwise: 1 GiB.
  public static let defaultLimit = 1 << 30

  /// Bytes that are in memory already.
  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  /// Reads a file whole.
  ///
  /// - Parameters:
  ///   - path: the file; devices and pipes are read to their end.
  ///   - limit: the most bytes to read; of devices and pipes, which do not say how much is to come, `defaultLimit` at
  ///     most.
  /// - Throws: `DataFileError` with `unreadable` or `limitExceeded`.
  public init(contentsOf path: String, limit: Int = FileBytes.defaultLimit) throws(DataFileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(path, errno) }
    defer { close(descriptor) }
    let (size, isFile) = try Self.size(of: descriptor, path)
    let limit = isFile ? limit : min(limit, Self.defaultLimit)
    guard size <= limit else { throw .overLimit(path, limit: limit, found: "\(size) bytes") }
    let bytes = try Self.read(descriptor, path, expecting: size, limit: limit)
    self.init(name: path, bytes: bytes)
  }

  /// What the first bytes look like.
  public var kind: FileKind { FileKind(firstBytes: bytes) }
}

extension FileBytes {
  private static let chunk = 1 << 16

  private static func size(of descriptor: Int32, _ path: String) throws(DataFileError) -> (size: Int, isFile: Bool) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .unreadable(path, errno) }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw DataFileError(.unreadable, file: path, expected: "a file", found: "a folder")
    }
    let isFile = status.st_mode & S_IFMT == S_IFREG
    return (isFile ? max(0, Int(status.st_size)) : 0, isFile)
  }

  private static func read(
    _ descriptor: Int32, _ path: String, expecting expected: Int, limit: Int
  ) throws(DataFileError) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      // A piece is the whole file where its size is known: it then becomes the result without a copy.
      let piece = try nextPiece(descriptor, path, room: max(chunk, min(expected - bytes.count, 1 << 30)))
      guard !piece.isEmpty else { return bytes }
      guard piece.count <= limit - bytes.count else {
        throw .overLimit(path, limit: limit, found: "more than that")
      }
      if bytes.isEmpty { bytes = piece } else { bytes += piece }
    }
  }

  /// The next bytes, at most `room`; none at the end of the file.
  private static func nextPiece(_ descriptor: Int32, _ path: String, room: Int) throws(DataFileError) -> [UInt8] {
    var failure: Int32 = 0
    let piece = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
      var got = 0
      repeat {
        got = systemRead(descriptor, buffer.baseAddress, room)
        failure = got < 0 ? errno : 0
      } while failure == EINTR
      count = max(0, got)
    }
    guard failure == 0 else { throw .unreadable(path, failure) }
    return piece
  }
}

/// `read(2)`, under a name that the methods above do not hide.
private func systemRead(_ descriptor: Int32, _ target: UnsafeMutablePointer<UInt8>?, _ room: Int) -> Int {
  read(descriptor, target, room)
}

extension DataFileError {
  /// The error for a file whose first bytes are not those of the format.
  static func wrongFormat(_ file: FileBytes, expected: String, hint: String? = nil) -> DataFileError {
    DataFileError(
      file.bytes.isEmpty ? .truncated : .wrongFormat, file: file.name, at: 0, expected: expected,
      found: file.bytes.isEmpty ? "an empty file" : "the bytes \(hexadecimal(file.bytes.prefix(8)))",
      looksLike: file.bytes.isEmpty ? nil : FileKind(firstBytes: file.bytes), hint: hint)
  }

  /// The error for a file that ends before what it announces.
  static func truncated(_ file: FileBytes, expected: String) -> DataFileError {
    DataFileError(
      .truncated, file: file.name, at: file.bytes.count, expected: expected,
      found: file.bytes.isEmpty ? "an empty file" : "the end of the file",
      hint: "a download may have been cut short")
  }

  fileprivate static func unreadable(_ path: String, _ number: Int32) -> DataFileError {
    DataFileError(
      .unreadable, file: path, expected: "a readable file",
      found: "the system's error \(number): \(String(cString: strerror(number)))")
  }

  fileprivate static func overLimit(_ path: String, limit: Int, found: String) -> DataFileError {
    DataFileError(
      .limitExceeded, file: path, expected: "at most \(limit) bytes", found: found,
      hint: "if the file is meant to be so large, raise the reader's `limit`")
  }
}
