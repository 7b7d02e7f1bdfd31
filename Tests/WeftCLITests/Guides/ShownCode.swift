import Foundation
import Hummingbird
import Testing
import Weft
import WeftMPI
import WeftModels
import WeftONNX
import WeftServe
import WeftTune

// Code that pages show beside whole programs. It needs what a reader has (weights, a server, other processes), so it is
// compiled and not run: as the text of a page, which is compared with it below.

private func readme(
  _ model: Sequential, _ optimizer: Optimizer, _ x: Tensor, _ y: Tensor, _ loader: DataLoader<LabeledImages>
) throws {
  let (loss, gradients) = try withGradientTape { tape in
    let loss = meanSquaredError(model(x), y)
    return (loss, try tape.gradient(of: loss, with: model.parameters().map(\.tensor)))
  }
  print(loss, gradients)

  let step = Recorded(model, optimizer) { model, optimizer, images, labels in
    let loss = crossEntropy(model(images), classIndices: labels)
    loss.backward()
    optimizer.step()
    optimizer.zeroGrad()
    return loss
  }
  for batch in loader { print(try step(batch.images, batch.labels).item()) }
}

private func trainers(_ model: Sequential, _ train: TensorDataset, _ check: TensorDataset) throws {
  let trainer = Trainer(model, AdamW(model.parameters()), metrics: ["error": MeanAbsoluteError()]) {
    (model: Sequential, batch: TensorDataset.Batch) in
    let prediction = model(batch.inputs)
    return StepOutput(
      loss: meanSquaredError(prediction, batch.targets), predictions: prediction, targets: batch.targets)
  }
  trainer.extensions = [ProgressView(), EarlyStopping(patience: 5), GradientHealth(every: 100), Checkpoints(in: "run")]
  try trainer.resume(from: "run")  // after a kill at any moment: on to the very bits of a training that ran through
  try trainer.fit(DataLoader(train, batchSize: 64, shuffle: true), validation: DataLoader(check), epochs: 50)
}

private func trainersOfTheGuide(_ model: Sequential, _ train: TensorDataset, _ check: TensorDataset) throws {
  let trainer = Trainer(model, AdamW(model.parameters()), metrics: ["error": MeanAbsoluteError()]) {
    (model: Sequential, batch: TensorDataset.Batch) in
    let prediction = model(batch.inputs)
    return StepOutput(
      loss: meanSquaredError(prediction, batch.targets), predictions: prediction, targets: batch.targets)
  }
  trainer.settings.gradientNorm = 1
  trainer.settings.isRecorded = true  // steps are replayed, see below
  trainer.extensions = [
    ProgressView(), EarlyStopping(patience: 5), GradientHealth(every: 100) { print($0) },
    MetricsLog(to: "metrics.csv"), Checkpoints(in: "checkpoints", best: .init("loss", count: 3)),
  ]
  try trainer.resume(from: "checkpoints")
  try trainer.fit(DataLoader(train, batchSize: 64, shuffle: true), validation: DataLoader(check), epochs: 50)
}

private func resumed<Model: Module>(
  _ trainer: Trainer<Model, TensorDataset.Batch>, _ model: Model, _ loader: DataLoader<TensorDataset>,
  _ check: DataLoader<TensorDataset>
) throws {
  trainer.extensions = [EarlyStopping(patience: 5), Checkpoints(in: "run/checkpoints", everySteps: 500, keepLast: 2)]
  try trainer.resume(from: "run/checkpoints")  // false where there is none yet
  try trainer.fit(loader, validation: check, epochs: 100)

  let communicator = try Communicator.launched()
  trainer.replicas = try DataParallel(model, communicator)
  try trainer.fit(loader, validation: check, epochs: 10)
  communicator.close()

  let profile = try Weft.profile { try trainer.fit(loader, epochs: 1) }
  print(profile)  // by operation, by module, and what took memory
  try profile.writeTrace(to: "trace.json")  // for ui.perfetto.dev and chrome://tracing
}

