import Foundation
import Testing
import Weft

/// What stands in the documentation is what is built and run.
@Suite struct ReadmeTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private func text(_ path: String) throws -> String {
    try String(contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8)
  }

  /// The README's program is Examples/Quickstart, which is built with the tests and run by .ci/run.
  @Test func theReadmeShowsTheQuickstart() throws {
    #expect(try text("README.md").contains("```swift\n\(text("Examples/Quickstart/main.swift"))```"))
  }

  /// The server is a package of its own, which .ci/run builds and runs.
  @Test(arguments: ["README.md", "Sources/Weft/Weft.docc/Serving.md"])
  func theServerOfTheExamplesIsShown(in page: String) throws {
    let server = try text("Examples/DigitServer/Sources/Server.swift")
    #expect(try text(page).contains("```swift\n\(server)```"))
  }

  static let guides = [
    "Start", "Autograd", "Slopes", "Operations", "PyTorch", "Data", "Training", "FineTuning", "Resuming", "Serving",
    "Deployment",
  ]

  /// A guide's program is the body of a test: Guides/DataGuide.swift is that of Data.md.
  @Test(arguments: guides) func theGuidesShowWhatIsTested(guide: String) throws {
    let test = try text("Tests/WeftCLITests/Guides/\(guide)Guide.swift")
    let start = try #require(test.range(of: "    // Program:\n")).upperBound
    let end = try #require(test.range(of: "    // End.\n")).lowerBound
    let program = test[start..<end].split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.hasPrefix("    ") ? String($0.dropFirst(4)) : String($0) }.joined(separator: "\n")
    let imports = test.split(separator: "\n").filter { $0.hasPrefix("import ") && $0 != "import Testing" }
      .joined(separator: "\n")
    let page = try text("Sources/Weft/Weft.docc/\(guide).md")
    #expect(page.contains("```swift\n\(imports)\n\n\(program)```"), "\(guide).md does not show its program")
    #expect(try text("Sources/Weft/Weft.docc/Weft.md").contains("- <doc:\(guide)>"))
  }
}

/// The number that READING.md follows.
@Test func theNumberOfTheReadingIsRight() {
  let w = Tensor([0.5]).requiringGrad()
  let loss = meanSquaredError(w * Tensor([3.0]), Tensor([1.0]))
  loss.backward()
  #expect(loss.item() == 0.25)
  #expect(w.grad?.item() == 3)
}
