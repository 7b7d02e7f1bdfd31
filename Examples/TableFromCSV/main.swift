// Which customers will leave: a table from a CSV file, with categories and missing values. See README.md.

import Foundation
import Weft

let isBrief = ProcessInfo.processInfo.environment["WEFT_BRIEF"] != nil

/// Customers of a shop that does not exist, as comma-separated values; and the chance that each leaves, which only this
/// function knows.
func customers(_ count: Int) -> (csv: String, chances: [Double]) {
  var random = RandomGenerator(seed: 3)
  var lines = ["months,price,calls,tariff,city,leaves"]
  var chances: [Double] = []
  for _ in 0..<count {
    let months = Int.random(in: 1...72, using: &random)
    let price = Double.random(in: 10...90, using: &random)
    let calls = Int.random(in: 0...8, using: &random)
    let tariff = ["monthly", "yearly", "family"][Int.random(in: 0..<3, using: &random)]
    let city = ["Aalen", "Bremen", "Celle", "Dessau", "Emden", "Fulda"][Int.random(in: 0..<6, using: &random)]
    // What costs much is left, by those alone who can leave; who has stayed long stays; somebody else is in Fulda.
    var score = -0.5 - 0.05 * Double(months) + 0.4 * Double(calls)
    score += tariff == "monthly" ? 0.06 * (price - 30) : tariff == "yearly" ? -1 : 0.02 * (50 - price)
    if city == "Fulda" { score += 2 }
    let chance = 1 / (1 + exp(-score))
    chances.append(chance)
    let leaves = Double.random(in: 0..<1, using: &random) < chance
    // Every tenth number of calls was never written down, nor was every twentieth city.
    let knowsCalls = Int.random(in: 0..<10, using: &random) > 0
    let knowsCity = Int.random(in: 0..<20, using: &random) > 0
    lines.append(
      "\(months),\(String(format: "%.2f", price)),\(knowsCalls ? "\(calls)" : ""),\(tariff),\(knowsCity ? city : "NA"),"
        + (leaves ? "yes" : "no"))
  }
  return (lines.joined(separator: "\n") + "\n", chances)
}

runScript {
  Interrupt.install()
  let path = "runs/customers.csv"
  try FileManager.default.createDirectory(atPath: "runs", withIntermediateDirectories: true)
  let (csv, chances) = customers(6000)
  try AtomicFile.write(csv, to: path)

  // What a column holds is found by looking; a field that is empty or "NA" is missing.
  let table = try Table(csv: path)
  print(table, terminator: "\n\n")
  let parts = try table.split(validation: 0.15, test: 0.15, seed: 7, stratifiedBy: "leaves")
  // Scales and categories are learned from the rows that are trained on, and from no others.
  let encoder = try TableEncoder(fitting: parts.train, target: "leaves")
  let classes = encoder.classes?.names ?? []
  let loader = { rows in DataLoader(try TableTensors(rows, by: encoder), batchSize: 64, shuffle: true, seed: 7) }

  Random.seed(7)
  let network = TableNetwork(numbers: encoder.numberCount, categories: encoder.categoryCounts, outputs: classes.count)
  let trainer = Trainer(
    network, AdamW(network.parameters(), learningRate: 2e-3),
    metrics: ["accuracy": Accuracy(), "auroc": AUROC(), "f1": F1Score(classCount: classes.count)]
  ) { (network: TableNetwork, batch: TableTensors.Batch) in
    let logits = network(batch.numbers, batch.categories)
    return StepOutput(
      loss: crossEntropy(logits, classIndices: batch.targets), predictions: logits, targets: batch.targets)
  }
  trainer.settings.isRecorded = true
  trainer.extensions = [ProgressView(), EarlyStopping(watching: "loss", patience: 5)]
  try trainer.fit(loader(parts.train), validation: loader(parts.validation), epochs: isBrief ? 2 : 40)
  if let reason = trainer.training.stopReason { print("stopped: \(reason)") }

  // Judged by rows that nothing was chosen by, beside what the best of networks could reach.
  let measures = try trainer.evaluate(loader(parts.test))
  for (name, value) in measures.all { print(String(format: "%@ %.3f", name, value)) }
  var best = AUROC()
  try best.update(Tensor(chances), Tensor(try table.texts("leaves").map { $0 == "yes" ? 1 : 0 }))
  print(String(format: "auroc of who knows the chances %.3f", best.value))

  // New customers: one of a city that was never seen, about whose calls nothing is known.
  let new = "months,price,calls,tariff,city\n2,80,,monthly,Gera\n60,20,0,yearly,Aalen\n"
  let rows = try Table(decoding: FileBytes(name: "new customers", bytes: Array(new.utf8)), kinds: encoder.kinds)
  let inputs = try encoder.parts(of: rows)
  network.eval()
  let shares = noGrad { network(inputs.numbers, inputs.categories).softmax(axis: 1) }
  for (row, line) in new.split(separator: "\n").dropFirst().enumerated() {
    print(String(format: "%@: leaves with a chance of %.2f", String(line), shares[row, 1].item()))
  }
  guard isBrief || measures["auroc"] ?? 0 > 0.85 else { throw Shortfall(description: "expected an AUROC of 0.85") }
}

/// What ends the program where the network did not learn what it should.
struct Shortfall: Error, CustomStringConvertible { let description: String }
