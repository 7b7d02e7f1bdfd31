import Foundation
import Testing
import Weft
import WeftONNX

/// `weft train text` and what it leaves behind.
@Suite(.serialized) struct TrainTextTests {
  private static let verse = "The weft goes over and under the warp.\nOver and under, and the cloth gets long.\n"
  private let brief = ["--hidden", "16", "--length", "32", "--batch-size", "8"]

  private func text(_ text: String, in folder: TemporaryFolder) throws -> String {
    try AtomicFile.write(text, to: folder("verse.txt"))
    return folder("verse.txt")
  }

  @Test(arguments: ["lstm", "gpt"]) func aTextIsLearnedAndGoneOnWith(model: String) throws {
    let folder = try TemporaryFolder()
    let file = try text(String(repeating: Self.verse, count: 60), in: folder)
    let outcome = try Program(
      ["train", "text", file, "--model", model, "--epochs", "2", "--out", folder("run")] + brief
    ).outcome()
    #expect(outcome.status == 0, "\(outcome.complaint)")
    #expect(outcome.output.contains("text-\(model): ") && outcome.output.contains("windows of 32"))
    #expect(outcome.output.contains("after epoch 1 it writes:") && outcome.output.contains("after epoch 2 it writes:"))
    #expect(try OwnRuns.number(in: outcome.output, after: "validation perplexity ") < 30)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder("run")).sorted() == OwnRuns.files)
    #expect(try folder.text("run/report.html").contains("What the model writes"))
    let one = try Program.run("predict", folder("run"), "The weft", "--count", "50")
    #expect(one.status == 0 && one.output.hasPrefix("The weft") && one.output.count == 8 + 50 + 1, "\(one.complaint)")
    let again = try Program.run("predict", folder("run"), "The weft", "--count", "50")
    let other = try Program.run("predict", folder("run"), "The weft", "--count", "50", "--seed", "8")
    #expect(one.output == again.output && one.output != other.output)
    let unknown = try Program.run("predict", folder("run"), "Ω")
    #expect(unknown.status == 1 && unknown.complaint.contains("\"Ω\""), "\(unknown.complaint)")
    try check(openedIn: folder, file)
  }

  /// The other commands that take a run: a page of what is inside, and an ONNX file that goes on as the run does.
  private func check(openedIn folder: TemporaryFolder, _ file: String) throws {
    let page = try Program.run(
      "explain", folder("run"), "--data", file, "--samples", "2", "--out", folder("inside.html"))
    #expect(page.status == 0 && page.output.contains(" operations, loss "), "\(page.complaint)")
    #expect(try folder.text("inside.html").contains("on 2 windows of verse.txt"))
    let written = try Program.run("onnx", "export", folder("run"), "-o", folder("text.onnx"))
    #expect(written.status == 0 && written.output.contains("input   tokens: int64 ["), "\(written.complaint)")
    let characters = Alphabet(of: String(repeating: Self.verse, count: 60)).characters
    let prompt = "Over and under, an"
    let tokens = try prompt.map { try #require(characters.firstIndex(of: String($0))) }
    let model = try ONNXModel(from: folder("text.onnx"))
    let said = try noGrad { try model.run(["tokens": Tensor(tokens, shape: [1, tokens.count])]) }
    let logits = try #require(said["logits"]?.tensor?.scalars(as: Double.self).suffix(characters.count))
    let best = try #require(logits.indices.max { logits[$0] < logits[$1] }) - logits.startIndex
    let next = try Program.run("predict", folder("run"), prompt, "--count", "1", "--temperature", "0")
    #expect(next.output == prompt + characters[best] + "\n")
  }

  @Test func aRunGoesOnToTheSameBits() throws {
    let folder = try TemporaryFolder()
    let file = try text(String(repeating: Self.verse, count: 20), in: folder)
    try OwnRuns.checkResume(["train", "text", file, "--epochs", "3"] + brief, in: folder, at: 8)
    let other = try Program(["train", "text", file, "--resume", folder("whole"), "--length", "16"]).outcome()
    #expect(other.status == 1 && other.complaint.contains("--length is 16, but the run was begun with 32"))
    #expect(try Program(["train", "text", "--resume", folder("whole")]).outcome().status == 0)
  }

  @Test func aTextThatCannotBeLearnedIsExplained() throws {
    let folder = try TemporaryFolder()
    let cases: [(text: String, arguments: [String], message: String)] = [
      ("", [], "expected a text of at least 90 characters, found an empty file"),
      ("short", [], "expected a text of at least 90 characters, found one of 5"),
      (Self.verse, ["--length", "64"], "expected a text of at least 650 characters, found one of 80"),
      (String(repeating: "a", count: 500), [], "expected a text of 2 to 10000 different characters, found 1"),
    ]
    for (content, arguments, message) in cases {
      let outcome = try Program(
        ["train", "text", try text(content, in: folder), "--out", folder("run")] + arguments
      ).outcome()
      #expect(outcome.status == 1 && outcome.complaint.contains(message), "\(outcome.complaint)")
      #expect(!FileManager.default.fileExists(atPath: folder("run")))
    }
    try AtomicFile.write([0xFF, 0xFE, 0x41, 0x00, 0x80], to: folder("verse.txt"))
    let outcome = try Program.run("train", "text", folder("verse.txt"), "--out", folder("run"))
    #expect(outcome.status == 1 && outcome.complaint.contains("expected text in UTF-8"))
    #expect(try Program.run("train", "text", folder("none")).status == 1)
  }
}
