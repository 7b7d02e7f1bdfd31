#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif
@_spi(Locks) import WeftTensor

// Note: Temporary files
//
// A file or folder under way has a hidden name beside its destination, `.weft-PROCESS-RANDOM.tmp`. Whoever writes it
// holds a lock on it (`flock`), which the system lets go of when the process ends, however it ends. So what is not
// locked was left behind by a process that was killed, and the next to write into that folder removes it. Process
// numbers decide nothing: they come again, and mean another process in another container.
//
// Between its creation and its lock a file could be taken for one that was left behind. So its maker looks after locking
// whether it is still there, and makes another if not; and a sweeper removes only what it has locked itself.

/// A lock that tells other processes that a temporary file or folder is being written.
struct TemporaryLock {
  /// The open file or folder; the lock lasts until it is closed.
  let descriptor: Int32

  /// How often a maker tries again after somebody swept away what it had just made.
  static let attempts = 100

  /// Locks what was just created at `path`; false where somebody swept it away before.
  ///
  /// A file system without locks, or whose inode numbers change, is no obstacle: nothing can be swept there either.
  static func holds(_ descriptor: Int32, _ path: String) -> Bool {
    let isLocked = flock(descriptor, LOCK_EX | LOCK_NB) == 0
    if !isLocked, errno == EWOULDBLOCK { return false }
    var named = stat()
    return lstat(path, &named) == 0 || errno != ENOENT
  }

  /// Whether `path` still names the open file.
  static func isSame(_ descriptor: Int32, _ path: String) -> Bool {
    var (opened, named) = (stat(), stat())
    return fstat(descriptor, &opened) == 0 && lstat(path, &named) == 0 && opened.st_ino == named.st_ino
      && opened.st_dev == named.st_dev
  }

  /// Opens and locks the folder that was just made at `path`; nil where somebody swept it away before, a negative
  /// `errno` where it cannot be opened.
  static func ofFolder(_ path: String) -> Outcome? {
    let opened = FileCalls.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    guard opened >= 0 else { return opened == -Int(ENOENT) ? nil : .failed(Int32(-opened)) }
    guard holds(Int32(opened), path) else {
      close(Int32(opened))
      return nil
    }
    return .locked(TemporaryLock(descriptor: Int32(opened)))
  }

  enum Outcome {
    case locked(TemporaryLock)
    case failed(Int32)
  }

  func release() { close(descriptor) }
}

/// What processes that were killed left behind.
package enum LeftBehind {
  /// The folders that this process has swept.
  private static let swept = Guarded<Set<String>>([])

  /// Removes from `folder` what no living process writes; once in the life of this process, so that writing many files
  /// does not mean reading a long list of names each time.
  static func sweepOnce(_ folder: String) {
    // A folder under way was made by this process, and nothing can lie in it.
    if isTemporary(lastName(of: folder)) { return }
    let isFirst = swept.withLock { $0.insert(folder).inserted }
    if isFirst { sweep(folder) }
  }

  package static func sweep(_ folder: String) {
    for name in FolderTree.names(in: folder) where isTemporary(name) { remove("\(folder)/\(name)") }
  }

  /// Whether a name is one of `WritePath.temporaryName()`: `.weft-`, digits, a dash, letters and digits, `.tmp`.
  static func isTemporary(_ name: String) -> Bool {
    guard name.hasPrefix(".weft-"), name.hasSuffix(".tmp") else { return false }
    let parts = name.dropFirst(6).dropLast(4).split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return false }
    let isNumber = parts[0].utf8.allSatisfy { (0x30...0x39).contains($0) }
    return isNumber && parts[1].utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
  }

  /// Removes a file or folder of this user's that nobody holds.
  private static func remove(_ path: String) {
    // Whatever lies under such a name, a pipe or a link among them, opening it neither waits nor follows.
    let opened = FileCalls.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    guard opened >= 0 else { return }
    let descriptor = Int32(opened)
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_uid == geteuid(), status.isFolder || status.isFile,
      flock(descriptor, LOCK_EX | LOCK_NB) == 0, TemporaryLock.isSame(descriptor, path)
    else { return }
    if status.isFolder { FolderTree.remove(path) } else { unlink(path) }
  }

  private static func lastName(of path: String) -> String {
    String(path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...])
  }
}
