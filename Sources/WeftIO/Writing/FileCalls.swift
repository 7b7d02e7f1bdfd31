#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// The system calls by which files are written and put in place, each returning a negative `errno` where it fails.
///
/// They are values so that a test can make a disk full, or a file system old, at any one of them.
package struct FileCalls: Sendable {
  package var write: @Sendable (_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int
  package var sync: @Sendable (_ descriptor: Int32) -> Int
  package var rename: @Sendable (_ from: String, _ to: String) -> Int
  package var exchange: @Sendable (_ one: String, _ other: String) -> Int

  package init(
    write: @escaping @Sendable (Int32, UnsafeRawBufferPointer) -> Int = { result(of: systemWrite($0, $1)) },
    sync: @escaping @Sendable (Int32) -> Int = { result(of: Int(fsync($0))) },
    rename: @escaping @Sendable (String, String) -> Int = { result(of: Int(systemRename($0, $1))) },
    exchange: @escaping @Sendable (String, String) -> Int = systemExchange
  ) {
    self.write = write
    self.sync = sync
    self.rename = rename
    self.exchange = exchange
  }

  /// Opens a path; never inherited by a child process.
  static func open(_ path: String, _ flags: Int32, mode: mode_t = 0) -> Int {
    result(of: Int(systemOpen(path, flags | O_CLOEXEC, mode)))
  }

  /// Brings a folder's list of names to the disk, so that a rename in it survives a power failure. Some file systems
  /// cannot, and the rename itself has succeeded by then: so a failure here is none.
  func syncFolder(_ path: String) {
    let descriptor = FileCalls.open(path, O_RDONLY | O_DIRECTORY)
    guard descriptor >= 0 else { return }
    _ = sync(Int32(descriptor))
    close(Int32(descriptor))
  }
}

/// What a system call returned, or its negative `errno`.
package func result(of returned: Int) -> Int { returned < 0 ? -Int(errno) : returned }

package func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  write(descriptor, bytes.baseAddress, bytes.count)
}

package func systemRename(_ from: String, _ to: String) -> Int32 { rename(from, to) }

private func systemOpen(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 { open(path, flags, mode) }

/// Swaps two paths in one step, where the C library has `renameat2`: Swift's import of it leaves that function out.
@Sendable package func systemExchange(_ one: String, _ other: String) -> Int {
  typealias Call = @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32
  guard let symbol = dlsym(nil, "renameat2") else { return -Int(ENOSYS) }
  let exchangeFlag: UInt32 = 2  // RENAME_EXCHANGE in <linux/fs.h>
  let call = unsafeBitCast(symbol, to: Call.self)
  return result(of: Int(call(AT_FDCWD, one, AT_FDCWD, other, exchangeFlag)))
}
