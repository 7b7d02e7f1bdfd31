import Foundation
import Testing
import Weft

/// The README's program is Examples/Quickstart, which is built with the tests and run by .ci/run.
@Test func theReadmeShowsTheQuickstart() throws {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
  let example = try String(contentsOf: root.appendingPathComponent("Examples/Quickstart/main.swift"), encoding: .utf8)
  #expect(readme.contains("```swift\n\(example)```"))
}

/// The number that READING.md follows.
@Test func theNumberOfTheReadingIsRight() {
  let w = Tensor([0.5]).requiringGrad()
  let loss = meanSquaredError(w * Tensor([3.0]), Tensor([1.0]))
  loss.backward()
  #expect(loss.item() == 0.25)
  #expect(w.grad?.item() == 3)
}
