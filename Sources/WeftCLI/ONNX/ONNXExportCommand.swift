import ArgumentParser
import Foundation
import Weft
import WeftModels
import WeftONNX

struct ONNXExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a trained model as an ONNX file.",
    discussion: """
      A run of `weft train`, on data of your own as well (the numbers of a table scaled and its categories numbered as \
      the run's plan.json says, a text's characters by their places in its alphabet), or a Hugging Face folder: \
      embedders with their pooling (and as many features as truncate_dim keeps), classifiers of texts, tokens and \
      pictures, encoders, language models. Inputs and results have the names that transformers' exports have; batches, \
      and texts, may be of any size. Weights of more than 1.5 GB stand in a file beside it.
      """)

  @Argument(help: "The run's folder, or the model's.")
  var folder: String
  @Option(name: .shortAndLong, help: "The file to write.")
  var output: String
  @Option(help: "The version of ONNX's operators, 17 to 24.")
  var opset = 20
  @OptionGroup var adapter: AdapterOption

  func validate() throws {
    guard (17...24).contains(opset) else { throw ValidationError("--opset takes 17 to 24.") }
    guard output.hasSuffix(".onnx") else { throw ValidationError("--output takes a file that ends in .onnx.") }
  }

  func run() throws {
    let model = try exportable()
    try adapter.adapt(model.adapted)
    try model.module.exportONNX(
      to: output, example: model.example, free: model.free, opset: opset, inputNames: model.inputs,
      outputNames: [model.output], model.forward)
    let summary = try ONNXModel(from: output).summary
    for input in summary.inputs { print("input   \(shown(input.name)): \(input.type)") }
    for result in summary.outputs { print("result  \(shown(result.name)): \(result.type)") }
    print("\(shown(output)): opset \(opset), \(summary.parameterCount) parameters")
  }

  private func exportable() throws -> ExportableModel {
    if let run = try OwnDataRun(folder) { return ExportableModel(run) }
    if (try? RunFolder(folder).configuration()) != nil { return try ExportableModel(TrainedRun(folder)) }
    return try ExportableModel(ModelFolder(folder))
  }
}

/// A model with what its export asks for.
struct ExportableModel {
  let module: Module
  /// The part that adapters are for.
  var adapted: Module
  let example: [Tensor]
  let free: [FreeAxis]
  let inputs: [String]
  let output: String
  let forward: ([Tensor]) throws -> [Tensor]

  /// A network of `weft train` for images.
  init(_ run: TrainedRun) {
    let model = run.model
    self.init(
      pixels: model, Tensor(zeros: Shape([1] + run.architecture.imageShape.sizes)), output: "logits", name: "image")
  }

  /// A network on data of one's own.
  init(_ run: OwnDataRun) {
    switch run.network {
    case .table(let plan, let network): self.init(table: network, plan.encoder)
    case .images(let plan, let network):
      self.init(
        pixels: network, Tensor(zeros: [1, plan.channels, plan.size, plan.size]), output: "logits", name: "image")
    case .text(_, let network): self.init(characters: network)
    }
  }

  /// A network that tells the next character: eight of them, the least that windows have.
  private init(characters network: Module) {
    (module, adapted, example) = (network, network, [Tensor(ones: [1, 8], dtype: .int64)])
    free = ["batch", FreeAxis("sequence_length", axis: 1)]
    (inputs, output) = (["tokens"], "logits")
    forward = { [network($0[0])] }
  }

  /// A network of rows: logits of classes, or the number on its own scale. A file has no input that nothing reads.
  private init(table network: TableNetwork, _ encoder: TableEncoder) {
    let (numbers, categories) = (encoder.numberCount, encoder.categoryCounts.count)
    let (mean, deviation) = (encoder.number(from: 0), encoder.number(from: 1) - encoder.number(from: 0))
    var (example, inputs): ([Tensor], [String]) = ([], [])
    if numbers > 0 {
      example.append(Tensor(zeros: [1, numbers]))
      inputs.append("numbers")
    }
    if categories > 0 {
      example.append(Tensor(zeros: [1, categories], dtype: .int64))
      inputs.append("categories")
    }
    (module, adapted, self.example, free) = (network, network, example, ["batch"])
    (self.inputs, output) = (inputs, encoder.classes == nil ? "value" : "logits")
    forward = { given in
      let rows = given[0].shape[0]
      let said = network(
        numbers > 0 ? given[0] : Tensor(zeros: [rows, 0]),
        categories > 0 ? given[given.count - 1] : Tensor(zeros: [rows, 0], dtype: .int64))
      return [encoder.classes == nil ? said * deviation + mean : said]
    }
  }

  /// The model of a folder, for what its files say.
  init(_ folder: ModelFolder) throws {
    let architectures = try folder.configuration.texts("architectures") ?? []
    func isFor(_ task: String) -> Bool { architectures.contains { $0.hasSuffix(task) } }
    if try folder.readsImages {
      try self.init(pictures: folder, classifies: isFor("ForImageClassification"))
    } else if folder.has("modules.json"), try !folder.isCrossEncoder() {
      let model = try EmbeddingModel(from: folder)
      let kept = min(try folder.keptFeatures() ?? model.dimension, model.dimension)
      self.init(texts: model, output: "sentence_embedding") {
        let vectors = model($0[0], attentionMask: $0[1])
        return kept == model.dimension ? vectors : vectors.sliced(axis: 1, to: kept)
      }
      adapted = model.encoder
    } else if isFor("ForCausalLM") || isFor("LMHeadModel") {
      let model = try CausalLanguageModel.open(folder.path)
      self.init(texts: model, output: "logits") { model($0[0], attentionMask: $0[1]) }
    } else if isFor("ForSequenceClassification") || isFor("ForTokenClassification") {
      let task: EncoderTask = isFor("ForTokenClassification") ? .tokenClassification : .sequenceClassification
      let model = try folder.encoderModel(for: task)
      self.init(texts: model, output: "logits") { model($0[0], attentionMask: $0[1]) }
    } else {
      let model = try folder.textEncoder()
      self.init(texts: model, output: "last_hidden_state") { model($0[0], attentionMask: $0[1]) }
    }
  }

  private init(pictures folder: ModelFolder, classifies: Bool) throws {
    let blank = try Image(Tensor(zeros: [3, 8, 8]))
    let pixels = try folder.imagePreprocessor()([blank])
    if classifies {
      self.init(pixels: try folder.imageModel(), pixels, output: "logits", name: "pixel_values")
    } else {
      self.init(pixels: try ImageEmbedder(from: folder).model, pixels, output: "image_embeds", name: "pixel_values")
    }
  }

  /// A model of pictures.
  private init(pixels model: Module, _ example: Tensor, output: String, name: String) {
    (module, adapted, self.example, free) = (model, model, [example], ["batch"])
    (inputs, self.output) = ([name], output)
    forward = { [model($0[0])] }
  }

  /// A model of texts: tokens, and where they are none of padding.
  private init(texts model: Module, output: String, _ forward: @escaping ([Tensor]) throws -> Tensor) {
    let tokens = Tensor(ones: [2, 8], dtype: .int64)
    (module, adapted, example) = (model, model, [tokens, tokens])
    free = ["batch", FreeAxis("sequence_length", axis: 1)]
    (inputs, self.output) = (["input_ids", "attention_mask"], output)
    self.forward = { [try forward($0)] }
  }
}