private func steps(_ model: Sequential, _ optimizer: Optimizer, _ loader: DataLoader<LabeledImages>, epochs: Int) throws
{
  runScript {
    Interrupt.install()
    for batch in loader {
      try Interrupt.check()  // outside a throwing function: Interrupt.exitIfReceived()
      print(batch.labels.shape)
    }
  }

  var sum = 0.0
  let step = Recorded(model, optimizer) { model, optimizer, images, labels in
    optimizer.zeroGrad()
    let loss = crossEntropy(model(images), classIndices: labels)
    loss.backward()
    clipGradientNorm(optimizer.parameters, to: 1)
    optimizer.step()
    return loss
  }
  optimizer.schedule = Schedules.oneCycle(peak: 1e-2, over: epochs * loader.count)
  for batch in loader { sum += try step(batch.images, batch.labels).item() }
  print(sum)
}

private func reported(
  _ model: Sequential, _ checkLoader: DataLoader<LabeledTensors>, _ names: [String], _ folder: RunFolder
) throws {
  var found = ClassFindings(classes: names)
  for batch in checkLoader { try found.add(model(batch.inputs), batch.labels) }
  var findings = RunFindings(data: "validation")
  (findings.classes, findings.confusion) = (found.classes, found.confusion)
  try folder.write(findings)
  try RunReport([folder]).write(to: folder.reportPath)
}

private func explained(_ model: Sequential, _ images: Tensor, _ labels: Tensor) throws {
  try Explanation(of: model, title: "Digits", inputs: [("images", images)]) {
    crossEntropy(model(images), classIndices: labels)
  }.write(to: "inside.html")

  try model.exportONNX(to: "digits.onnx", example: images, free: ["batch"])
}

private func flowers() throws {
  let training: [any ImageTransform] = [
    RandomResizedCrop(width: 224, height: 224), RandomFlip(), ColorJitter(brightness: 0.2, contrast: 0.2),
  ]
  let data = try ImageFolder("flowers/train", transforms: training, normalization: .imageNet)
  let loader = DataLoader(data, batchSize: 32, shuffle: true, seed: 7, workers: 2)
  print(loader.count, data.unreadable())
}

private func divided() throws {
  let all = try FashionMNIST.load(.train, from: "fashion-mnist")
  let (train, validation) = try all.split(validation: 0.1, seed: 7)
  let changed = AugmentedImages(train, transforms: [RandomCrop(width: 28, height: 28, padding: 2), RandomFlip()])
  let loader = DataLoader(changed, batchSize: 64, shuffle: true, seed: 7, workers: 2)
  print(loader.count, validation)
}

private func folders() throws {
  var (learned, checked) = try ImageFolder("flowers", normalization: .imageNet).split(validation: 0.2, seed: 7)
  learned.transforms = [RandomResizedCrop(width: 224, height: 224), RandomFlip()]
  checked.transforms = [Resize(shorterSide: 256), CenterCrop(width: 224, height: 224)]
  print(learned, checked)
}

private func shakespeare() throws {
  let text = try TextFile.read("shakespeare.txt")
  let alphabet = Alphabet(of: text)
  let windows = try TextWindows(alphabet.indices(of: text), length: 128)
  let model = GPT(vocabularySize: alphabet.count, contextLength: 128, numLayers: 4, numHeads: 4, embedDim: 128)
  let optimizer = AdamW(model.parameters(), learningRate: 1e-3)
  for batch in DataLoader(windows, batchSize: 16, shuffle: true, seed: 7) {
    let loss = crossEntropy(model(batch.inputs), classIndices: batch.targets, axis: -1)  // [N, 128, characters]
    optimizer.zeroGrad()
    loss.backward()
    optimizer.step()
  }
  model.eval()
  let start = Tensor(try alphabet.indices(of: "ROMEO:")).unsqueezed(0)
  print(alphabet.text(of: model.generate(start, count: 200).scalars(as: Int.self)))
}

/// A model of two inputs.
private final class Price: Module {
  let house = Linear(8, 32), street = Linear(3, 32), head = Linear(32, 1)

  func callAsFunction(_ houses: Tensor, _ streets: Tensor) -> Tensor {
    inPath { head((house(houses) + street(streets)).relu()) }
  }
}

private func price() throws {
  let model = Price()
  let served = try model.frozen(forBatchesOf: [Tensor(zeros: [1, 8]), Tensor(zeros: [1, 3])]) { [model($0[0], $0[1])] }
  print(served)
}

private func opened() throws {
  let model = try ONNXModel(from: "mobilenet.onnx")
  print(model)
}

