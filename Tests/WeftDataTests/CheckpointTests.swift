import Foundation
import TestSupport
import Testing
import Weft

/// A parameter, a buffer, and modules inside.
private final class Net: Module {
  let encoder: Sequential
  let head: Linear
  let counter = Buffer(Tensor(0))

  init(width: Int = 3) {
    encoder = Sequential {
      Linear(2, width); ReLU(); Linear(width, 2)
    }
    head = Linear(2, 1)
  }
}

@Suite struct CheckpointTests {
  private func values(_ module: Module) -> [[Double]] { module.state().map { $0.tensor.scalars(as: Double.self) } }

  private func failure(_ module: Module, _ tensors: [(name: String, tensor: Tensor)], partial: Bool = false) throws
    -> CheckpointError
  {
    let before = values(module)
    let error = try #require(throws: CheckpointError.self) {
      try module.load(tensors, from: "model.safetensors", partial: partial)
    }
    #expect(values(module) == before)
    return error
  }

  @Test func aTiedWeightIsLoadedUnderEachOfItsNames() throws {
    func model() -> GPT { GPT(vocabularySize: 5, contextLength: 4, numLayers: 1, numHeads: 1, embedDim: 2) }
    let (saved, first, second) = (model(), model(), model())
    let state = saved.state()
    let tied = (name: "lm_head.weight", tensor: saved.wte.weight.value)
    // As nanoGPT's files have it.
    try first.load(state + [tied], from: "m")
    #expect(values(first) == values(saved))
    try second.load(state.filter { $0.name != "transformer.wte.weight" } + [tied], from: "m")
    #expect(values(second) == values(saved))
    let error = try failure(model(), state + [(name: tied.name, tensor: tied.tensor + 1)])
    #expect(error.unexpected == ["lm_head.weight"])
  }

  @Test func whatIsSavedIsLoaded() throws {
    let folder = try TemporaryFolder()
    let (net, other) = (Net(), Net())
    net.counter.value = Tensor(7)
    try net.save(to: folder("m.safetensors"), metadata: ["architecture": "net"])
    #expect(values(net) != values(other))
    let loaded = try other.load(from: folder("m.safetensors"))
    #expect(values(net) == values(other))
    #expect(
      loaded.sorted() == [
        "counter", "encoder.0.bias", "encoder.0.weight", "encoder.2.bias", "encoder.2.weight", "head.bias",
        "head.weight",
      ])
    #expect(try SafeTensors(contentsOf: folder("m.safetensors")).metadata == ["architecture": "net"])
  }

  @Test func everythingWrongIsInOneReport() throws {
    var tensors = Net().state().filter { $0.name != "head.bias" && $0.name != "encoder.2.weight" }
    tensors.append(("encoder.2.wieght", Tensor(zeros: [2, 3])))
    tensors.append(("optimizer.step", Tensor(3)))
    for place in tensors.indices {
      switch tensors[place].name {
      case "encoder.0.weight": tensors[place].tensor = Tensor(zeros: [4, 2])
      case "counter": tensors[place].tensor = Tensor(zeros: [])
      default: break
      }
    }
    let message = try failure(Net(), tensors).description
    #expect(
      message == """
        model.safetensors does not fit the module:
          missing (2):
            encoder.2.weight (the file has encoder.2.wieght)
            head.bias
          unexpected (2):
            encoder.2.wieght
            optimizer.step
          shape (1):
            encoder.0.weight: file [4, 2], module [3, 2]
          dtype (1):
            counter: file float32, module int64
          hint: `partial: true` loads the 3 that fit
          hint: `converting: true` converts between whole and other numbers
          hint: `renaming:` maps the file's names to the module's
        """)
  }

  @Test func aPrefixThatEveryNameHasIsNamed() throws {
    let tensors = Net().state().map { (name: "module." + $0.name, tensor: $0.tensor) }
    let error = try failure(Net(), tensors)
    #expect(
      error.description.hasSuffix(
        "\n  hint: the file's names begin with \"module.\": load with `renaming: [.dropPrefix(\"module.\")]`"))
    #expect(!error.description.contains("the file has"))

    let folder = try TemporaryFolder()
    try SafeTensors(tensors).write(to: folder("m.safetensors"))
    let net = Net()
    try net.load(from: folder("m.safetensors"), renaming: { String($0.dropFirst(7)) })
    #expect(values(net) == tensors.map { $0.tensor.scalars(as: Double.self) })
  }

  @Test func aPrefixThatEveryNameLacksIsNamed() throws {
    let inner = Net().encoder.state()
    let error = try failure(
      Sequential {
        Sequential {
          Linear(2, 3); ReLU(); Linear(3, 2)
        }
      }, inner)
    #expect(
      error.description.hasSuffix(
        "\n  hint: the module's names begin with \"0.\": load with `renaming: [.addPrefix(\"0.\")]`"))
  }

  /// What the hint says was tried on all names, those that fit already among them.
  @Test func aRenamingThatWouldHarmIsNotNamed() throws {
    let state = Net().state()
    func hint(_ rename: (String) -> String?, beside: [String] = []) throws -> String {
      let renamed = state.compactMap { entry in rename(entry.name).map { (name: $0, tensor: entry.tensor) } }
      let error = try failure(Net(), renamed + beside.map { (name: $0, tensor: Tensor(zeros: [1])) })
      return error.description.components(separatedBy: "hint: ").last ?? ""
    }
    let isInner = { (name: String) in name.hasPrefix("encoder.") }
    // To keep only what stands behind the prefix would leave out the rest of the model.
    #expect(
      try hint { isInner($0) ? "base." + $0 : $0 }
        == "the file has names of the module behind \"base.\": load with `renaming: [.dropPrefix(\"base.\")]`")
    #expect(
      try hint({ isInner($0) ? "base." + $0 : $0 }, beside: ["other"])
        == "the file has names of the module behind \"base.\": load with `renaming: [.dropPrefix(\"base.\")]` and "
        + "`partial: true`: there remain unexpected \"other\"")
    #expect(
      try hint({ isInner($0) ? "base." + $0 : nil }, beside: ["base.one", "base.two"]).hasSuffix(
        "`renaming: [.dropPrefix(\"base.\")]` and `partial: true`: there remain missing \"counter\" and 2 more, "
          + "unexpected \"one\" and 1 more"))
    // A prefix put before all names would harm those that fit.
    #expect(try !hint { isInner($0) ? String($0.dropFirst(8)) : $0 }.contains("addPrefix"))
  }

  @Test func aPartOfAFileIsLoadedOnRequest() throws {
    let (wide, net) = (Net(width: 5), Net())
    let loaded = try net.load(wide.state(), from: "wide", partial: true)
    #expect(loaded == ["encoder.2.bias", "head.weight", "head.bias", "counter"])
    #expect(net.head.weight.value.scalars(as: Double.self) == wide.head.weight.value.scalars(as: Double.self))
    #expect(net.encoder[0].parameters()[0].shape == [3, 2])
    let nothing = try failure(net, [("other", Tensor(1.0))], partial: true)
    #expect(nothing.missing.count == 7)
    #expect(!nothing.description.contains("partial"))
  }

  @Test func twoNamesThatBecomeOneAreAnError() throws {
    let tensors = Net().state() + [("head.bias", Tensor([1.0]))]
    let error = try failure(Net(), tensors, partial: true)
    #expect(error.ambiguous == ["head.bias"])
    #expect(error.description.contains("given twice (1):\n    head.bias"))
  }

  @Test func everyNameOfALargeModelIsListed() throws {
    let tensors = (0..<900).map { (name: "layer.\($0).weight", tensor: Tensor(1.0)) }
    let lines = Set(try failure(Net(), tensors).description.split(separator: "\n").map { $0.drop { $0 == " " } })
    for (name, _) in tensors { #expect(lines.contains(Substring(name))) }
  }

  @Test func moreNamesThanModelsHaveAreCutShort() throws {
    let tensors = (0..<3_000).map { (name: "layer.\($0).weight", tensor: Tensor(1.0)) }
    let error = try failure(Net(), tensors)
    #expect(error.unexpected.count == 3_000)
    #expect(error.description.contains("and 2000 more"))
    #expect(error.description.split(separator: "\n").count < 1020)
  }

  @Test func valuesTakeTheModulesType() throws {
    let net = Net()
    let doubles = net.state().map {
      ($0.name, $0.tensor.dtype == .float32 ? $0.tensor.converted(to: .float64) : $0.tensor)
    }
    try net.load(doubles.map { (name: $0.0, tensor: $0.1) }, from: "doubles")
    #expect(net.head.weight.value.dtype == .float32)
  }
}
