import Foundation
import TestSupport
import Testing
import Weft

/// Files of others into models.
@Suite struct LoadingTests {
  /// The network of Goldens/make_files.py.
  private func network() -> Sequential {
    Sequential {
      Conv2d(1, 2, kernelSize: 3); BatchNorm2d(2); Flatten(); Linear(8, 3)
    }
  }

  private func values(_ module: Module) -> [[Double]] { module.state().map { $0.tensor.scalars(as: Double.self) } }

  @Test(arguments: [
    "state.pt", "legacy.pt", "protocol5.pt", "script.pt", "shards", "shards/model.safetensors.index.json",
  ])
  func aStateOfPyTorchFits(_ name: String) throws {
    let (model, mapped) = (network(), network())
    let loaded = try model.load(from: Golden.path(name))
    #expect(loaded.count == 9)
    let expected = try #require(Golden.values["state.pt"])
    for (key, tensor) in model.state() {
      #expect(tensor.scalars(as: Double.self) == expected[key]?.values.map(\.value), "\(key)")
    }
    try mapped.load(from: Golden.path(name), mapped: true)
    #expect(values(mapped) == values(model))
    // What is mapped learns too.
    let optimizer = SGD(mapped.parameters(), learningRate: 0.1)
    mapped(Tensor(ones: [2, 1, 4, 4])).sum().backward()
    optimizer.step()
    #expect(values(mapped) != values(model))
    try mapped.load(from: Golden.path(name))
    #expect(values(mapped) == values(model))
  }

