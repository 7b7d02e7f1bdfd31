import Foundation
import TestSupport

/// The golden folders beside the tests.
enum ModelFiles {
  static let goldens = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Goldens")

  static func path(_ name: String) -> String { goldens.appendingPathComponent("encoders/\(name)").path }

  /// A model that reads pictures, or what belongs to them.
  static func imagePath(_ name: String) -> String { goldens.appendingPathComponent("images/\(name)").path }

  /// A copy of a golden folder that may be changed.
  static func copy(of name: String) throws -> FolderCopy { try FolderCopy(path(name)) }

  /// A copy of a model that reads pictures.
  static func copy(ofImages name: String) throws -> FolderCopy { try FolderCopy(imagePath(name)) }
}

/// A folder that a test may change.
final class FolderCopy {
  private let room: TemporaryFolder
  let path: String

  init(_ source: String) throws {
    room = try TemporaryFolder()
    path = room("model")
    try FileManager.default.copyItem(atPath: source, toPath: path)
  }

  func write(_ text: String, to name: String) throws {
    let url = URL(fileURLWithPath: path).appendingPathComponent(name)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  func write(_ data: Data, to name: String) throws {
    try data.write(to: URL(fileURLWithPath: path).appendingPathComponent(name))
  }

  func data(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path).appendingPathComponent(name))
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(path)/\(name)") }

  /// Sets keys of a file of settings; nil takes a key away.
  func set(_ values: [String: Any?], in name: String = "config.json") throws {
    var settings = try JSONSerialization.jsonObject(with: try data(name)) as? [String: Any] ?? [:]
    for (key, value) in values { settings[key] = value }
    try write(try JSONSerialization.data(withJSONObject: settings), to: name)
  }
}
