import Foundation
import Weft

/// A run folder with what it says of itself, as far as it can be read.
struct StoredRun {
  let folder: RunFolder
  let configuration: RunConfiguration?
  let manifest: RunManifest?
  /// The columns of its metrics, and a row for each epoch.
  let columns: [String]
  let rows: [[Double]]
  let problem: String?

  init(_ folder: RunFolder) {
    self.folder = folder
    var problem: String?
    func read<Value>(_ body: () throws -> Value) -> Value? {
      do { return try body() } catch {
        problem = problem ?? "\(error)"
        return nil
      }
    }
    configuration = read { try folder.configuration() }
    // Older runs have none.
    manifest = FileManager.default.fileExists(atPath: folder.manifestPath) ? read { try folder.manifest() } : nil
    let metrics = read { try Self.metrics(folder.metricsPath) }
    (columns, rows) = (metrics?.columns ?? [], metrics?.rows ?? [])
    self.problem = problem
  }

  private static func metrics(_ path: String) throws -> (columns: [String], rows: [[Double]]) {
    let text = String(decoding: try FileBytes(contentsOf: path, limit: 1 << 26).bytes, as: UTF8.self)
    let lines = text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    return (lines.first?.map(String.init) ?? [], lines.dropFirst().map { $0.map { Double($0) ?? .nan } })
  }

  /// What a column came to in the end.
  func last(_ column: String) -> Double? {
    guard let place = columns.firstIndex(of: column), let row = rows.last, row.indices.contains(place) else {
      return nil
    }
    return row[place]
  }

  var state: String {
    guard let manifest else { return rows.isEmpty ? "-" : "ended" }
    return manifest.ended == nil ? "not ended" : "ended"
  }

  var cells: [String] {
    let name = folder.path.split(separator: "/").last.map(String.init) ?? folder.path
    let loss = last("test_loss") ?? last("validation_loss") ?? last("train_loss")
    let accuracy = last("test_accuracy") ?? last("validation_accuracy")
    return [
      shown(name), shown(configuration?.architecture ?? "-"), shown(configuration?.dataset ?? "-"),
      "\(rows.count)/\(configuration.map { "\($0.epochs)" } ?? "?")", state, configuration.map { "\($0.seed)" } ?? "-",
      loss.map(Amount.short) ?? "-", accuracy.map(percent) ?? "-", shown(manifest?.began ?? "-"),
    ]
  }
}
