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

/// The mean loss of a character, over windows that were not learned from.
func loss(of model: GPT, on windows: TextWindows) -> Double {
  model.eval()
  defer { model.train() }
  var perplexity = 0.0
  noGrad {
    for batch in DataLoader(windows, batchSize: 64) {
      let loss = crossEntropy(
        model(batch.inputs).flattened(through: 1), classIndices: batch.targets.flattened(), reduction: .sum)
      perplexity += loss.item()
    }
  }
  return perplexity / Double(windows.count * windows.length)
}

runScript {
  Interrupt.install()
  Random.seed(7)
  let text = try readText()
  let alphabet = Alphabet(of: text)
  let characters = try alphabet.indices(of: text)
  let end = characters.count * 9 / 10
  let context = 64
  let train = try TextWindows(Array(characters[..<end]), length: context, step: 1)
  let check = try TextWindows(Array(characters[end...]), length: context)

  let model = GPT(
    vocabularySize: alphabet.count, contextLength: context, numLayers: 2, numHeads: 4, embedDim: 96, dropout: 0.1)
  let steps = isBrief ? 20 : 1600
  let optimizer = AdamW(model.parameters(), learningRate: 4e-3)
  optimizer.schedule = Schedules.warmUp(over: 100, then: Schedules.cosine(from: 4e-3, over: steps - 100))
  print("\(model.parameterCount) parameters, \(characters.count) characters, \(alphabet.count) different ones")

  let step = Recorded(model, optimizer) { model, optimizer, tokens, next in
    let loss = crossEntropy(model(tokens).flattened(through: 1), classIndices: next.flattened())
    optimizer.zeroGrad()
    loss.backward()
    clipGradientNorm(optimizer.parameters, to: 1)
    optimizer.step()
    return loss
  }
  func write(_ count: Int) throws -> String {
    model.eval()
    defer { model.train() }
    let tokens = model.generate(Tensor([try alphabet.indices(of: "The ")]), count: count, temperature: 0.7, topK: 20)
    return alphabet.text(of: tokens.scalars(as: Int.self))
  }
  let loader = DataLoader(train, batchSize: 16, shuffle: true, seed: 7)
  for (number, batch) in loader.enumerated().prefix(steps) {
    try Interrupt.check()
    let value = try step(batch.inputs, batch.targets).item()
    if number % 250 == 0 { print("step \(number): loss \(value)") }
  }
  print(try write(400))
  print(loss(of: model, on: check))
}
