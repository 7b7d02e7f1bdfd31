#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A path that is about to be replaced: where it really is, and a name beside it for what will take its place.
struct WritePath {
  /// The path with symbolic links followed, so that a link stays one and its target is replaced.
  let target: String
  /// The folder that holds the target.
  let folder: String

  init(_ path: String) {
    var trimmed = path[...]
    while trimmed.count > 1, trimmed.last == "/" { trimmed.removeLast() }
    target = Self.resolved(String(trimmed))
    folder = Self.folder(of: target)
  }

  /// A name in the same folder, and so on the same disk, that nothing has. It does not grow with the target's name,
  /// which may have the greatest length already.
  ///
  /// - Parameter ending: `tmp` for what may be swept away once nobody holds it (`Note: Temporary files`).
  func temporaryName(ending: String = "tmp") -> String {
    let random = String(UInt64.random(in: .min ... .max), radix: 36)
    return "\(folder)/.weft-\(getpid())-\(random).\(ending)"
  }

  /// What stands at the target, if anything does.
  var status: stat? {
    var status = stat()
    return stat(target, &status) == 0 ? status : nil
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func resolved(_ path: String) -> String { real(path) ?? path }

  /// The path of what is there, with all links followed; nil where nothing is.
  static func real(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }
}

extension stat {
  var isFolder: Bool { st_mode & S_IFMT == S_IFDIR }
  var isFile: Bool { st_mode & S_IFMT == S_IFREG }
}
