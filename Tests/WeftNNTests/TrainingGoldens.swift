import Foundation

/// Files of Goldens/training (see Goldens/make_training.py).
enum Golden {
  /// The cases of a file.
  static func cases<Case: Decodable>(_ name: String, of type: Case.Type) throws -> [Case] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Goldens/training")
    return try JSONDecoder().decode([Case].self, from: Data(contentsOf: folder.appendingPathComponent("\(name).json")))
  }
}
