import Foundation
import Testing
import Weft

/// One training on the digits that several tests look at: nine epochs of about a second in all.
private enum Trained {
  nonisolated(unsafe) static let folder: Result<TemporaryFolder, any Error> = Result {
    let folder = try TemporaryFolder()
    let outcome = try Program.run("train", "digits", "--epochs", "9", "--out", folder("run"))
    guard outcome.status == 0 else { throw Failure(description: "status \(outcome.status): \(outcome.complaint)") }
    try outcome.output.write(toFile: folder("output"), atomically: true, encoding: .utf8)
    return folder
  }

  struct Failure: Error, CustomStringConvertible { let description: String }
}

@Suite(.serialized) struct TrainingTests {
  /// The accuracy in percent that a line of output names.
  private func accuracy(in output: String, after label: String) throws -> Double {
    let start = try #require(output.range(of: label)).upperBound
    return try #require(Double(output[start...].prefix { $0.isNumber || $0 == "." }))
  }

  @Test func aTrainingLeavesAWholeFolder() throws {
    let folder = try Trained.folder.get()
    let names = try FileManager.default.contentsOfDirectory(atPath: folder("run")).sorted()
    #expect(
      names == [
        "checkpoints", "config.json", "curves.svg", "findings.json", "manifest.json", "metrics.csv",
        "model.safetensors", "report.html",
      ])
    #expect(folder.names.filter { !$0.hasSuffix(".png") } == ["output", "run"])
    let metrics = try CSV().numbers(FileBytes(contentsOf: folder("run/metrics.csv")))
    #expect(metrics.rowCount == 9)
    #expect(
      try folder.text("run/metrics.csv").hasPrefix(
        "epoch,learning_rate,train_loss,train_accuracy,test_loss,test_accuracy\n1,"))
    #expect(try folder.text("run/curves.svg").contains("</svg>"))
    #expect(try folder.text("run/config.json").contains("\"architecture\" : \"digits\""))
    #expect(try accuracy(in: folder.text("output"), after: "test accuracy ") > 96)
  }

  @Test func evaluationGivesTheAccuracyOfTheTraining() throws {
    let folder = try Trained.folder.get()
    let outcome = try Program.run("evaluate", folder("run"))
    #expect(outcome.status == 0)
    let trained = try accuracy(in: folder.text("output"), after: "test accuracy ")
    #expect(try accuracy(in: outcome.output, after: "accuracy ") == trained)
    #expect(outcome.output.contains("digits on digits, 359 test images"))
    let rows = outcome.output.split(separator: "\n").drop { !$0.hasPrefix("true") }.dropFirst()
    #expect(rows.count == 10)
    let counted = rows.flatMap { $0.split(separator: " ").dropFirst().dropLast() }.compactMap { Int($0) }.reduce(0, +)
    #expect(counted == 359)
  }

  @Test func oneSeedGivesOneResultToTheBit() throws {
    let folder = try TemporaryFolder()
    for (name, seed, threads) in [("a", "5", "2"), ("b", "5", "2"), ("c", "6", "2")] {
      let outcome = try Program.run(
        "train", "digits", "--epochs", "2", "--seed", seed, "--threads", threads, "--out", folder(name))
      #expect(outcome.status == 0)
    }
    for file in ["model.safetensors", "metrics.csv", "curves.svg"] {
      #expect(try folder.contents("a/\(file)") == folder.contents("b/\(file)"), "\(file)")
      #expect(try folder.contents("a/\(file)") != folder.contents("c/\(file)"), "\(file)")
    }
  }

  @Test func bfloat16LearnsAsWell() throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(
      "train", "digits", "--epochs", "9", "--precision", "bfloat16", "--out", folder("run"))
    #expect(outcome.status == 0)
    #expect(try accuracy(in: outcome.output, after: "test accuracy ") > 96)
    #expect(try folder.text("run/config.json").contains("\"precision\" : \"bfloat16\""))
  }

  @Test func progressInAFileIsPlainLines() throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run("train", "digits", "--epochs", "2", "--out", folder("run"))
    #expect(!outcome.complaint.contains("\u{1B}"))
    #expect(!outcome.complaint.contains("\r"))
    // On a slow machine there are lines within an epoch too.
    let epochs = outcome.complaints.filter { !$0.contains("%") }
    #expect(epochs.count == 2)
    #expect(epochs.first?.hasPrefix("epoch 1/2  loss ") == true)
  }

  /// A picture of 8x8 with each pixel as a square.
  private func enlarged(_ pixels: [UInt8], by factor: Int) -> [UInt8] {
    let width = 8 * factor
    return (0..<width * width).map { (place: Int) -> UInt8 in
      let (row, column) = (place / width / factor, place % width / factor)
      return pixels[row * 8 + column]
    }
  }

  /// The digits are light on dark, 8x8. Shown enlarged, dark on light, and both.
  @Test func picturesOfDigitsAreRecognized() throws {
    let folder = try Trained.folder.get()
    var right = 0
    for sample in 0..<8 {
      let pixels = Digits.test.pixels(at: sample).map { UInt8(min(255, Int($0) * 16)) }
      let path = folder("\(sample).png")
      let big = enlarged(pixels, by: 30)
      switch sample % 3 {
      case 0: try AtomicFile.write(PNG.encoded(pixels, width: 8, height: 8), to: path)
      case 1: try AtomicFile.write(PNG.encoded(big, width: 240, height: 240), to: path)
      default: try AtomicFile.write(PNG.encoded(big.map { 255 - $0 }, width: 240, height: 240), to: path)
      }
      let outcome = try Program.run("predict", folder("run"), path)
      #expect(outcome.status == 0)
      #expect(outcome.output.split(separator: "\n").count == 3)
      if outcome.output.hasPrefix("\(Digits.test.label(at: sample))  ") { right += 1 }
    }
    #expect(right >= 7)
  }

  @Test func whatTheNetworkSawIsShown() throws {
    let folder = try Trained.folder.get()
    let pixels = Digits.test.pixels(at: 0).map { UInt8(min(255, Int($0) * 16)) }
    let dark = enlarged(pixels, by: 2).map { 255 - $0 }
    try AtomicFile.write(PNG.encoded(dark, width: 16, height: 16), to: folder("dark.png"))
    let outcome = try Program.run("predict", folder("run"), folder("dark.png"), "--show", "--saw", folder("saw.png"))
    #expect(outcome.status == 0)
    #expect(try PNG.read(folder("saw.png"), as: .gray).bytes == pixels)
    let shown = outcome.output.split(separator: "\n", omittingEmptySubsequences: false).prefix(8)
    #expect(shown.allSatisfy { $0.count == 16 })
    #expect(shown.joined().contains("@"))
  }
}