private func trained() throws {
  let embedder = try TextEmbedder(from: "all-MiniLM-L6-v2")
  let vectors = try embedder.embed(["A man is eating food.", "Someone has lunch."])  // [2, 384]
  print(vectors)

  let adapters = try Adapters(embedder.model.encoder, LoRA(rank: 8, alpha: 16, targets: ["query", "value"]))
  let trainer = Trainer(tuning: embedder, AdamW(adapters.parameters, learningRate: 5e-4))  // contrastive; or by scores
  let pairs = try TextPairs(contentsOf: "pairs.csv")  // or .jsonl
  try trainer.fit(DataLoader(embedder.dataset(of: pairs), batchSize: 32, shuffle: true), epochs: 1)
  try adapters.save(to: "adapter")  // PEFT opens it
}

private func tuned() throws {
  let embedder = try TextEmbedder(from: "models/all-MiniLM-L6-v2")
  let vectors = try embedder.embed(["A man is eating food.", "Someone has lunch."])
  print(vectors)
}

private func tunedWhole() throws {
  let embedder = try TextEmbedder(from: "models/all-MiniLM-L6-v2")
  let pairs = try TextPairs(contentsOf: "pairs.csv")
  let trainer = Trainer(tuning: embedder, AdamW(embedder.model.parameters(), learningRate: 2e-5))
  try trainer.fit(DataLoader(embedder.dataset(of: pairs), batchSize: 32, shuffle: true), epochs: 1)
  try embedder.save(to: "tuned")
}

private func written() async throws {
  let generator = try TextGenerator(from: "SmolLM2-135M-Instruct.Q4_1.gguf")  // or a Hugging Face folder
  for try await piece in generator.chat([.user("What is gravity?")]) { print(piece, terminator: "") }

  let recognizer = try SpeechRecognizer(from: "whisper-tiny")  // and TextToTextGenerator for T5
  print(try recognizer.transcribe(wav: "hello.wav"))
}

private func served() async throws {
  let shelf = ModelShelf()
  shelf.put(try ServedModel.open("models/all-MiniLM-L6-v2"))
  try await WeftServer(shelf).run()

  let router = Router()
  shelf.addRoutes(to: router)

  for model in try ServedModel.open("models/Qwen3-0.6B", adapters: [("legal", "adapters/legal")]) { shelf.put(model) }
}

@Suite struct ShownCodeTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../..").standardized

  private static func files(_ folder: String, ending: String) -> [URL] {
    let all = FileManager.default.enumerator(at: root.appendingPathComponent(folder), includingPropertiesForKeys: nil)
    return (all?.compactMap { $0 as? URL } ?? [])
      .filter { $0.path.hasSuffix(ending) && !$0.path.contains("/.build/") }
  }

  /// Swift as it is told apart from comments at a line's end, imports, indentation and empty lines.
  private static func core(_ text: Substring) -> String {
    text.split(separator: "\n").compactMap { line -> String? in
      let line = " " + line
      let code = line.firstRange(of: " // ").map { line[..<$0.lowerBound] } ?? line[...]
      let words = code.split(separator: " ").joined(separator: " ")
      return words.isEmpty || words.hasPrefix("import ") || words == "@main" ? nil : words
    }.joined(separator: "\n")
  }

  private static func blocks(of page: String) -> [Substring] {
    page.split(separator: "```swift\n", omittingEmptySubsequences: false).dropFirst()
      .compactMap { part in part.firstRange(of: "```").map { part[..<$0.lowerBound] } }
  }

  /// Everything in Swift that the pages show is compiled somewhere: in a guide's test, an example, or above. What stands
  /// in a manifest is not for a compiler.
  @Test func whatPagesShowIsCompiled() throws {
    let sources = Self.files("Tests", ending: ".swift") + Self.files("Examples", ending: ".swift")
    let compiled = try sources.map { Self.core(try String(contentsOf: $0, encoding: .utf8)[...]) }
    var pages = ["README.md", "Benchmarks/README.md"].map { Self.root.appendingPathComponent($0) }
    pages += Self.files("Sources", ending: ".md") + Self.files("Examples", ending: ".md")
    var count = 0
    for page in pages {
      for block in Self.blocks(of: try String(contentsOf: page, encoding: .utf8)) where !block.contains(".package(") {
        let core = Self.core(block)
        #expect(compiled.contains { $0.contains(core) }, "\(page.path) shows what nothing compiles:\n\(block)")
        count += 1
      }
    }
    #expect(count > 30)
  }
}
