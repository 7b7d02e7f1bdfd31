import ArgumentParser
import Weft

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Measure a trained network on its test images.")

  @Argument(help: "The run folder.")
  var folder: String
  @Option(help: "The folder of the data files, where the data is not embedded.")
  var data: String?

  func run() throws {
    let trained = try TrainedRun(folder)
    let test = try trained.testImages(data: data)
    let report = try Trainer.evaluate(trained.model, on: test)
    print("\(folder): \(trained.configuration.architecture) on \(test.name), \(report.sampleCount) test images")
    print("accuracy \(percent(report.accuracy))   loss \((report.loss * 1e4).rounded() / 1e4)")
    print(Self.table(report.confusion))
  }

  /// The confusion matrix: rows are true classes, columns predicted ones.
  static func table(_ confusion: [[Int]]) -> String {
    let width = max(4, confusion.flatMap { $0 }.map { "\($0)".count }.max() ?? 1) + 1
    func cell(_ text: String) -> String { String(repeating: " ", count: max(0, width - text.count)) + text }
    let header = "true \\ predicted" + confusion.indices.map { cell("\($0)") }.joined() + "  recall"
    let rows = confusion.enumerated().map { label, row in
      let total = row.reduce(0, +)
      let recall = total == 0 ? "-" : "\(Int((Double(row[label]) / Double(total) * 1000).rounded()))"
      let shown = total == 0 ? "-" : "\(recall.dropLast().isEmpty ? "0" : recall.dropLast()).\(recall.suffix(1))%"
      return "\(label)" + String(repeating: " ", count: 16 - "\(label)".count)
        + row.map { cell($0 == 0 ? "." : "\($0)") }.joined() + "  "
        + String(repeating: " ", count: max(0, 6 - shown.count)) + shown
    }
    return ([header] + rows).joined(separator: "\n")
  }
}
