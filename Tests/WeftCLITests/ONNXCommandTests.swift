import Foundation
import Testing
import Weft
import WeftModels
import WeftONNX

@Suite struct ONNXCommandTests {
  /// The small models of the tests of WeftONNX.
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("WeftONNXTests/Goldens").path

  private static func goldens(_ name: String, _ prefix: String) throws -> [(name: String, tensor: Tensor)] {
    try TensorFile("\(folder)/\(name).safetensors").tensors().filter { $0.name.hasPrefix(prefix) }
      .map { (String($0.name.dropFirst(prefix.count)), $0.tensor) }
  }

  private func expect(_ path: String, equals expected: [(name: String, tensor: Tensor)]) throws {
    let found = try TensorFile(path).tensors()
    #expect(Set(found.map(\.name)) == Set(expected.map(\.name)))
    for (name, tensor) in expected {
      let result = try #require(found.first { $0.name == name }?.tensor)
      #expect(result.isClose(to: tensor, relative: 1e-4, absolute: 1e-5), "\(name)")
    }
  }

  @Test func aModelsInitializersAreInspectedAndConverted() throws {
    let folder = try TemporaryFolder()
    let model = "\(Self.folder)/mlp.onnx"
    let outcome = try Program.run("inspect", model)
    #expect(outcome.status == 0 && outcome.output.hasPrefix("\(model): ONNX model, 4 tensors, 67 elements, 268 B\n"))
    #expect(outcome.output.contains("\nw1    float32  [8, 4]  128 B"), "\(outcome.output)")
    #expect(try Program.run("convert", model, folder("w.safetensors")).status == 0)
    #expect(try Set(TensorFile(folder("w.safetensors")).entries.map(\.name)) == ["b1", "b2", "w1", "w2"])
    let written = try Program.run("convert", model, folder("w.onnx"))
    #expect(written.status != 0 && !FileManager.default.fileExists(atPath: folder("w.onnx")))
    // One that is cut off says so, rather than that it is no file of tensors.
    let start = try Data(contentsOf: URL(fileURLWithPath: model)).prefix(200)
    try Data(start).write(to: URL(fileURLWithPath: folder("c.onnx")))
    #expect(try Program.run("inspect", folder("c.onnx")).complaint.contains("a download may have been cut short"))
  }

  @Test func modelsRunOnFilesAndFolders() throws {
    let room = try TemporaryFolder()
    let (model, expected) = ("\(Self.folder)/mlp.onnx", try Self.goldens("mlp", "out."))
    try TensorFile.write(Self.goldens("mlp", "in."), to: room("in.npz"))
    for more in [[], ["--frozen", "--times", "3"]] {
      let arguments = ["onnx", "run", model, "--inputs", room("in.npz"), "--output", room("out.npz")]
      let outcome = try Program(arguments + more).outcome()
      #expect(outcome.status == 0, "\(outcome.complaint)")
      #expect(outcome.output.contains("y  float32 [5, 3]"), "\(outcome.output)")
      try expect(room("out.npz"), equals: expected)
    }
    // A file of one array has its name; those beside it, that begin with a dot, are none of the inputs.
    try FileManager.default.createDirectory(atPath: room("folder"), withIntermediateDirectories: true)
    for (name, tensor) in try Self.goldens("mlp", "in.") {
      try TensorFile.write([(name, tensor)], to: room("folder/\(name).npy"))
    }
    let outcome = try Program.run("onnx", "run", model, "--inputs", room("folder"), "--output", room("b.safetensors"))
    #expect(outcome.status == 0, "\(outcome.complaint)")
    try expect(room("b.safetensors"), equals: expected)
  }

