#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A file or folder that could not be written; whatever stood at its path before is still there.
public struct FileWriteError: Error, Hashable, Sendable {
  /// What went wrong, as a code that stays the same between versions.
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// The disk, or the user's share of it, is full.
    case diskFull = "file.disk-full"
    /// The user may not write there.
    case permissionDenied = "file.permission-denied"
    /// The file system is mounted read-only.
    case readOnly = "file.read-only"
    /// The folder that should hold the file does not exist.
    case missingFolder = "file.missing-folder"
    /// A folder stands where a file should go, or a file where a folder should.
    case wrongKind = "file.wrong-kind"
    /// Another failure: see the system's error number.
    case failed = "file.failed"
  }

  /// The step that failed.
  public enum Step: String, Hashable, Sendable {
    /// The temporary file that becomes the new one.
    case create = "create a temporary file beside it"
    /// A folder above the one to be written.
    case makeFolder = "make this folder"
    /// The temporary folder that becomes the new one.
    case createFolder = "create a temporary folder beside it"
    /// The content.
    case write = "write its temporary file"
    /// `fsync`: until then a power failure may lose it.
    case sync = "bring its bytes to the disk"
    /// The exchange of the new one for what stood there.
    case replace = "put the new one in its place"
  }

  /// The path that should have been written.
  public let path: String
  /// The step that failed.
  public let step: Step
  /// The system's error number (`errno`).
  public let errorNumber: Int32
  /// How many bytes had been written.
  public let bytesWritten: Int

  package init(_ path: String, _ step: Step, _ errorNumber: Int32, bytesWritten: Int = 0) {
    self.path = path
    self.step = step
    self.errorNumber = errorNumber
    self.bytesWritten = bytesWritten
  }

  /// What went wrong.
  public var code: Code {
    switch errorNumber {
    case ENOSPC, EDQUOT: .diskFull
    case EACCES, EPERM: .permissionDenied
    case EROFS: .readOnly
    case ENOENT: .missingFolder
    case EISDIR, ENOTDIR: .wrongKind
    default: .failed
    }
  }
}

extension FileWriteError: CustomStringConvertible {
  /// The whole error on one line.
  public var description: String {
    let reason = "\(String(cString: strerror(errorNumber))) (errno \(errorNumber))"
    let amount = bytesWritten > 0 ? " after \(bytesWritten) bytes" : ""
    return "\(path): could not \(step.rawValue)\(amount): \(reason); "
      + "what stood at this path before is unchanged [\(code.rawValue)]"
  }
}
