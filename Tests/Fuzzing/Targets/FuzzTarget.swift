import Foundation
import WeftData

/// A parser as the fuzzer sees it: whatever the bytes are, it comes back, in little time and memory.
package struct FuzzTarget: Sendable {
  /// What `scripts/fuzz` calls it.
  package let name: String
  /// The longest file that is made up, in bytes.
  package let longest: Int
  /// Reads a file, and says whether it is one of the format.
  package let read: @Sendable ([UInt8]) -> Bool
  private let golden: [Goldens]

  /// Files that the tests have anyway.
  struct Goldens: Sendable {
    /// From the package's folder.
    let folder: String
    /// How the names of those that are meant end.
    let endings: [String]

    init(_ folder: String, _ endings: String...) { (self.folder, self.endings) = ("Tests/\(folder)", endings) }
  }

  init(_ name: String, longest: Int, seeds golden: [Goldens] = [], _ read: @escaping @Sendable ([UInt8]) -> Bool) {
    (self.name, self.longest, self.golden, self.read) = (name, longest, golden, read)
  }

  /// Every parser that there is a target for.
  package static let all: [FuzzTarget] = tensorFiles + dataFiles + texts + vocabularies + models + folders + requests
}

// The files to begin with.
extension FuzzTarget {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../..").standardizedFileURL.path

  /// Small files of the format.
  package var seeds: [String] {
    golden.flatMap { Self.files(in: $0.folder, endings: $0.endings) } + Self.files(in: "Tests/Fuzzing/Seeds/\(name)")
  }

  /// Files that once did harm.
  package var regressions: [String] { Self.files(in: "Tests/Fuzzing/Regressions/\(name)") }

  private static func files(in folder: String, endings: [String] = [""]) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? []
    return names.sorted().filter { name in endings.contains { $0.isEmpty || name.hasSuffix($0) } }.map {
      "\(root)/\(folder)/\($0)"
    }
  }
}

extension FuzzTarget {
  /// Whether something is read to its end. The text of an error is made as well: it holds what the file says.
  static func succeeds(_ body: () throws -> Void) -> Bool {
    do {
      try body()
      return true
    } catch {
      let text = "\(error)"
      if error is DataFileError { precondition(!text.contains { $0.isNewline }, "an error of several lines: \(text)") }
      return false
    }
  }
}
