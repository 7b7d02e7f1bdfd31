import Weft

extension StoredRun {
  /// Its row in a list of runs.
  var cells: [String] {
    let loss = last("test_loss") ?? last("validation_loss") ?? last("train_loss")
    let accuracy = last("test_accuracy") ?? last("validation_accuracy")
    return [
      shown(name), shown(configuration?.architecture ?? "-"), shown(configuration?.dataset ?? "-"),
      "\(rows.count)/\(configuration.map { "\($0.epochs)" } ?? "?")", state, configuration.map { "\($0.seed)" } ?? "-",
      loss.map(Amount.short) ?? "-", accuracy.map(percent) ?? "-", shown(manifest?.began ?? "-"),
    ]
  }
}
