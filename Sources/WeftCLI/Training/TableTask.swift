import Weft

/// A network on the rows of a table.
struct TableTask: TrainingTask {
  let tablePlan: TablePlan
  let source: String?
  let dataset: String
  let folderName: String
  let train: TableTensors
  let check: TableTensors
  /// The rows that are not learned from.
  private let checkRows: Table

  init(_ file: String, _ plan: TablePlan, _ rows: TableRows) throws {
    (tablePlan, source, dataset, folderName) = (plan, file, fileName(of: file), stem(of: file))
    train = try TableTensors(rows.train, by: plan.encoder)
    check = try TableTensors(rows.check, by: plan.encoder)
    checkRows = rows.check
  }

  var architecture: String { "table-mlp" }
  var plan: RunPlan? { .table(tablePlan) }
  var amount: String { "\(train.count) training and \(check.count) validation rows" }
  var peakLearningRate: Double { 3e-3 }
  private var encoder: TableEncoder { tablePlan.encoder }

  func defaultEpochs(steps: Int) -> Int { Self.epochs(for: 3000, of: steps, within: 10...60) }
  func build() -> TableNetwork { tablePlan.build() }

  func trainer(
    _ network: TableNetwork, _ optimizer: Optimizer, _ settings: TrainerSettings
  ) -> Trainer<TableNetwork, TableTensors.Batch> {
    if let classes = encoder.classes { return classifier(network, optimizer, settings, classes.count) }
    // Errors in the target's own unit: what the network says is shifted and stretched back.
    let (mean, deviation) = (encoder.number(from: 0), encoder.number(from: 1) - encoder.number(from: 0))
    return Trainer(
      network, optimizer, metrics: ["rmse": RootMeanSquaredError(), "r2": R2Score()], settings: settings
    ) { network, batch in
      let said = network(batch.numbers, batch.categories)
      return StepOutput(
        loss: meanSquaredError(said, batch.targets), predictions: said.converted(to: .float64) * deviation + mean,
        targets: batch.targets.converted(to: .float64) * deviation + mean)
    }
  }

  private func classifier(
    _ network: TableNetwork, _ optimizer: Optimizer, _ settings: TrainerSettings, _ count: Int
  ) -> Trainer<TableNetwork, TableTensors.Batch> {
    let step: Trainer<TableNetwork, TableTensors.Batch>.Step = { network, batch in
      let logits = network(batch.numbers, batch.categories)
      return StepOutput(
        loss: crossEntropy(logits, classIndices: batch.targets), predictions: logits, targets: batch.targets)
    }
    let (accuracy, f1) = (Accuracy(), F1Score(classCount: count))
    // The area needs every score of an epoch, sorted.
    guard train.count * count <= 4_000_000 else {
      return Trainer(network, optimizer, metrics: ["accuracy": accuracy, "f1": f1], settings: settings, step: step)
    }
    return Trainer(
      network, optimizer, metrics: ["accuracy": accuracy, "f1": f1, "auroc": AUROC()], settings: settings, step: step)
  }

  func result(_ measures: Measures) -> String? {
    if encoder.classes == nil {
      guard let error = measures["rmse"], let r2 = measures["r2"] else { return nil }
      return "validation RMSE \(Amount.short(error)), R2 \(Amount.short(r2)) over \(check.count) rows"
    }
    let others = ["f1", "auroc"].compactMap { name in measures[name].map { ", \(name) \(Amount.short($0))" } }
    return accuracy(measures, name: checkName, count: check.count).map { $0 + others.joined() }
  }
}

extension TableTask {
  /// How many rows with the largest errors a report shows.
  private static let worstCount = 24
  private static let mostPoints = 2000

  func findings(of network: TableNetwork) throws -> RunFindings {
    let rows = checkRows
    func fields(_ row: Int) -> [RunFindings.Field] {
      rows.rows(at: [row]).columns.filter { $0.name != encoder.target }.map {
        RunFindings.Field($0.name, $0.texts.first.flatMap { $0 } ?? "")
      }
    }
    func name(_ row: Int) -> String { checkRows.lines.indices.contains(row) ? "line \(checkRows.lines[row])" : "" }
    guard let classes = encoder.classes else { return try numbers(of: network, name, fields) }
    var found = ClassFindings(classes: classes.names, worst: Self.worstCount)
    try look(network) { try found.add(network($0.numbers, $0.categories), $0.targets) }
    return try found.findings(data: checkName, name: name, fields: fields) { _ in nil }
  }

  private func numbers(
    of network: TableNetwork, _ name: (Int) -> String, _ fields: (Int) -> [RunFindings.Field]
  ) throws -> RunFindings {
    var said: [Double] = []
    try look(network) { batch in
      said += network(batch.numbers, batch.categories).scalars(as: Double.self).map(encoder.number(from:))
    }
    let truth = try checkRows.numbers(encoder.target)
    var worst = WorstSamples(Self.worstCount)
    for (row, pair) in zip(truth, said).enumerated() { worst.add(row, error: abs(pair.0 - pair.1)) }
    var findings = RunFindings(data: checkName)
    findings.numbers = RunFindings.Numbers(
      name: encoder.target, truth: Array(truth.prefix(Self.mostPoints)),
      predictions: Array(said.prefix(Self.mostPoints)))
    findings.worst = worst.worst.map { place in
      RunFindings.Sample(
        name: name(place.index), truth: Amount.short(truth[place.index]), prediction: Amount.short(said[place.index]),
        error: place.error, fields: fields(place.index))
    }
    return findings
  }
}
