import Foundation
import WeftData

/// A run as a report shows it: what it says of itself, and what its model comes to.
struct ReportedRun {
  let run: StoredRun
  /// What the run is called among the others.
  var name: String
  let findings: RunFindings?
  let health: HealthHistory?

  /// - Throws: `DataFileError` where there is no run, or a file of it cannot be understood.
  init(_ folder: RunFolder) throws {
    _ = try folder.configuration()
    run = StoredRun(folder)
    if let problem = run.problem {
      throw DataFileError(.wrongFormat, file: folder.path, expected: "a run's own files", found: problem)
    }
    name = run.name
    func read<Value: Decodable>(_ type: Value.Type, _ path: String, _ what: String) throws -> Value? {
      guard FileManager.default.fileExists(atPath: path) else { return nil }
      return try folder.decode(type, path, what, limit: 1 << 28)
    }
    findings = try read(RunFindings.self, folder.findingsPath, "what a training found of its model")
    health = try read(HealthHistory.self, folder.healthPath, "what a training saw of its gradients")
    if let findings, !findings.isConsistent {
      throw DataFileError(
        .badValue, file: folder.findingsPath, expected: "a count for each pair of classes, and pairs of numbers",
        found: "lists of other lengths")
    }
  }

  /// What begins the columns of the data that was not trained on.
  var validation: String {
    ["validation", "test"].first { name in run.columns.contains { $0.hasPrefix(name + "_") } } ?? "validation"
  }

  /// The measures that its metrics have, as `loss` and `accuracy`.
  var measures: [String] {
    run.columns.filter { $0.hasPrefix("train_") }.map { String($0.dropFirst("train_".count)) }
  }

  /// A curve of a measure, of the data that was not trained on where there is any.
  func curve(_ measure: String) -> [Double]? {
    run.values("\(validation)_\(measure)") ?? run.values("train_\(measure)")
  }
}