  @Test func aModelBesideItsOptimizerIsFound() throws {
    let model = network()
    let before = values(model)
    let error = try #require(throws: CheckpointError.self) { try model.load(from: Golden.path("nested.pt")) }
    #expect(values(model) == before)
    #expect(error.missing.count == 8)  // the count of batches may lack
    #expect(
      error.description.hasSuffix(
        "\n  hint: the file has the module's names behind \"model.\", beside others: load with "
          + "`renaming: [.keepOnly(prefix: \"model.\"), .dropPrefix(\"model.\")]`"))
    try model.load(from: Golden.path("nested.pt"), renaming: [.keepOnly(prefix: "model."), .dropPrefix("model.")])
    #expect(values(model) != before)
  }

  @Test func wholeNumbersAreConvertedOnRequest() throws {
    let folder = try TemporaryFolder()
    try TensorFile.write([("weight", Tensor([[1, 2]])), ("bias", Tensor([3]))], to: folder("m.npz"))
    let model = Linear(2, 1)
    let error = try #require(throws: CheckpointError.self) { try model.load(from: folder("m.npz")) }
    #expect(
      error.description == """
        \(folder("m.npz")) does not fit the module:
          dtype (2):
            weight: file int64, module float32
            bias: file int64, module float32
          hint: `converting: true` converts between whole and other numbers
        """)
    try model.load(from: folder("m.npz"), converting: true)
    #expect(values(model) == [[1, 2], [3]])
  }

  @Test func quantizedWeightsAreLoadedAsNumbers() throws {
    let file = try TensorFile(Golden.path("types.gguf"))
    let model = Linear(64, 3, bias: false)
    try model.load(file, renaming: { $0 == "q4_1" ? "weight" : nil })
    #expect(model.weight.value.elementsEqual(try file.tensor(named: "q4_1")))
  }

  /// Scales and zero points of PyTorch's quantized tensors are no part of their names or types: lost, the weights would
  /// load as whole numbers without a word.
  @Test func quantizedTensorsOfPyTorchAreWhatTheyStandFor() throws {
    let folder = try TemporaryFolder()
    for name in ["quantized.pt", "quantized_legacy.pt"] {
      let file = try TensorFile(Golden.path(name))
      #expect(file["rows"]?.type == .quantized(.int8) && file["columns"]?.type.description == "quint8")
      #expect(file["int32"]?.spec == TensorSpec([3, 4], .float32))
      #expect(try file.bytes(named: "uint8") == (94..<106).map { $0 })
      let notes = try file.write(to: folder("q.safetensors"))
      #expect(notes.contains("5 tensors: qint8 became float32"), "\(notes)")
      let written = try TensorFile(folder("q.safetensors"))
      for entry in file.entries {
        #expect(try written.tensor(named: entry.name).elementsEqual(try file.tensor(named: entry.name)))
      }
    }
    let model = Linear(4, 3, bias: false)
    try model.load(from: Golden.path("quantized.pt"), renaming: { $0 == "int8" ? "weight" : nil })
    #expect(values(model)[0].prefix(3) == [-1.5, -1.25, -1])
  }

  @Test func rulesApplyOneAfterTheOther() throws {
    let folder = try TemporaryFolder()
    try TensorFile.write(
      [("module.fc.kernel", Tensor(zeros: [1, 2])), ("module.fc.bias", Tensor(zeros: [1])), ("step", Tensor(1))],
      to: folder("m.pt"))
    let model = Linear(2, 1)
    try model.load(
      from: folder("m.pt"),
      renaming: [.keepOnly(prefix: "module."), .dropPrefix("module.fc."), .replace("kernel", with: "weight")])
    #expect(values(model) == [[0, 0], [0]])
    #expect(NameRule.addPrefix("a.").applied(to: "b") == "a.b")
    #expect(NameRule.leaveOut(prefix: "a").applied(to: "ab") == nil)
  }

  @Test func shardsAreFilesOfTheirFolder() throws {
    let folder = try TemporaryFolder()
    func index(_ map: [String: String]) throws -> DataFileError? {
      let entries = map.map { "\"\($0.key)\":\"\($0.value)\"" }.sorted().joined(separator: ",")
      try AtomicFile.write("{\"weight_map\":{\(entries)}}", to: folder("model.safetensors.index.json"))
      return failure { () throws(DataFileError) in try TensorFile(folder.path) }
    }
    try TensorFile.write([("a", Tensor(1.0)), ("b", Tensor(2.0))], to: folder("one.safetensors"))
    #expect(try index(["a": "one.safetensors", "b": "one.safetensors"]) == nil)
    for name in ["../x.safetensors", "/etc/passwd", "./one.safetensors", "", "a//b", "x/../one.safetensors"] {
      #expect(try index(["a": name])?.code == .refused, "\(name)")
    }
    #expect(symlink("/etc/passwd", folder("link.safetensors")) == 0)
    #expect(try index(["a": "link.safetensors"])?.found == "a link from \"link.safetensors\" to /etc/passwd")
    #expect(try index(["a": "two.safetensors"])?.code == .unreadable)
    #expect(
      try index(["a": "one.safetensors", "c": "one.safetensors"])?.description
        == "\(folder.path)/one.safetensors: expected the 2 tensors that \(folder.path)/model.safetensors.index.json says "
        + "it has, found 1 missing, as c; and b, which the index has in no file [data.wrong-format]")
  }

  @Test func aHubsLinksAreFollowed() throws {
    let folder = try TemporaryFolder()
    for name in ["blobs", "snapshots", "snapshots/1"] { #expect(mkdir(folder(name), 0o777) == 0) }
    try TensorFile.write([("a", Tensor(1.0))], to: folder("blobs/hash"))
    #expect(symlink("../../blobs/hash", folder("snapshots/1/m.safetensors")) == 0)
    try AtomicFile.write(
      "{\"weight_map\":{\"a\":\"m.safetensors\"}}", to: folder("snapshots/1/model.safetensors.index.json"))
    #expect(try TensorFile(folder("snapshots/1")).tensor(named: "a").item() == 1)
  }

  /// `WEFT_SPEED` in the environment: a gigabyte, opened, and copied into a model that is there.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["WEFT_SPEED"] != nil))
  func aGigabyteIsLoadedAtTheSpeedOfMemory() throws {
    let folder = try TemporaryFolder()
    let model = Sequential {
      for _ in 0..<16 { Linear(4096, 4096, bias: false) }
    }
    try model.save(to: folder("m.safetensors"))
    let clock = ContinuousClock()
    func best(_ body: () throws -> Void) rethrows -> Double {
      let times = try (0..<5).map { _ in try clock.measure(body) }
      return times.map { Double($0.components.attoseconds) / 1e18 + Double($0.components.seconds) }.min() ?? 0
    }
    let open = try best { _ = try TensorFile(folder("m.safetensors")).tensors() }
    let load = try best { try model.load(from: folder("m.safetensors")) }
    let mapped = try best { try model.load(from: folder("m.safetensors"), mapped: true) }
    // Tensors of the same size, from memory to memory.
    let (from, to) = (Tensor(ones: [16, 1 << 24]), Tensor(zeros: [16, 1 << 24]))
    let copy = best {
      from.withUnsafeBytes { source in
        to.withUnsafeBytes { target in
          guard let start = source.baseAddress, let end = target.baseAddress else { return }
          for place in 0..<16 {
            (UnsafeMutableRawPointer(mutating: end) + (place << 26)).copyMemory(
              from: start + (place << 26), byteCount: 1 << 26)
          }
        }
      }
    }
    print("opened \(open) s, loaded \(load) s, mapped \(mapped) s, a copy \(copy) s")
    #expect(open < 0.05)
    #expect(copy / load > 0.8)
  }
}
