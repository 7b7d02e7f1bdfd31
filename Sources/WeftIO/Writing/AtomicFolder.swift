import Foundation

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A folder that is replaced whole or not at all.
///
/// Write the files into `stagingPath`, a new folder beside the destination, then call `commit()`: the two are swapped
/// in one step, so that a reader finds the last whole folder or the new one, never a mixture. Where the file system
/// cannot swap, the old folder is moved aside first: for that moment a reader finds none. If anything fails, or
/// `commit()` is never called, the staging folder is removed and the destination is as it was.
///
/// ```swift
/// let folder = try AtomicFolder(replacing: "runs/digits/checkpoint")
/// try AtomicFile.write(weights, to: folder.stagingPath + "/model.safetensors")
/// try folder.commit()
/// ```
public final class AtomicFolder {
  /// The destination as it was given.
  public let path: String
  /// The folder to write into until `commit()`.
  public let stagingPath: String

  private let place: WritePath
  private let calls: FileCalls
  /// Held until the end, so that no other process takes the staging folder for one left behind.
  private let lock: TemporaryLock
  /// What to remove in the end: the staging folder, or after a commit the folder that it replaced.
  private var leftover: String?

  /// Creates the staging folder beside `path`.
  ///
  /// - Throws: `FileWriteError` if the folder that should hold it is missing or may not be written to, or `path` is a
  ///   file.
  public convenience init(replacing path: String) throws(FileWriteError) {
    try self.init(replacing: path, calls: FileCalls())
  }

  /// The same where nothing stands at `path`, an empty folder, or one with a file of these names: nobody is to lose
  /// another folder by it.
  ///
  /// - Throws: `FileWriteError`, also for a folder with other files.
  package convenience init(replacing path: String, thatHolds names: [String]) throws(FileWriteError) {
    let there = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    guard there.isEmpty || there.contains(where: names.contains) else {
      throw FileWriteError(path, .replace, ENOTEMPTY)
    }
    try self.init(replacing: path)
  }

  package init(replacing path: String, calls: FileCalls) throws(FileWriteError) {
    self.path = path
    self.calls = calls
    place = WritePath(path)
    if let old = place.status, !old.isFolder { throw FileWriteError(path, .createFolder, ENOTDIR) }
    LeftBehind.sweepOnce(place.folder)
    (stagingPath, lock) = try Self.create(for: path, at: place)
    leftover = stagingPath
  }

  deinit { discard() }

  /// Brings everything in the staging folder to the disk and puts the folder in place.
  ///
  /// - Throws: `FileWriteError`; the staging folder is then removed.
  public func commit() throws(FileWriteError) {
    precondition(leftover == stagingPath, "AtomicFolder.commit: \(path) was committed already")
    defer { discard() }
    let synced = FolderTree.sync(stagingPath, calls)
    guard synced >= 0 else { throw FileWriteError(path, .sync, Int32(-synced)) }
    let placed = putInPlace()
    guard placed >= 0 else { throw FileWriteError(path, .replace, Int32(-placed)) }
    calls.syncFolder(place.folder)
  }
}

extension AtomicFolder {
  /// Makes the folders that `path` lies in, as far as they are missing.
  package static func makeFolders(above path: String) throws(FileWriteError) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    for count in parts.indices.map({ $0 + 1 }) {
      let folder = parts.prefix(count).joined(separator: "/")
      if folder.isEmpty || mkdir(folder, 0o777) == 0 || errno == EEXIST { continue }
      // A folder above that may not be written to is no obstacle where the one below exists.
      let number = errno
      var status = stat()
      guard stat(folder, &status) == 0, status.isFolder else { throw FileWriteError(folder, .makeFolder, number) }
    }
  }

  /// A new staging folder, locked as long as it is held.
  private static func create(
    for path: String, at place: WritePath
  ) throws(FileWriteError) -> (name: String, lock: TemporaryLock) {
    for _ in 0..<TemporaryLock.attempts {
      let name = place.temporaryName()
      let made = result(of: Int(mkdir(name, 0o777)))
      guard made >= 0 else { throw FileWriteError(path, .createFolder, Int32(-made)) }
      switch TemporaryLock.ofFolder(name) {
      case .locked(let lock): return (name, lock)
      case .failed(let number):
        rmdir(name)
        throw FileWriteError(path, .createFolder, number)
      case nil: continue  // swept away before it was locked
      }
    }
    throw FileWriteError(path, .createFolder, EAGAIN)
  }

  private func discard() {
    guard let leftover else { return }
    FolderTree.remove(leftover)
    lock.release()
    self.leftover = nil
  }

  /// Renames the staging folder to the destination; a rename itself replaces nothing but an empty folder.
  private func putInPlace() -> Int {
    let renamed = calls.rename(stagingPath, place.target)
    guard renamed == -Int(ENOTEMPTY) || renamed == -Int(EEXIST) else { return renamed }
    let exchanged = calls.exchange(stagingPath, place.target)
    let isUnknown = [ENOSYS, EINVAL, EOPNOTSUPP].contains(Int32(-exchanged))
    return isUnknown ? replaceInTwoSteps() : exchanged
  }

  /// The folder moved aside may be the only whole one for a moment: its name is none that is ever swept away.
  private func replaceInTwoSteps() -> Int {
    let aside = place.temporaryName(ending: "old")
    let moved = calls.rename(place.target, aside)
    guard moved >= 0 else { return moved }
    let renamed = calls.rename(stagingPath, place.target)
    if renamed >= 0 { leftover = aside } else { _ = calls.rename(aside, place.target) }
    return renamed
  }
}
