#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// An empty folder for one test, removed with everything in it.
package final class TemporaryFolder {
  package let path: String

  package init() throws {
    var template = Array(("/tmp/weft-test-" + String(repeating: "X", count: 6)).utf8CString)
    guard mkdtemp(&template) != nil else { throw PreparationError(number: errno) }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit { Self.remove(path) }

  /// The path of a name in the folder.
  package func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

  /// The names in the folder, hidden ones too.
  package var names: [String] { Self.names(in: path) }

  package static func names(in path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  private static func remove(_ path: String) {
    for name in names(in: path) where unlink("\(path)/\(name)") != 0 { remove("\(path)/\(name)") }
    rmdir(path)
  }
}

/// A system call that failed in a test's own preparations.
package struct PreparationError: Error {
  package let number: Int32

  package init(number: Int32) { self.number = number }
}
