// A small GPT learns a text and writes: a loop of one's own around a recorded step. See README.md.

import Foundation
import Weft

let isBrief = ProcessInfo.processInfo.environment["WEFT_BRIEF"] != nil

/// The files on the command line; without any, what this project says of itself.
func readText() throws -> String {
  let given = Array(CommandLine.arguments.dropFirst())
  let paths = given.isEmpty ? ["README.md", "READING.md", "CONTRIBUTING.md", "SECURITY.md"] : given
  return try paths.map { try TextFile.read($0) }.joined(separator: "\n")
}

/// Among how many characters the model would have to guess to be as uncertain as it is, on windows of a text.
func perplexity(of model: GPT, on windows: TextWindows) throws -> Double {
  model.eval()
  defer { model.train() }
  var perplexity = Perplexity()
  for batch in DataLoader(windows, batchSize: 64) {
    try noGrad { try perplexity.update(model(batch.inputs), batch.targets) }
  }
  return perplexity.value
}

/// The beginning and what the model writes after it.
func write(_ count: Int, after beginning: String, by model: GPT, _ alphabet: Alphabet) throws -> String {
  model.eval()
  defer { model.train() }
  let tokens = Tensor([try alphabet.indices(of: beginning)])
  let written = model.generate(tokens, count: count, temperature: 0.7, topK: 20)
  return alphabet.text(of: written.scalars(as: Int.self))
}

runScript {
  Interrupt.install()
  Random.seed(7)
  let text = try readText()
  let alphabet = Alphabet(of: text)
  let characters = try alphabet.indices(of: text)
  // The last tenth is never learned from: it says how well the rest was understood, rather than learned by heart.
  let (end, context) = (characters.count * 9 / 10, 64)
  let train = try TextWindows(Array(characters[..<end]), length: context, step: 1)
  let check = try TextWindows(Array(characters[end...]), length: context)

  let model = GPT(
    vocabularySize: alphabet.count, contextLength: context, numLayers: 2, numHeads: 4, embedDim: 96, dropout: 0.1)
  print("\(characters.count) characters, \(alphabet.count) different ones; \(model.parameterCount) parameters")
  let steps = isBrief ? 20 : 1600
  let optimizer = AdamW(model.parameters(), learningRate: 4e-3)
  optimizer.schedule = Schedules.warmUp(over: 100, then: Schedules.cosine(from: 4e-3, over: steps - 100))

  let step = Recorded(model, optimizer) { model, optimizer, characters, next in
    let loss = crossEntropy(model(characters).flattened(through: 1), classIndices: next.flattened())
    optimizer.zeroGrad()
    loss.backward()
    clipGradientNorm(optimizer.parameters, to: 1)
    optimizer.step()
    return loss
  }
  let loader = DataLoader(train, batchSize: 16, shuffle: true, seed: 7)
  for (number, batch) in loader.enumerated().prefix(steps) {
    try Interrupt.check()
    let loss = try step(batch.inputs, batch.targets).item()
    guard (number + 1) % (steps / 5) == 0 else { continue }
    print("step \(number + 1), loss \(loss): \(try write(60, after: "The ", by: model, alphabet).debugDescription)")
  }

  print(try write(500, after: "The ", by: model, alphabet))
  let uncertainty = try perplexity(of: model, on: check)
  print("as uncertain as a choice among \(uncertainty) characters, of \(alphabet.count)")
  guard isBrief || uncertainty < 8 else { throw Shortfall(description: "expected a perplexity below 8") }
}

/// What ends the program where the network did not learn what it should.
struct Shortfall: Error, CustomStringConvertible { let description: String }
