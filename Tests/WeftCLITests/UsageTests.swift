import Testing

@Suite struct UsageTests {
  @Test func theVersionIsPrinted() throws {
    let outcome = try Program.run("--version")
    #expect(outcome.status == 0)
    #expect(outcome.output == "0.1.0\n")
  }
}
