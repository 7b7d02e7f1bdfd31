import Foundation
import Testing
import Weft
import WeftONNX

/// `weft train images` and what it leaves behind.
@Suite(.serialized) struct TrainImagesTests {
  /// A picture with a bright bar, upright or lying, somewhere.
  private static func picture(isUpright: Bool, at place: Int, side: Int = 24) throws -> Image {
    let pixels = (0..<side * side).map { pixel -> UInt8 in
      let along = isUpright ? pixel % side : pixel / side
      return (along - 4 - place % (side - 8)).magnitude < 3 ? 230 : UInt8(20 + (pixel * 7 + place * 13) % 40)
    }
    return try Image(width: side, height: side, channels: .gray, pixels: pixels)
  }

  private static func makeClasses(in folder: TemporaryFolder, _ root: String, count: Int = 20) throws {
    for (name, isUpright) in [("upright", true), ("lying", false)] {
      try FileManager.default.createDirectory(atPath: folder("\(root)/\(name)"), withIntermediateDirectories: true)
      for place in 0..<count {
        let image = try picture(isUpright: isUpright, at: place)
        let isJPEG = place % 4 == 3
        try AtomicFile.write(
          isJPEG ? image.jpeg() : image.png(), to: folder("\(root)/\(name)/\(place).\(isJPEG ? "jpg" : "png")"))
      }
    }
  }

  private let brief = ["--size", "16", "--batch-size", "8"]

  private func train(_ path: String, _ arguments: [String]) throws -> Program.Outcome {
    try Program(["train", "images", path] + brief + arguments).outcome()
  }

  @Test func classesAreLearnedAndAnImageIsNamed() throws {
    let folder = try TemporaryFolder()
    try Self.makeClasses(in: folder, "bars")
    let outcome = try train(folder("bars"), ["--epochs", "15", "--out", folder("run")])
    #expect(outcome.status == 0, "\(outcome.complaint)")
    #expect(outcome.output.contains("2 classes, lying, upright; 16x16 in gray, augmentation shift"))
    #expect(outcome.output.contains("image-small: ") && outcome.output.contains("32 training and 8 validation images"))
    #expect(try OwnRuns.number(in: outcome.output, after: "validation accuracy ") > 80)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder("run")).sorted() == OwnRuns.files)
    let page = try folder.text("run/report.html")
    #expect(page.contains("src=\"data:image/png;base64,") && page.contains("Confusion on the validation data"))
    for (name, isUpright) in [("upright", true), ("lying", false)] {
      try AtomicFile.write(try Self.picture(isUpright: isUpright, at: 7, side: 50).png(), to: folder("one.png"))
      let said = try Program.run("predict", folder("run"), folder("one.png"))
      #expect(said.status == 0 && said.output.hasPrefix("\(name)  "), "\(said.output)\(said.complaint)")
    }
    try AtomicFile.write("no image", to: folder("one.png"))
    let refused = try Program.run("predict", folder("run"), folder("one.png"))
    #expect(refused.status == 1 && refused.complaint.contains("expected a PNG file"))
  }

  /// What is inside, and an ONNX file that says the same of an image.
  @Test func otherCommandsOpenTheRun() throws {
    let folder = try TemporaryFolder()
    try Self.makeClasses(in: folder, "bars")
    #expect(try train(folder("bars"), ["--epochs", "4", "--out", folder("run")]).status == 0)
    let page = try Program.run("explain", folder("run"), "--data", folder("bars"), "--out", folder("inside.html"))
    #expect(page.status == 0 && page.output.contains(" operations, loss "), "\(page.complaint)")
    #expect(try folder.text("inside.html").contains("image-small on 16 images of bars"))
    let export = try Program.run("onnx", "export", folder("run"), "-o", folder("bars.onnx"))
    #expect(export.status == 0 && export.output.contains("input   image: float32 ["), "\(export.complaint)")
    let image = try Self.picture(isUpright: true, at: 2, side: 16)
    try AtomicFile.write(image.png(), to: folder("one.png"))
    let pixels = Tensor(image.pixels.map { (Float($0) / 255 - 0.5) / 0.5 }, shape: [1, 1, 16, 16])
    let said = try noGrad { try ONNXModel(from: folder("bars.onnx")).run(["image": pixels]) }
    let logits = try #require(said["logits"]?.tensor?.scalars(as: Double.self))
    let named = try Program.run("predict", folder("run"), folder("one.png"))
    #expect(named.output.hasPrefix(logits[0] > logits[1] ? "lying " : "upright "), "\(named.output) \(logits)")
    let refused = try Program.run("evaluate", folder("run"))
    #expect(refused.status == 1 && refused.complaint.contains("a run of weft train images"), "\(refused.complaint)")
  }

