import Foundation
import Testing
import Weft

@Suite struct TuneCommandTests {
  /// A tiny encoder of the tests of WeftModels.
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("WeftModelsTests/Goldens/encoders/bert").path

  private static let pairs = """
    query,document,score
    who eats?,the man eats food,1
    a cat,the cat sleeps,0.5
    where?,in the house,1
    """

  private func run(
    _ arguments: String..., pairs: String = Self.pairs
  ) throws -> (room: TemporaryFolder, outcome: Program.Outcome) {
    let room = try TemporaryFolder()
    try Data(pairs.utf8).write(to: URL(fileURLWithPath: room("pairs.csv")))
    let all = ["tune", Self.folder, "--pairs", room("pairs.csv"), "-o", room("out"), "--batch-size", "2"] + arguments
    return (room, try Program(all).outcome())
  }

  @Test func embeddersAreTuned() throws {
    let (room, outcome) = try run("--epochs", "2", pairs: Self.pairs.replacing("0.5", with: "1"))
    #expect(outcome.status == 0, "\(outcome.complaint)")
    #expect(outcome.output.hasPrefix("\(room("out")): a model of "))
    #expect(try Program.run("embed", room("out"), "a cat").status == 0)
  }

  /// Pairs that do not belong together are not pulled together, and no loss is given what it cannot reach.
  @Test(arguments: [
    ("contrastive", "0.5", "expected pairs of score 1"), ("cosine", "5", "expected scores of -1.0 to 1.0"),
    ("binary", "5", "expected scores of 0.0 to 1.0"),
  ]) func scoresFitTheLoss(_ loss: String, _ score: String, _ words: String) throws {
    let (_, outcome) = try run("--loss", loss, pairs: Self.pairs.replacing("0.5", with: score))
    #expect(outcome.status == 1 && outcome.complaint.contains(words), "\(outcome.complaint)")
    #expect(outcome.complaint.contains("found \(score)") && outcome.complaint.contains("in pair 2"))
  }

  @Test func rerankersAreTunedByAnAdapter() throws {
    let (room, outcome) = try run("--loss", "binary", "--lora", "2", "--lora-targets", "query,value", "--adapter")
    #expect(outcome.status == 0, "\(outcome.complaint)")
    #expect(outcome.output == "\(room("out")): an adapter of 4 layers\n")
    let names = try TensorFile(room("out/adapter_model.safetensors")).entries.map(\.name)
    #expect(names.contains("base_model.model.bert.encoder.layer.1.attention.self.query.lora_A.weight"))
    #expect(names.contains("base_model.model.classifier.weight") && names.count == 10)
  }

  @Test(arguments: [
    ["--adapter"], ["--epochs", "0"], ["--loss", "best"], ["--learning-rate", "nan"], ["--max-length", "0"],
    ["--epochs", "9223372036854775807"], ["--batch-size", "9223372036854775807"], ["--scale", "nan"],
    ["--lora-alpha", "2"],
  ]) func misuseIsExplained(_ arguments: [String]) throws {
    let outcome = try Program(["tune", Self.folder, "--pairs", "p.csv", "-o", "out"] + arguments).outcome()
    #expect(outcome.status == 64 && outcome.output.isEmpty)
  }

