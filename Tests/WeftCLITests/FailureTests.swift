import Foundation
import Testing
import Weft

/// What can go wrong outside: each gives one line on standard error and a status that is not zero.
@Suite(.serialized) struct FailureTests {
  /// Checks that a run failed with one line that contains these words.
  private func expectComplaint(
    _ outcome: Program.Outcome, _ words: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(outcome.status == 1, "\(outcome.complaint)", sourceLocation: sourceLocation)
    #expect(!outcome.wasKilled, sourceLocation: sourceLocation)
    let complaints = outcome.complaints.filter { !$0.hasPrefix("epoch ") }
    #expect(complaints.count == 1, "\(outcome.complaint)", sourceLocation: sourceLocation)
    #expect(complaints.first?.hasPrefix("weft: ") == true, sourceLocation: sourceLocation)
    for word in words {
      #expect(outcome.complaint.contains(word), "\(outcome.complaint)", sourceLocation: sourceLocation)
    }
  }

  /// An IDX file of bytes.
  private func idx(_ shape: [Int], value: UInt8 = 1, lacking: Int = 0) -> [UInt8] {
    let sizes = shape.flatMap { size in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) } }
    return [0, 0, 8, UInt8(shape.count)] + sizes + [UInt8](repeating: value, count: shape.reduce(1, *) - lacking)
  }

  /// A folder of small MNIST files, changed by `change`.
  private func data(_ change: (inout [String: [UInt8]]) -> Void) throws -> TemporaryFolder {
    var files = [
      "train-images-idx3-ubyte": idx([64, 28, 28]), "train-labels-idx1-ubyte": idx([64]),
      "t10k-images-idx3-ubyte": idx([16, 28, 28]), "t10k-labels-idx1-ubyte": idx([16]),
    ]
    change(&files)
    let folder = try TemporaryFolder()
    for (name, bytes) in files { try AtomicFile.write(bytes, to: folder(name)) }
    return folder
  }

  private func training(on data: TemporaryFolder) throws -> Program.Outcome {
    try Program.run("train", "mnist", "--data", data.url.path, "--model", "mlp", "--epochs", "1", "--out", data("run"))
  }

  @Test func smallFilesOfMNISTAreTrainedOn() throws {
    let folder = try data { _ in }
    #expect(try training(on: folder).status == 0)
    let outcome = try Program.run("evaluate", folder("run"), "--data", folder.url.path)
    #expect(outcome.output.contains("mlp on mnist, 16 test images"))
    expectComplaint(try Program.run("evaluate", folder("run")), "--data")
  }

  @Test func badDataFilesAreRefused() throws {
    let images = "train-images-idx3-ubyte"
    expectComplaint(try training(on: data { $0[images] = nil }), images, "neither")
    expectComplaint(try training(on: data { $0[images] = [] }), images)
    expectComplaint(try training(on: data { $0[images] = idx([64, 28, 28], lacking: 1) }), images, "truncated")
    expectComplaint(try training(on: data { $0[images]?[2] = 7 }), images, "wrong-format")
    expectComplaint(try training(on: data { $0[images] = Array("<html><body>".utf8) }), "HTML page")
    expectComplaint(try training(on: data { $0[images] = idx([64, 8, 8]) }), "28x28", "8x8")
    expectComplaint(try training(on: data { $0["t10k-labels-idx1-ubyte"] = idx([16], value: 10) }), "label 10")
    expectComplaint(try training(on: data { $0["t10k-labels-idx1-ubyte"] = idx([15]) }), "16 labels")
  }

  @Test func aFolderThatCannotBeWrittenIsRefusedBeforeTraining() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write("text", to: folder("file"))
    for out in [folder("file"), folder("file/run"), "/proc/run", "/dev/null/run"] {
      let outcome = try Program.run("train", "digits", "--epochs", "1", "--out", out)
      expectComplaint(outcome, "could not")
      #expect(outcome.output.isEmpty)
    }
  }

  @Test func aDiskThatIsFullLeavesTheLastWholeFolder() throws {
    let folder = try TemporaryFolder()
    #expect(try Program.run("train", "digits", "--epochs", "1", "--out", folder("run")).status == 0)
    let before = try folder.contents("run/model.safetensors")
    // No file may grow beyond 64 KiB: the weights are larger.
    let outcome = try Program.run(
      "train", "digits", "--epochs", "1", "--seed", "1", "--out", folder("run"), "--replace", fileSizeLimit: 128)
    expectComplaint(outcome, "model.safetensors", "could not write its temporary file", "File too large")
    #expect(try folder.contents("run/model.safetensors") == before)
    #expect(folder.names == ["run"])
  }

  @Test(arguments: [SIGINT, SIGTERM]) func aSignalEndsTheTrainingAndKeepsTheFolder(signal: Int32) throws {
    let folder = try TemporaryFolder()
    let program = try Program(["train", "digits", "--epochs", "100000", "--out", folder("run")])
    for _ in 0..<6_000 where !FileManager.default.fileExists(atPath: folder("run/metrics.csv")) {
      Thread.sleep(forTimeInterval: 0.01)
    }
    Thread.sleep(forTimeInterval: 0.1)
    kill(program.process.processIdentifier, signal)
    let outcome = try program.outcome()
    #expect(outcome.status == 128 + signal)
    #expect(!outcome.wasKilled)
    #expect(outcome.complaints.last == (signal == SIGINT ? "weft: interrupted" : "weft: terminated"))
    #expect(folder.names == ["run"])
    #expect(try Program.run("evaluate", folder("run")).status == 0)
  }

  @Test func damagedRunFoldersAreRefused() throws {
    let folder = try TemporaryFolder()
    #expect(try Program.run("train", "digits", "--epochs", "1", "--out", folder("run")).status == 0)
    let weights = [UInt8](try folder.contents("run/model.safetensors"))
    let configuration = try folder.text("run/config.json")

    func evaluate(weights: [UInt8], _ configuration: String) throws -> Program.Outcome {
      try AtomicFile.write(weights, to: folder("run/model.safetensors"))
      try AtomicFile.write(configuration, to: folder("run/config.json"))
      return try Program.run("evaluate", folder("run"))
    }
    expectComplaint(try evaluate(weights: Array(weights.dropLast()), configuration), "model.safetensors", "truncated")
    expectComplaint(try evaluate(weights: [], configuration), "an empty file")
    expectComplaint(try evaluate(weights: weights, "{"), "config.json")
    expectComplaint(try evaluate(weights: weights, "{}"), "config.json")
    let other = configuration.replacingOccurrences(
      of: "\"architecture\" : \"digits\"", with: "\"architecture\" : \"mlp\"")
    expectComplaint(try evaluate(weights: weights, other), "does not fit the module: missing (")
    let unknown = configuration.replacingOccurrences(
      of: "\"architecture\" : \"digits\"", with: "\"architecture\" : \"gpt\"")
    expectComplaint(try evaluate(weights: weights, unknown), "unknown architecture gpt")
    let strange = configuration.replacingOccurrences(of: "\"dataset\" : \"digits\"", with: "\"dataset\" : \"cats\"")
    expectComplaint(try evaluate(weights: weights, strange), "unknown dataset cats")
    expectComplaint(try Program.run("evaluate", folder("nothing")), "nothing/config.json")
  }

  /// What a training writes has a name of this form and is locked as long as its process lives.
  @Test func whatAKilledTrainingLeftIsRemovedByTheNext() throws {
    let folder = try TemporaryFolder()
    let (living, left) = (".weft-1-living.tmp", ".weft-2-left.tmp")
    for name in [living, left] {
      try FileManager.default.createDirectory(atPath: folder(name), withIntermediateDirectories: true)
      try AtomicFile.write("half", to: folder("\(name)/model.safetensors"))
    }
    let descriptor = open(folder(living), O_RDONLY | O_CLOEXEC)  // other tests start processes
    #expect(descriptor >= 0 && flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    #expect(try Program.run("train", "digits", "--epochs", "1", "--out", folder("run")).status == 0)
    #expect(folder.names == [living, "run"])
    // The lock goes with its process.
    close(descriptor)
    #expect(try Program.run("train", "digits", "--epochs", "1", "--out", folder("other")).status == 0)
    #expect(folder.names == ["other", "run"])
  }

  @Test func namesThatDoNotExistSuggestTheNearest() throws {
    expectComplaint(try Program.run("ops", "mamtul", "--fast"), "there is no operation 'mamtul'; did you mean matmul")
    expectComplaint(try Program.run("bench", "lenett"), "no workload lenett", "did you mean lenet?")
    expectComplaint(try Program.run("bench", "resnet81-infer"), "did you mean resnet18-infer?")
    expectComplaint(try Program.run("bench", "--case", "linera:n=3"), "did you mean linear?")
    expectComplaint(try Program.run("bench", "--case", "lstm:layer=3"), "did you mean layers?")
    expectComplaint(try Program.run("bench", "--kernels", "--only", "no such"), "no kernel has 'no such' in its name")
  }

  @Test func badPicturesAreRefused() throws {
    let folder = try TemporaryFolder()
    #expect(try Program.run("train", "digits", "--epochs", "1", "--out", folder("run")).status == 0)
    try AtomicFile.write(Array("\u{89}PNG".utf8), to: folder("cut.png"))
    try AtomicFile.write("<html>", to: folder("page.png"))
    for name in ["cut.png", "page.png", "missing.png", "run"] {
      expectComplaint(try Program.run("predict", folder("run"), folder(name)), folder(name))
    }
    try AtomicFile.write(PNG.encoded([255], width: 1, height: 1), to: folder("dot.png"))
    #expect(try Program.run("predict", folder("run"), folder("dot.png")).status == 0)
    expectComplaint(
      try Program.run("predict", folder("run"), folder("dot.png"), "--saw", folder("no/saw.png")), "saw.png")
  }
}
