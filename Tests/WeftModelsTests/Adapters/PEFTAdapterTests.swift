import Foundation
import TestSupport
import Testing
import Weft
import WeftModels

/// Adapters that PEFT wrote, against what its models say and how they learn (`Goldens/make_adapters.py`).
@Suite struct PEFTAdapterTests {
  /// Sums of some hundred float32 products in another order; results are of the order of 1 to 10.
  static let tolerance = 1e-5

  /// As the script's `Convolutions`.
  final class Convolutions: Module {
    let plane = Conv2d(3, 6, kernelSize: 3, stride: 2, padding: 1)
    let line = Conv1d(6, 5, kernelSize: 3, padding: 1)
    let point = Conv2d(3, 4, kernelSize: 1)
    let head = Linear(9, 2)

    override func forward(_ x: Tensor) -> Tensor {
      let lines = line(plane(x).relu().flattened(from: 2)).mean(axis: 2)
      return head(concatenated([lines, point(x).mean(axes: [2, 3])], axis: 1))
    }
  }

  /// A model, the folder of its adapter, and what it gives for the inputs there.
  struct Sample {
    let path: String
    let expected: TensorFile
    let model: Module
    let run: () -> Tensor

    init(_ name: String) throws {
      path = Self.folder(name)
      let file = try TensorFile(path + "/expected.safetensors")
      expected = file
      let base = name.split(separator: "_")[0]
      switch base {
      case "bert":
        let bert = try ModelFolder(ModelFiles.path("bert")).encoderModel(for: .sequenceClassification)
        let (tokens, mask) = (try file.tensor(named: "input_ids"), try file.tensor(named: "attention_mask"))
        (model, run) = (bert, { bert(tokens, attentionMask: mask) })
      case "gpt2":
        let gpt2 = try CausalLanguageModel.open(Self.folder(base))
        let tokens = try file.tensor(named: "input_ids")
        (model, run) = (gpt2, { gpt2(tokens) })
      default:
        let network = Convolutions()
        try network.load(from: Self.folder(base) + "/model.safetensors")
        let x = try file.tensor(named: "x")
        (model, run) = (network.eval(), { network(x) })
      }
    }

    private static func folder(_ name: some StringProtocol) -> String {
      ModelFiles.goldens.appendingPathComponent("adapters/\(name)").path
    }

    /// The largest difference, over the largest expected number where that is above 1.
    func deviation(_ found: Tensor, _ name: String) throws -> Double {
      let wanted = try expected.tensor(named: name)
      try #require(found.shape == wanted.shape)
      return (found - wanted).abs().max().item(as: Double.self) / max(1, wanted.abs().max().item(as: Double.self))
    }
  }

  static let names = [
    "bert", "gpt2", "convolutions", "bert_dora", "gpt2_dora", "convolutions_dora", "bert_bias", "convolutions_bias",
  ]

  @Test(arguments: names) func resultsAreThoseOfPEFT(_ name: String) throws {
    let sample = try Sample(name)
    let before = sample.run()
    #expect(try sample.deviation(before, "disabled") < Self.tolerance)
    let adapters = try Adapters(sample.model, from: sample.path)
    let deviation = try sample.deviation(sample.run(), "result")
    #expect(deviation < Self.tolerance, "\(name): results differ by \(deviation)")
    #expect(adapters.disabled { sample.run() }.elementsEqual(before))
    let weights = sample.model.state()
    try adapters.merge()
    let merged = try sample.deviation(sample.run(), "merged")
    #expect(merged < Self.tolerance, "\(name): merged results differ by \(merged)")
    #expect(adapters.disabled { sample.run() }.elementsEqual(before))
    adapters.unmerge()
    for (old, new) in zip(weights, sample.model.state()) {
      #expect(old.tensor.elementsEqual(new.tensor), "\(old.name)")
    }
    try adapters.mergeAndRemove()
    #expect(try sample.deviation(sample.run(), "merged") < Self.tolerance)
    #expect(sample.model.parameters().allSatisfy { $0.requiresGrad })
  }