  /// Killed in the middle, a tuning ends with the numbers of one that ran through.
  @Test func aTuningThatIsStoppedGoesOn() throws {
    let pairs = Self.pairs.replacing("0.5", with: "1")
    let (whole, outcome) = try run("--epochs", "60", pairs: pairs)
    #expect(outcome.status == 0, "\(outcome.complaint)")
    #expect(whole.names == ["out", "pairs.csv"], "\(whole.names)")
    let room = try TemporaryFolder()
    try Data(pairs.utf8).write(to: URL(fileURLWithPath: room("pairs.csv")))
    let words = [
      "tune", Self.folder, "--pairs", room("pairs.csv"), "-o", room("out"), "--batch-size", "2", "--epochs", "60",
    ]
    #expect(try Program(words + ["--resume"]).outcome().complaint.contains("there is no tuning to go on with"))
    let program = try Program(words)
    for _ in 0..<6_000 where Checkpoints.paths(in: room("out.checkpoints")).isEmpty {
      Thread.sleep(forTimeInterval: 0.002)
    }
    kill(program.process.processIdentifier, SIGTERM)
    let stopped = try program.outcome()
    try #require(stopped.status == 143, "\(stopped.status) \(stopped.complaint)")
    #expect(try Program(words).outcome().complaint.contains("a tuning that was stopped stands there"))
    #expect(
      try Program(words + ["--resume", "--seed", "8"]).outcome().complaint.contains(
        "begun with other options, pairs or another model (--seed): give"))
    let resumed = try Program(words + ["--resume"]).outcome()
    #expect(resumed.status == 0 && resumed.output.contains("going on after step"), "\(resumed.complaint)")
    #expect(try room.contents("out/model.safetensors") == whole.contents("out/model.safetensors"))
    #expect(room.names == ["out", "pairs.csv"], "\(room.names)")
  }

  /// What its numbers follow from is what it was begun with: columns and weights too.
  @Test func aTuningGoesOnWithItsOwnPairsAndWeights() throws {
    let room = try TemporaryFolder()
    let model = room("model")
    try FileManager.default.copyItem(atPath: Self.folder, toPath: model)
    let pairs = "query,document,answer\nwho eats?,the man eats food,the cat sleeps\nwhere?,in the house,the man\n"
    try Data(pairs.utf8).write(to: URL(fileURLWithPath: room("pairs.csv")))
    let words = ["tune", model, "--pairs", room("pairs.csv"), "-o", room("out"), "--epochs", "2000"]
    let program = try Program(words)
    for _ in 0..<6_000 where Checkpoints.paths(in: room("out.checkpoints")).isEmpty {
      Thread.sleep(forTimeInterval: 0.002)
    }
    kill(program.process.processIdentifier, SIGKILL)
    _ = try program.outcome()
    let others = try Program(words + ["--resume", "--second", "answer"]).outcome()
    #expect(others.complaint.contains("another model (the pairs): give"), "\(others.complaint)")
    let weights = "\(model)/model.safetensors"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: weights))
    bytes[bytes.count - 1] ^= 1
    try bytes.write(to: URL(fileURLWithPath: weights))
    let changed = try Program(words + ["--resume"]).outcome()
    #expect(changed.complaint.contains("another model (the model): give"), "\(changed.complaint)")
    let settings = room("out.checkpoints/settings.json")
    try Data("{\"epochs\": 2000}".utf8).write(to: URL(fileURLWithPath: settings))
    let older = try Program(words + ["--resume"]).outcome()
    #expect(older.complaint.contains("of another version or damaged; remove"), "\(older.complaint)")
  }

  /// Killed before there was anything to go on from, it begins anew; words that began nothing are refused.
  @Test func aTuningWithoutACheckpointBeginsAnew() throws {
    let room = try TemporaryFolder()
    try Data(Self.pairs.replacing("0.5", with: "1").utf8).write(to: URL(fileURLWithPath: room("pairs.csv")))
    let words = ["tune", Self.folder, "--pairs", room("pairs.csv"), "-o", room("out")]
    let program = try Program(words + ["--epochs", "2000"])
    for _ in 0..<6_000 where Checkpoints.paths(in: room("out.checkpoints")).isEmpty {
      Thread.sleep(forTimeInterval: 0.002)
    }
    kill(program.process.processIdentifier, SIGKILL)
    _ = try program.outcome()
    for path in Checkpoints.paths(in: room("out.checkpoints")) { try FileManager.default.removeItem(atPath: path) }
    let other = try Program(words + ["--epochs", "2", "--resume"]).outcome()
    #expect(other.complaint.contains("begun with other options"), "\(other.complaint)")
    let settings = try room.text("out.checkpoints/settings.json").replacing("2000", with: "2")
    try Data(settings.utf8).write(to: URL(fileURLWithPath: room("out.checkpoints/settings.json")))
    let resumed = try Program(words + ["--epochs", "2", "--resume"]).outcome()
    #expect(resumed.status == 0 && resumed.output.hasPrefix("\(room("out")): a model of "), "\(resumed.complaint)")
    #expect(room.names == ["out", "pairs.csv"], "\(room.names)")
  }

  /// A folder with files is somebody's, maybe that of the model itself.
  @Test func foldersAreNotReplaced() throws {
    let room = try TemporaryFolder()
    try Data(Self.pairs.utf8).write(to: URL(fileURLWithPath: room("pairs.csv")))
    let outcome = try Program(["tune", Self.folder, "--pairs", room("pairs.csv"), "-o", room("")]).outcome()
    #expect(outcome.status == 1 && outcome.complaint.contains("expected a new or empty folder"))
  }

  @Test(arguments: [["--first", "queri"], ["--lora", "0"], ["--lora", "2", "--lora-targets", "keys"]])
  func wrongSettingsAreOneLine(_ arguments: [String]) throws {
    let room = try TemporaryFolder()
    try Data(Self.pairs.utf8).write(to: URL(fileURLWithPath: room("pairs.csv")))
    let all = ["tune", Self.folder, "--pairs", room("pairs.csv"), "-o", room("out")] + arguments
    let outcome = try Program(all).outcome()
    #expect(outcome.status == 1 && outcome.complaints.count == 1, "\(outcome.complaint)")
    #expect(!FileManager.default.fileExists(atPath: room("out")))
  }
}
