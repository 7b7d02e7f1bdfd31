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
