import Foundation

/// A folder that a test may change.
package final class FolderCopy {
  private let room: TemporaryFolder
  package let path: String

  package init(_ source: String) throws {
    room = try TemporaryFolder()
    path = room("model")
    try FileManager.default.copyItem(atPath: source, toPath: path)
  }

  package func write(_ text: String, to name: String) throws {
    let url = URL(fileURLWithPath: path).appendingPathComponent(name)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  package func write(_ data: Data, to name: String) throws {
    try data.write(to: URL(fileURLWithPath: path).appendingPathComponent(name))
  }

  package func data(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path).appendingPathComponent(name))
  }

  package func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(path)/\(name)") }

  /// Sets keys of a file of settings; nil takes a key away.
  package func set(_ values: [String: Any?], in name: String = "config.json") throws {
    var settings = try JSONSerialization.jsonObject(with: try data(name)) as? [String: Any] ?? [:]
    for (key, value) in values { settings[key] = value }
    try write(try JSONSerialization.data(withJSONObject: settings), to: name)
  }
}
