#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// What is done to a folder and everything in it; symbolic links are never followed.
enum FolderTree {
  /// Brings every file and folder to the disk, the innermost first; a negative `errno` where that fails.
  static func sync(_ path: String, _ calls: FileCalls) -> Int {
    for entry in entries(of: path) where entry.isFolder || entry.isFile {
      let status = entry.isFolder ? sync(entry.path, calls) : syncOne(entry.path, calls)
      guard status >= 0 else { return status }
    }
    return syncOne(path, calls)
  }

  /// The names in a folder, hidden ones too; none where it cannot be read.
  static func names(in path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  /// Removes the folder, as far as the system lets it.
  static func remove(_ path: String) {
    for entry in entries(of: path) {
      if entry.isFolder { remove(entry.path) } else { unlink(entry.path) }
    }
    rmdir(path)
  }
}

extension FolderTree {
  private struct Entry {
    let path: String
    let isFolder: Bool
    let isFile: Bool

    init(_ path: String) {
      var status = stat()
      let isThere = lstat(path, &status) == 0
      self.path = path
      isFolder = isThere && status.isFolder
      isFile = isThere && status.isFile
    }
  }

  private static func entries(of path: String) -> [Entry] { names(in: path).map { Entry("\(path)/\($0)") } }

  private static func syncOne(_ path: String, _ calls: FileCalls) -> Int {
    let descriptor = FileCalls.open(path, O_RDONLY)
    guard descriptor >= 0 else { return descriptor }
    defer { close(Int32(descriptor)) }
    let status = calls.sync(Int32(descriptor))
    // Some file systems cannot sync a folder; they need no such call either.
    return status == -Int(EINVAL) ? 0 : status
  }
}