  @Test func aRunGoesOnToTheSameBits() throws {
    let folder = try TemporaryFolder()
    try Self.makeClasses(in: folder, "bars", count: 10)
    try OwnRuns.checkResume(["train", "images", folder("bars"), "--epochs", "3"] + brief, in: folder, at: 3)
    let other = try train(folder("bars"), ["--resume", folder("whole"), "--augmentation", "full"])
    #expect(other.status == 1 && other.complaint.contains("--augmentation is full, but the run was begun with shift"))
  }

  @Test func imagesToCheckByHaveAFolderOfTheirOwn() throws {
    let folder = try TemporaryFolder()
    try Self.makeClasses(in: folder, "bars/train", count: 8)
    try Self.makeClasses(in: folder, "bars/val", count: 3)
    let outcome = try train(folder("bars"), ["--epochs", "1", "--out", folder("run")])
    #expect(outcome.output.contains("16 training and 6 validation images"), "\(outcome.output)\(outcome.complaint)")
    let share = try train(folder("bars"), ["--validation", "0.5", "--out", folder("other")])
    #expect(share.status == 1 && share.complaint.contains("leave --validation out"))
  }

  @Test func filesThatAreNoImagesAreListedOrLeftOut() throws {
    let folder = try TemporaryFolder()
    try Self.makeClasses(in: folder, "bars", count: 10)
    try AtomicFile.write("version https://git-lfs.github.com/spec/v1\n", to: folder("bars/lying/x.png"))
    try AtomicFile.write(Array(try folder.contents("bars/lying/0.png").prefix(60)), to: folder("bars/upright/y.png"))
    let outcome = try train(folder("bars"), ["--epochs", "1", "--out", folder("run")])
    #expect(outcome.status == 1 && outcome.complaint.contains("found 2 of 22 that cannot, the first: "))
    #expect(outcome.complaint.contains("x.png") && outcome.complaint.contains("--skip-unreadable leaves them out"))
    #expect(!FileManager.default.fileExists(atPath: folder("run")))
    let skipped = try train(folder("bars"), ["--epochs", "1", "--out", folder("run"), "--skip-unreadable"])
    #expect(skipped.status == 0 && skipped.output.contains("(2 files that cannot be read left out)"))
  }

  /// Of a class with one image that one is learned, whatever the seed.
  @Test func eachClassIsDividedByItself() throws {
    let folder = try TemporaryFolder()
    try Self.makeClasses(in: folder, "bars", count: 10)
    try FileManager.default.createDirectory(atPath: folder("bars/dark"), withIntermediateDirectories: true)
    let dark = try Image(width: 24, height: 24, channels: .gray, pixels: Array(repeating: 9, count: 24 * 24))
    try AtomicFile.write(dark.png(), to: folder("bars/dark/1.png"))
    for seed in ["1", "2", "3"] {
      let outcome = try train(folder("bars"), ["--epochs", "1", "--seed", seed, "--out", folder("run\(seed)")])
      #expect(outcome.output.contains("17 training and 4 validation images"), "\(outcome.output)\(outcome.complaint)")
      let path = RunFolder(folder("run\(seed)")).findingsPath
      let found = try JSONDecoder().decode(RunFindings.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
      #expect(found.confusion.map { $0.reduce(0, +) } == [0, 2, 2], "\(found.confusion)")
    }
  }

  @Test func aFolderThatCannotBeLearnedIsExplained() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder("empty"), withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: folder("hollow/rose"), withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: folder("few/a"), withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: folder("few/b"), withIntermediateDirectories: true)
    try Self.makeClasses(in: folder, "bars", count: 4)
    try AtomicFile.write(try Self.picture(isUpright: true, at: 1).png(), to: folder("few/a/1.png"))
    try FileManager.default.removeItem(atPath: folder("bars/lying"))
    try Self.makeClasses(in: folder, "ones", count: 1)
    for (path, message) in [
      ("none", "expected a folder that can be read"), ("empty", "expected a folder for each class"),
      ("hollow", "expected images that end in .png, .jpg or .jpeg"),
      ("bars", "expected folders of two classes or more, found \"upright\" alone"),
      ("few", "few/b: expected images of the class, which end in .png, .jpg or .jpeg, found none"),
      ("ones", "found 2 in all, of which 0 would be kept to check by; each class needs two images or more"),
    ] {
      let outcome = try train(folder(path), ["--out", folder("run")])
      #expect(outcome.status == 1 && outcome.complaint.contains(message), "\(path): \(outcome.complaint)")
      #expect(!FileManager.default.fileExists(atPath: folder("run")))
    }
  }
}
