import TestSupport
import Testing
import Weft
import WeftONNX

@Suite struct BackendCaseTests {
  private static let cases = "\(Models.folder)/cases"

  @Test func foldersAreFound() throws {
    #expect(try BackendCase.folders(in: Self.cases) == ["\(Self.cases)/fails", "\(Self.cases)/passes"])
    #expect(try BackendCase.folders(in: "\(Self.cases)/passes") == ["\(Self.cases)/passes"])
    #expect(throws: (any Error).self) { try BackendCase.folders(in: "\(Self.cases)/none") }
  }

  @Test func resultsAreCompared() {
    if case .passed = BackendCase("\(Self.cases)/passes").run() {} else { Issue.record("it should pass") }
    guard case .failed(let reason) = BackendCase("\(Self.cases)/fails").run() else {
      Issue.record("it should fail")
      return
    }
    #expect(reason.hasPrefix("at: "))
    #expect(reason.contains("expected"))
  }
}