  /// A file of texts has one in each line, whatever lines end in.
  @Test func linesAreTexts() throws {
    let room = try TemporaryFolder()
    let model = URL(fileURLWithPath: Self.folder).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fuzzing/Seeds/onnx-run/gather.onnx").path
    try FileManager.default.createDirectory(atPath: room("folder"), withIntermediateDirectories: true)
    try TensorFile.write([("x1", Tensor([2, 0]))], to: room("folder/x1.npy"))
    let arguments = ["onnx", "run", model, "--inputs", room("folder"), "--output", room("out.npz")]
    for text in ["one\ntwo\nthree", "one\r\ntwo\r\nthree\r\n"] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: room("folder/x0.txt")))
      let outcome = try Program(arguments).outcome()
      #expect(outcome.status == 0 && outcome.output.contains("\"three\", \"one\""), "\(outcome)")
    }
    try Data([0x61, 0x0A, 0xFF]).write(to: URL(fileURLWithPath: room("folder/x0.txt")))
    let refused = try Program(arguments).outcome()
    #expect(refused.status == 1 && refused.complaint.contains("no text in UTF-8"), "\(refused.complaint)")
  }

  @Test func namesWithDotsAreWhole() throws {
    let room = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: room("folder"), withIntermediateDirectories: true)
    try TensorFile.write([("x", Tensor(ones: [1, 4]))], to: room("folder/x.1.npy"))
    let outcome = try Program.run(
      "onnx", "run", "\(Self.folder)/mlp.onnx", "--inputs", room("folder"), "--output", room("out.npz"))
    // The model has no input of that name, and the message says it.
    #expect(outcome.status == 1 && outcome.complaint.contains("\"x"), "\(outcome.complaint)")
  }

  @Test func fixedInputsAreOfFrozenModels() throws {
    let room = try TemporaryFolder()
    try TensorFile.write(Self.goldens("mlp", "in."), to: room("in.npz"))
    let arguments = [
      "onnx", "run", "\(Self.folder)/mlp.onnx", "--inputs", room("in.npz"), "--output", room("out.npz"),
    ]
    #expect(try Program(arguments + ["--fix", "x"]).outcome().status == 64)
    let unknown = try Program(arguments + ["--frozen", "--fix", "z"]).outcome()
    #expect(unknown.status == 1 && unknown.complaint.contains("no input z to fix"), "\(unknown.complaint)")
  }

  @Test func casesPassAndFail() throws {
    let passed = try Program.run("onnx", "test", "\(Self.folder)/cases/passes")
    #expect(passed.status == 0 && passed.output.contains("1 passed, 0 failed, 0 unsupported"), "\(passed.output)")
    let failed = try Program.run("onnx", "test", "\(Self.folder)/cases")
    #expect(failed.status == 1 && failed.output.contains("1 passed, 1 failed, 0 unsupported"), "\(failed.output)")
  }

  /// A case without an expected result says nothing.
  @Test func casesThatCompareNothingFail() throws {
    let room = try TemporaryFolder()
    try FileManager.default.copyItem(atPath: "\(Self.folder)/cases/passes", toPath: room("case"))
    for name in try FileManager.default.contentsOfDirectory(atPath: room("case/test_data_set_0"))
    where name.hasPrefix("output_") { try FileManager.default.removeItem(atPath: room("case/test_data_set_0/\(name)")) }
    let outcome = try Program.run("onnx", "test", room("case"))
    #expect(outcome.status == 1 && outcome.output.contains("nothing was compared"), "\(outcome.output)")
  }

  /// What ONNX's file computes is what the library computes.
  @Test(arguments: ["encoders/bert", "images/vit", "adapters/gpt2"])
  func modelsAreWritten(_ name: String) throws {
    let room = try TemporaryFolder()
    let folder = URL(fileURLWithPath: Self.folder).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("WeftModelsTests/Goldens/\(name)").path
    let outcome = try Program.run("onnx", "export", folder, "-o", room("model.onnx"), "--opset", "18")
    #expect(outcome.status == 0 && outcome.output.contains("opset 18, "), "\(outcome.complaint)")
    let model = try ONNXModel(from: room("model.onnx"))
    let tokens = Tensor((0..<15).map { 5 + $0 % 9 }, shape: [3, 5])
    let pixels = Tensor(normal: [3, 3, 8, 8], using: RandomStream(seed: 3))
    let (source, isText) = (try ModelFolder(folder), !name.hasPrefix("images"))
    let expected = try noGrad {
      switch name {
      case "adapters/gpt2": try CausalLanguageModel.open(folder)(tokens)
      case "images/vit": try source.imageModel()(pixels)
      default: try source.textEncoder()(tokens)
      }
    }
    let given = isText ? ["input_ids": tokens, "attention_mask": tokens * 0 + 1] : ["pixel_values": pixels]
    let found = try noGrad { try model.run(given) }.values.first?.tensor
    #expect(try #require(found).isClose(to: expected, relative: 1e-4, absolute: 1e-5))
    #expect(try Program.run("onnx", "export", folder, "-o", room("model.onnx"), "--opset", "16").status == 64)
  }

  /// An embedder's vectors are those of `weft embed`: of as many features as the folder keeps.
  @Test(arguments: [(5, 5), (99, 16)]) func embeddersAreWrittenWithTheFeaturesThatAreKept(
    _ stated: Int, _ kept: Int
  ) throws {
    let room = try TemporaryFolder()
    let goldens = URL(fileURLWithPath: Self.folder).deletingLastPathComponent().deletingLastPathComponent()
    try FileManager.default.copyItem(
      at: goldens.appendingPathComponent("WeftModelsTests/Goldens/encoders/bert"),
      to: URL(fileURLWithPath: room("bert")))
    try Data(#"[{"path": "", "type": "sentence_transformers.models.Transformer"}]"#.utf8)
      .write(to: URL(fileURLWithPath: room("bert/modules.json")))
    try Data("{\"truncate_dim\": \(stated)}".utf8)
      .write(to: URL(fileURLWithPath: room("bert/config_sentence_transformers.json")))
    let outcome = try Program.run("onnx", "export", room("bert"), "-o", room("model.onnx"))
    #expect(outcome.status == 0, "\(outcome.complaint)")
    let tokens = Tensor((0..<15).map { 5 + $0 % 9 }, shape: [3, 5])
    let expected = try TextEmbedder(from: room("bert")).embed(
      tokens: (0..<3).map { try tokens[$0].scalars(as: Int.self) })
    #expect(expected.shape == [3, kept])
    let given = ["input_ids": tokens, "attention_mask": tokens * 0 + 1]
    let found = try noGrad { try ONNXModel(from: room("model.onnx")).run(given) }["sentence_embedding"]
    #expect(try #require(found?.tensor).isClose(to: expected, relative: 1e-4, absolute: 1e-5))
  }

  @Test func modelsAreShown() throws {
    let outcome = try Program.run("onnx", "inspect", "\(Self.folder)/mlp.onnx")
    #expect(outcome.status == 0, "\(outcome.complaint)")
    for part in ["input         x: float32 [n, 4]", "operator set  ai.onnx ", "operators:", "parameters    "] {
      #expect(outcome.output.contains(part), "\(outcome.output)")
    }
    let json = try Program.run("onnx", "inspect", "\(Self.folder)/mlp.onnx", "--json")
    #expect(json.status == 0, "\(json.complaint)")
    let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    let input = try #require((object?["inputs"] as? [[String: Any]])?.first { $0["name"] as? String == "x" })
    #expect(input["dtype"] as? String == "float32" && input["type"] as? String == "float32 [n, 4]")
    let shape = try #require(input["shape"] as? [Any])
    #expect(shape.count == 2 && shape[0] is NSNull && shape[1] as? Int == 4)
    #expect((object?["operators"] as? [String: Int])?.isEmpty == false)
    let refused = try Program.run("onnx", "inspect", "\(Self.folder)/bad_unsupported.onnx")
    #expect(refused.status == 1 && refused.complaint.contains("NoSuchThing"), "\(refused.complaint)")
  }
}
