#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A file that is written whole or not at all.
///
/// The bytes go to a temporary file in the same folder; `commit()` brings them to the disk and renames the file into
/// place. Whoever opens the path finds the last whole file or the new one, also after a crash or a power failure. If
/// anything fails, or `commit()` is never called, the temporary file is removed and the path is as it was.
///
/// A symbolic link at the path stays, and its target is replaced; a replaced file's permissions are kept.
///
/// ```swift
/// try AtomicFile.write("epoch,loss\n1,0.25\n", to: "metrics.csv")
/// ```
public final class AtomicFile {
  /// The path as it was given.
  public let path: String
  /// How many bytes have been written so far.
  public private(set) var count = 0

  private let place: WritePath
  private let temporary: String
  private let descriptor: Int32
  private let calls: FileCalls
  private var failure: FileWriteError?
  private var isOpen = true

  /// Begins a file that will replace what is at `path`, if anything is.
  ///
  /// - Throws: `FileWriteError` if the folder is missing or may not be written to, or the path is a folder.
  public convenience init(replacing path: String) throws(FileWriteError) {
    try self.init(replacing: path, calls: FileCalls())
  }

  package init(replacing path: String, calls: FileCalls) throws(FileWriteError) {
    self.path = path
    self.calls = calls
    place = WritePath(path)
    let old = place.status
    if let old, old.isFolder { throw FileWriteError(path, .create, EISDIR) }
    LeftBehind.sweepOnce(place.folder)
    (temporary, descriptor) = try Self.create(for: path, at: place)
    // Should the system refuse, the new file keeps the permissions of any new file.
    if let old { _ = fchmod(descriptor, old.st_mode & 0o777) }
  }

  deinit { discard() }

  /// A new temporary file, locked as long as it is open.
  private static func create(
    for path: String, at place: WritePath
  ) throws(FileWriteError) -> (name: String, descriptor: Int32) {
    for _ in 0..<TemporaryLock.attempts {
      let name = place.temporaryName()
      let opened = FileCalls.open(name, O_WRONLY | O_CREAT | O_EXCL, mode: 0o666)
      guard opened >= 0 else { throw FileWriteError(path, .create, Int32(-opened)) }
      if TemporaryLock.holds(Int32(opened), name) { return (name, Int32(opened)) }
      close(Int32(opened))
    }
    throw FileWriteError(path, .create, EAGAIN)
  }

  /// Appends bytes.
  ///
  /// - Throws: `FileWriteError`, as does every later call then.
  public func append(_ bytes: UnsafeRawBufferPointer) throws(FileWriteError) {
    precondition(isOpen, "AtomicFile.append: \(path) was committed already")
    var rest = bytes[...]
    while !rest.isEmpty {
      if let failure { throw failure }
      let written = calls.write(descriptor, UnsafeRawBufferPointer(rebasing: rest))
      if written >= 0 {
        count += written
        rest = rest.dropFirst(written)
      } else if written != -Int(EINTR) {
        failure = FileWriteError(path, .write, Int32(-written), bytesWritten: count)
      }
    }
    if let failure { throw failure }
  }

  /// Appends bytes.
  ///
  /// - Throws: `FileWriteError`, as does every later call then.
  public func append(_ bytes: [UInt8]) throws(FileWriteError) {
    let outcome = bytes.withUnsafeBytes { buffer in
      Result { () throws(FileWriteError) in try append(buffer) }
    }
    try outcome.get()
  }

  /// Puts the file in place: after this it is at its path, whole and on the disk.
  ///
  /// - Throws: `FileWriteError`; the temporary file is then removed.
  public func commit() throws(FileWriteError) {
    precondition(isOpen, "AtomicFile.commit: \(path) was committed already")
    defer { discard() }
    if let failure { throw failure }
    let synced = calls.sync(descriptor)
    guard synced >= 0 else { throw FileWriteError(path, .sync, Int32(-synced), bytesWritten: count) }
    let renamed = calls.rename(temporary, place.target)
    guard renamed >= 0 else { throw FileWriteError(path, .replace, Int32(-renamed), bytesWritten: count) }
    calls.syncFolder(place.folder)
  }

  /// Closes the temporary file, and removes it if it was not put in place.
  private func discard() {
    guard isOpen else { return }
    isOpen = false
    close(descriptor)
    unlink(temporary)
  }
}

extension AtomicFile {
  /// Writes a file whole or not at all.
  ///
  /// - Throws: `FileWriteError`; what was at the path is then unchanged.
  public static func write(_ bytes: [UInt8], to path: String) throws(FileWriteError) {
    let file = try AtomicFile(replacing: path)
    try file.append(bytes)
    try file.commit()
  }

  /// Writes a text in UTF-8 whole or not at all.
  ///
  /// - Throws: `FileWriteError`; what was at the path is then unchanged.
  public static func write(_ text: String, to path: String) throws(FileWriteError) {
    try write(Array(text.utf8), to: path)
  }

  /// Writes a whole file of `Data`, as encoders give it, or of another sequence of bytes.
  ///
  /// - Throws: `FileWriteError`; what was at the path is then unchanged.
  @_disfavoredOverload public static func write(_ bytes: some Sequence<UInt8>, to path: String) throws(FileWriteError) {
    try write(Array(bytes), to: path)
  }
}
