import Foundation
import Testing

/// The page of a target names every type of it, in a group: what stands in none ends up in a flat list of hundreds.
@Suite struct CatalogTests {
  private static let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../Sources").standardized

  /// The types that a target's files declare in public, outside of other types, and other names of types.
  private static func types(of target: String) throws -> (types: Set<String>, names: Set<String>) {
    var (found, names) = (Set<String>(), Set<String>())
    let files = FileManager.default.enumerator(
      at: sources.appendingPathComponent(target), includingPropertiesForKeys: nil)
    while let file = files?.nextObject() as? URL {
      guard file.pathExtension == "swift" else { continue }
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") where !line.hasPrefix("@_spi") {
        let declared = line.prefixMatch(
          of: /(?:@\w+(?:\([^)]*\))? )*(?:public|open) (?:final |indirect )?(?:class|struct|enum|protocol|actor) (\w+)/)
        if let declared { found.insert(String(declared.1)) }
        if let name = line.prefixMatch(of: /public typealias (\w+)/) { names.insert(String(name.1)) }
      }
    }
    return (found, names)
  }

  @Test(
    arguments: [
      "WeftTensor", "WeftContract", "WeftNN", "WeftData", "WeftIO", "WeftText", "WeftTrain", "WeftModels", "WeftTune",
      "WeftONNX", "WeftServe", "WeftMPI",
    ]
  ) func everyTypeIsInAGroup(target: String) throws {
    let page = try String(
      contentsOf: Self.sources.appendingPathComponent("\(target)/\(target).docc/\(target).md"), encoding: .utf8)
    let listed = Set(page.matches(of: /^- ``([\w\/]+)``$/.anchorsMatchLineEndings()).map { String($0.1) })
    let (types, names) = try Self.types(of: target)
    #expect(types.count > 2)
    #expect(types.subtracting(listed).isEmpty, "in no group: \(types.subtracting(listed).sorted())")
    let absent = listed.subtracting(types).subtracting(names)
    #expect(absent.isEmpty, "not there: \(absent.sorted())")
  }
}