  @Test(arguments: names) func gradientsAreThoseOfPyTorch(_ name: String) throws {
    let sample = try Sample(name)
    let adapters = try Adapters(sample.model, from: sample.path)
    (sample.run() * (try sample.expected.tensor(named: "factors"))).sum().backward()
    let known = try #require(adapters.fileModule(of: "default")).namedParameters()
    for (name, parameter) in known {
      let deviation = try sample.deviation(try #require(parameter.grad, "\(name) has no gradient"), "grad." + name)
      #expect(deviation < 2 * Self.tolerance, "the gradient of \(name) differs by \(deviation)")
    }
    #expect(known.count == sample.expected.entries.count { $0.name.hasPrefix("grad.") })
    #expect(adapters.parameters.count == known.count)
    #expect(sample.model.parameters().count { $0.grad != nil } == known.count, "the model itself is frozen")
  }

  struct Targets: Decodable {
    enum Names: Decodable {
      case list([String]), text(String)
      init(from decoder: any Swift.Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let text = try? value.decode(String.self) {
          self = .text(text)
        } else {
          self = .list(try value.decode([String].self))
        }
      }
      var targets: AdapterTargets {
        switch self {
        case .list(let names): .names(names)
        case .text(let text): AdapterTargets(stringLiteral: text)
        }
      }
    }
    let targets: Names
    let excluded: Names?
    let layers: [String]
  }

  @Test func layersAreChosenAsByPEFT() throws {
    let file = ModelFiles.goldens.appendingPathComponent("adapters/targets.json")
    let cases = try JSONDecoder().decode([Targets].self, from: Data(contentsOf: file))
    #expect(cases.count == 8)
    for entry in cases {
      let model = try ModelFolder(ModelFiles.path("bert")).textEncoder(hasPooler: true)
      let adapters = try Adapters(
        model, LoRA(rank: 2, targets: entry.targets.targets, excluded: entry.excluded?.targets))
      #expect(adapters.layers(of: "default").sorted() == entry.layers)
    }
  }

  @Test(arguments: names) func writtenAdaptersAreReadAgain(_ name: String) throws {
    let (sample, room) = (try Sample(name), try TemporaryFolder())
    let adapters = try Adapters(sample.model, from: sample.path)
    try adapters.save(to: room("adapter"))
    let (old, new) = (
      try TensorFile(sample.path + "/adapter_model.safetensors"),
      try TensorFile(room("adapter/adapter_model.safetensors"))
    )
    #expect(old.entries.map(\.name).sorted() == new.entries.map(\.name).sorted())
    for entry in old.entries {
      #expect(try old.tensor(named: entry.name).elementsEqual(new.tensor(named: entry.name)), "\(entry.name)")
    }
    let again = try Sample(name)
    _ = try Adapters(again.model, from: room("adapter"))
    #expect(again.run().elementsEqual(sample.run()))
  }

  @Test func settingsAreWrittenAsTheyWere() throws {
    let (sample, room) = (try Sample("convolutions"), try TemporaryFolder())
    let lora = try LoRA(
      rank: 2, alpha: 2.5, dropout: 0.25, targets: #"pl.*|head"#, excluded: ["line"], isRankStabilized: true,
      rankPattern: [("head", 1), (#"p"l\.x"#, 3)], alphaPattern: [("plane", 4)], start: .gaussian)
    try Adapters(sample.model, lora).save(to: room("adapter"), base: "models/\"one\"")
    let text = try String(contentsOfFile: room("adapter/adapter_config.json"), encoding: .utf8)
    #expect(
      text == #"""
        {
          "peft_type": "LORA",
          "task_type": null,
          "base_model_name_or_path": "models/\"one\"",
          "r": 2,
          "lora_alpha": 2.5,
          "lora_dropout": 0.25,
          "target_modules": "pl.*|head",
          "exclude_modules": ["line"],
          "modules_to_save": null,
          "use_rslora": true,
          "use_dora": false,
          "lora_bias": false,
          "rank_pattern": {"head": 1, "p\"l\\.x": 3},
          "alpha_pattern": {"plane": 4},
          "init_lora_weights": "gaussian",
          "fan_in_fan_out": false,
          "bias": "none",
          "inference_mode": true
        }

        """#)
    let again = try #require(try Adapters(Sample("convolutions").model, from: room("adapter")).settings(of: "default"))
    #expect(again.rank == 2 && again.alpha == 2.5 && again.dropout == 0.25 && again.start == .gaussian)
    #expect(again.targets == lora.targets && again.excluded == lora.excluded && again.isRankStabilized)
    #expect(again.rankPattern.map(\.pattern) == ["head", #"p"l\.x"#] && again.alphaPattern.map(\.alpha) == [4])
  }

  @Test(arguments: [
    (#""use_qalora": false"#, #""use_qalora": true"#, "use_qalora", "expected false; found true"),
    (#""use_dora": false"#, #""use_dora": 1"#, "use_dora", "expected true or false"),
    (#""lora_bias": false"#, #""lora_bias": true"#, "", "expected targets other than tables beside `hasBias`"),
    (#""bias": "none""#, #""bias": "some""#, "bias", "expected one of none, all, lora_only; found \"some\""),
    (#""r": 4"#, #""r": 0"#, "", "expected a rank from 1 to 65536, got 0"),
    (#""peft_type": "LORA""#, #""peft_type": "IA3""#, "peft_type", "expected one of LORA; found \"IA3\""),
    (#""init_lora_weights": true"#, #""init_lora_weights": "pissa""#, "init_lora_weights", "found \"pissa\""),
  ]) func whatIsNoPlainLoRAIsRefused(_ old: String, _ new: String, _ key: String, _ words: String) throws {
    let sample = try Sample("bert")
    let copy = try FolderCopy(sample.path)
    let text = String(decoding: try copy.data("adapter_config.json"), as: UTF8.self)
    try #require(text.contains(old))
    try copy.write(text.replacing(old, with: new), to: "adapter_config.json")
    let error = #expect(throws: ModelError.self) { try Adapters(sample.model, from: copy.path) }
    #expect(error?.path == key && "\(error.map { "\($0)" } ?? "")".contains(words), "\(error.map { "\($0)" } ?? "")")
  }

  /// The layers of some numbers, as PEFT 0.21 chooses them.
  @Test(arguments: [
    (
      ["query", "dense"], "[1]", "null",
      ["attention.output.dense", "attention.self.query", "intermediate.dense", "output.dense"]
    ),
    (
      ["query", "dense"], "1", #""layer""#,
      ["attention.output.dense", "attention.self.query", "intermediate.dense", "output.dense"]
    ),
    (["value"], "[0, 1]", #"["nothing", "layer"]"#, ["0.attention.self.value", "attention.self.value"]),
    (["attention.self.key"], "[0]", "[]", ["0.attention.self.key"]),
    (["query"], "[]", "null", ["0.attention.self.query", "attention.self.query"]),
    (["pooler.dense", "query"], "[1]", "null", ["pooler.dense", "attention.self.query"]),
  ]) func layersMayBeNumbered(_ targets: [String], _ numbers: String, _ lists: String, _ chosen: [String]) throws {
    let layers = chosen.map { name in
      name.hasPrefix("pooler") ? name : "encoder.layer." + (name.hasPrefix("0.") ? name : "1." + name)
    }
    func encoder() throws -> TextEncoder { try ModelFolder(ModelFiles.path("bert")).textEncoder(hasPooler: true) }
    let room = try TemporaryFolder()
    try Adapters(try encoder(), LoRA(rank: 2, targets: .names(layers))).save(to: room("adapter"))
    let path = room("adapter/adapter_config.json")
    var settings = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path))) as? [String: Any])
    func value(_ text: String) throws -> Any {
      try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
    }
    settings["target_modules"] = targets
    settings["layers_to_transform"] = try value(numbers)
    settings["layers_pattern"] = try value(lists)
    try JSONSerialization.data(withJSONObject: settings).write(to: URL(fileURLWithPath: path))
    let adapters = try Adapters(try encoder(), from: room("adapter"))
    #expect(adapters.layers(of: "default").sorted() == layers.sorted())
    // And again, as one expression.
    try adapters.save(to: room("again"))
    #expect(try Adapters(try encoder(), from: room("again")).layers(of: "default").sorted() == layers.sorted())
  }

  /// sentence-transformers' adapters of all linear maps have one of a pooler that nobody asks.
  @Test func anEncoderWithoutAPoolerLeavesItsMatricesOut() throws {
    let room = try TemporaryFolder()
    let folder = try ModelFolder(ModelFiles.path("bert"))
    let whole = try folder.textEncoder(hasPooler: true)
    let adapters = try Adapters(whole, LoRA(rank: 2, targets: "all-linear", learnsMagnitude: true))
    for parameter in adapters.parameters { parameter.value = parameter.value + 0.01 }
    try adapters.save(to: room("adapter"))
    #expect(adapters.layers(of: "default").contains("pooler.dense"))
    let encoder = try folder.textEncoder()
    let loaded = try Adapters(encoder, from: room("adapter"))
    #expect(loaded.layers(of: "default").count == adapters.layers(of: "default").count - 1)
    let tokens = Tensor([[2, 5, 7, 3]])
    #expect(encoder(tokens).elementsEqual(whole(tokens)))
  }

  /// Biases of the model that learned with an adapter: the file says whether there are any.
  @Test func biasesThatLearnedAreRefused() throws {
    let copy = try FolderCopy(Sample("bert").path)
    for kind in ["all", "lora_only"] {
      try copy.set(["bias": kind], in: "adapter_config.json")
      _ = try Adapters(Sample("bert").model, from: copy.path)
    }
    let name = "base_model.model.bert.encoder.layer.0.attention.self.query.bias"
    let path = copy.path + "/adapter_model.safetensors"
    let tensors = try TensorFile(path).tensors() + [(name: name, tensor: Tensor(zeros: [16]))]
    try SafeTensors(tensors).write(to: path)
    let error = #expect(throws: ModelError.self) { try Adapters(Sample("bert").model, from: copy.path) }
    #expect(error?.path == "bias" && error?.found.contains(name) == true)
  }

  /// The lengths of a layer as the weight of a module, as PEFT had them for a while.
  @Test func lengthsMayHaveALongerName() throws {
    let sample = try Sample("bert_dora")
    let copy = try FolderCopy(sample.path)
    let path = copy.path + "/adapter_model.safetensors"
    let end = "lora_magnitude_vector"
    let tensors = try TensorFile(path).tensors().map {
      (name: $0.name.hasSuffix(end) ? $0.name + ".weight" : $0.name, tensor: $0.tensor)
    }
    try #require(tensors.contains { $0.name.hasSuffix(end + ".weight") })
    try SafeTensors(tensors).write(to: path)
    _ = try Adapters(sample.model, from: copy.path)
    #expect(try sample.deviation(sample.run(), "result") < Self.tolerance)
  }

  /// A damaged adapter is an error, and the model is what it was.
  @Test func damagedAdaptersAreRefused() throws {
    let sample = try Sample("convolutions")
    let (before, names) = (sample.run(), sample.model.namedParameters().map(\.name))
    let copy = try FolderCopy(sample.path)
    let settings = try copy.data("adapter_config.json")
    for length in stride(from: 0, to: settings.count - 1, by: 7) {
      try copy.write(settings.prefix(length), to: "adapter_config.json")
      #expect(throws: ModelError.self) { try Adapters(sample.model, from: copy.path) }
    }
    try copy.write(settings, to: "adapter_config.json")
    let weights = try copy.data("adapter_model.safetensors")
    for length in stride(from: 0, to: weights.count, by: 5) {
      try copy.write(weights.prefix(length), to: "adapter_model.safetensors")
      #expect(throws: (any Error).self) { try Adapters(sample.model, from: copy.path) }
    }
    try copy.write(Data("<!DOCTYPE html><html>".utf8), to: "adapter_model.safetensors")
    let page = #expect(throws: DataFileError.self) { try Adapters(sample.model, from: copy.path) }
    #expect(page?.looksLike == .htmlPage)
    #expect(sample.run().elementsEqual(before) && sample.model.namedParameters().map(\.name) == names)
    #expect(sample.model.parameters().allSatisfy { $0.requiresGrad })
  }

  @Test func matricesThatDoNotFitAreNamed() throws {
    let sample = try Sample("convolutions")
    let copy = try FolderCopy(sample.path)
    try copy.set(["r": 3], in: "adapter_config.json")
    let error = #expect(throws: CheckpointError.self) { try Adapters(sample.model, from: copy.path) }
    #expect("\(error.map { $0.report } ?? "")".contains("base_model.model.plane.lora_A.weight"))
  }
}
