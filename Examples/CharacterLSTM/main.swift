// A network that reads a text character by character, learns what comes next, and writes. See README.md.

import Foundation
import Weft

let isBrief = ProcessInfo.processInfo.environment["WEFT_BRIEF"] != nil

/// The files on the command line; without any, what this project says of itself.
func readText() throws -> String {
  let given = Array(CommandLine.arguments.dropFirst())
  let paths = given.isEmpty ? ["README.md", "READING.md", "CONTRIBUTING.md", "SECURITY.md"] : given
  return try paths.map { try TextFile.read($0) }.joined(separator: "\n")
}

/// The beginning and what the network writes after it: each character is drawn from those that it expects next.
///
/// - Parameter temperature: Below 1 the likely ones are drawn more often than the network thinks, near 0 the likeliest.
func write(
  _ count: Int, after beginning: String, by model: CharLSTM, _ alphabet: Alphabet, temperature: Double = 0.6
) throws -> String {
  model.eval()
  defer { model.train() }
  return try noGrad {
    var characters = try alphabet.indices(of: beginning)
    var (logits, state) = model(Tensor([characters]))
    for _ in 0..<count {
      let chances = (logits[0, -1] / temperature).softmax(axis: 0)
      let next = Int(chances.multinomial(1).item())
      characters.append(next)
      (logits, state) = model(Tensor([[next]]), state: state)  // the state is all that it knows of what came before
    }
    return alphabet.text(of: characters)
  }
}

runScript {
  Interrupt.install()
  Random.seed(7)
  let text = try readText()
  let alphabet = Alphabet(of: text)
  let characters = try alphabet.indices(of: text)
  // The last tenth is never learned from: it says how well the rest was understood, rather than learned by heart.
  let end = characters.count * 9 / 10
  let train = try TextWindows(Array(characters[..<end]), length: 64, step: 32)
  let check = try TextWindows(Array(characters[end...]), length: 64)
  print("\(characters.count) characters, \(alphabet.count) different ones")

  let model = CharLSTM(tokens: alphabet.count, embedding: 64, hidden: 256, layers: 1, dropout: 0.2)
  let trainer = Trainer(model, AdamW(model.parameters(), learningRate: 5e-3), metrics: ["perplexity": Perplexity()]) {
    (model: CharLSTM, batch: TextWindows.Batch) in
    let (logits, _) = model(batch.inputs)
    let loss = crossEntropy(logits.flattened(through: 1), classIndices: batch.targets.flattened())
    return StepOutput(loss: loss, predictions: logits, targets: batch.targets)
  }
  let loader = DataLoader(train, batchSize: 32, shuffle: true, seed: 7)
  let epochs = isBrief ? 1 : 24
  trainer.settings.schedule = Schedules.cosine(from: 5e-3, over: epochs * loader.count)
  trainer.settings.gradientNorm = 1
  trainer.settings.isRecorded = true
  trainer.extensions = [ProgressView()]
  trainer.onEvent { event, training in
    guard case .epochEnded = event, training.history.count % 8 == 1 else { return }
    print(try write(100, after: "The ", by: model, alphabet), terminator: "\n\n")
  }
  let history = try trainer.fit(loader, validation: DataLoader(check, batchSize: 64), epochs: epochs)

  print(try write(500, after: "The ", by: model, alphabet))
  let perplexity = history.last?.validation?["perplexity"] ?? .nan
  print("as uncertain as a choice among \(perplexity) characters, of \(alphabet.count)")
  guard isBrief || perplexity < 7 else { throw Shortfall(description: "expected a perplexity below 7") }
}

/// What ends the program where the network did not learn what it should.
struct Shortfall: Error, CustomStringConvertible { let description: String }
