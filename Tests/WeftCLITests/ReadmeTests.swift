import Foundation
import Testing

/// The README's program is Examples/Quickstart, which is built and run with the tests.
@Test func theReadmeShowsTheQuickstart() throws {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
  let example = try String(contentsOf: root.appendingPathComponent("Examples/Quickstart/main.swift"), encoding: .utf8)
  #expect(readme.contains("```swift\n\(example)```"))
}
