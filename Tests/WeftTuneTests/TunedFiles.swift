import Foundation
import TestSupport

/// What the tests tune, and what they compare with.
enum TunedFiles {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  static let goldens = folder.appendingPathComponent("Goldens")

  /// A small encoder; the tests of WeftModels have it.
  static let encoder =
    folder.deletingLastPathComponent().appendingPathComponent("WeftModelsTests/Goldens/encoders/bert").path

  /// A copy of it that may be changed.
  static func copy() throws -> FolderCopy { try FolderCopy(encoder) }
}
