import Foundation

/// Files of Goldens/training (see Goldens/make_training.py).
enum Golden {
  /// The cases of a file.
  static func cases<Case: Decodable>(_ name: String, of type: Case.Type) throws -> [Case] {
    try record(name, of: [Case].self)
  }

  /// All of a file.
  static func record<Record: Decodable>(_ name: String, of type: Record.Type) throws -> Record {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Goldens/training")
    return try JSONDecoder().decode(type, from: Data(contentsOf: folder.appendingPathComponent("\(name).json")))
  }
}
