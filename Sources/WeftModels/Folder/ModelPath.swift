#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A path that may be a folder.
struct ModelPath {
  let path: String

  init(_ path: String) { self.path = path }

  /// Whether something that can be read is there.
  var exists: Bool { access(path, R_OK) == 0 }

  /// Whether it is a folder. What is not there is taken for a file, whose reader says so.
  var isFolder: Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
