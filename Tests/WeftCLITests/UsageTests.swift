import Testing

@Suite struct UsageTests {
  @Test func theVersionIsPrinted() throws {
    let outcome = try Program.run("--version")
    #expect(outcome.status == 0)
    #expect(outcome.output == "0.1.0\n")
  }

  @Test(arguments: [["--help"], ["help"], [], ["train", "--help"], ["train"], ["help", "predict"]])
  func helpGoesToStandardOutput(arguments: [String]) throws {
    let outcome = try Program(arguments).outcome()
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("USAGE: weft"))
    #expect(outcome.complaint.isEmpty)
  }

  @Test(arguments: [
    ["--nonsense"], ["trian"], ["train", "digits", "--epochs", "0"], ["train", "digits", "--epochs", "many"],
    ["train", "digits", "--batch-size", "-1"], ["train", "digits", "--learning-rate", "nan"],
    ["train", "digits", "--threads", "0"], ["train", "digits", "--seed", "-1"], ["train", "mnist"],
    ["train", "mnist", "--data", "/tmp", "--model", "digits"], ["train", "table", "x.csv"],
    ["train", "table", "x.csv", "--target", "y", "--validation", "1"],
    ["train", "table", "x.csv", "--target", "y", "--hidden", "64,,2"], ["train", "images"],
    ["train", "images", "x", "--size", "8"], ["train", "text", "x", "--length", "5"],
    ["train", "text", "x", "--model", "gpt", "--hidden", "66"], ["report"],
    ["predict", "folder", "x", "--temperature", "-1"], ["summary", "transformer"],
    ["summary", "cnn", "--batch-size", "0"], ["evaluate"], ["predict", "folder"],
    ["predict", "folder", "image.png", "--invert", "maybe"], ["bench"], ["bench", "mlp", "--list"],
    ["op"], ["op", "sum"], ["op", "sum", "--list", "--inputs", "in"], ["op", "sum", "--inputs", "in"],
    ["ops", "--slow"],
    ["serve"], ["serve", "a", "--adapter", "adapters/legal"], ["serve", "a", "--adapter", "legal="],
    ["serve", "a", "--adapter", "=adapters/legal"], ["serve", "a", "--adapter", "x=b", "--adapter", "x=c"],
    ["bench", "mlp", "--precision", "int4"], ["bench", "mlp", "--seconds", "0"], ["bench", "mlp", "--losses", "0"],
  ])
  func misuseIsExplainedOnStandardError(arguments: [String]) throws {
    let outcome = try Program(arguments).outcome()
    #expect(outcome.status == 64)
    #expect(!outcome.wasKilled)
    #expect(outcome.output.isEmpty)
    #expect(outcome.complaint.hasPrefix("Error: "))
    #expect(outcome.complaint.contains("\nUsage: weft"))
  }

  @Test func aSubcommandThatDoesNotExistSuggestsTheNearest() throws {
    for (arguments, meant) in [(["trian", "digits"], "train"), (["train", "minst"], "mnist"), (["ob"], "op")] {
      let outcome = try Program(arguments).outcome()
      #expect(outcome.status == 64)
      #expect(outcome.complaint.hasPrefix("Error: There is no subcommand"))
      #expect(outcome.complaint.contains("; did you mean \(meant)?\nUsage: weft"), "\(outcome.complaint)")
    }
  }

  @Test func theSummaryCountsParameters() throws {
    for (model, count) in [("digits", "38,282"), ("mlp", "535,818"), ("cnn", "421,642"), ("lstm", "82,186")] {
      let outcome = try Program.run("summary", model, "--batch-size", "3")
      #expect(outcome.status == 0)
      #expect(outcome.output.contains("parameters: \(count) (\(count) learn)"), "\(outcome.output)")
      #expect(outcome.output.contains("[3, 10]"))
    }
  }

  @Test func theDoctorNamesTheMachine() throws {
    let outcome = try Program.run("doctor")
    #expect(outcome.status == 0)
    for row in [
      "weft", "processor", "instruction sets", "threads", "oneDNN", "bfloat16", "physical memory", "tensors may hold",
    ] {
      #expect(outcome.output.split(separator: "\n").contains { $0.hasPrefix(row + " ") }, "\(row)")
    }
  }
}
