import Foundation
import WeftData

/// A run folder with what it says of itself, as far as it can be read.
package struct StoredRun {
  package let folder: RunFolder
  package let configuration: RunConfiguration?
  package let manifest: RunManifest?
  /// The columns of its metrics, and a row for each epoch.
  package let columns: [String]
  package let rows: [[Double]]
  package let problem: String?

  package init(_ folder: RunFolder) {
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
    let lines = text.split(whereSeparator: \.isNewline)
    guard let first = lines.first else { return ([], []) }
    let columns = names(in: first)
    let rows = try lines.enumerated().dropFirst().map { place, line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      // What an epoch did not measure is empty.
      let numbers = fields.map { $0.isEmpty ? .nan : Double($0) }
      guard fields.count == columns.count, !numbers.contains(nil) else {
        throw DataFileError(
          .corrupt, file: path, expected: "\(columns.count) numbers in line \(place + 1), a row for each epoch",
          found: String(line.prefix(80)), hint: "a training that goes on writes the file anew")
      }
      return numbers.map { $0 ?? .nan }
    }
    return (columns, rows)
  }

  /// The names in a header; one with a comma stands between quotation marks, its own doubled.
  private static func names(in line: Substring) -> [String] {
    var (names, isQuoted) = ([""], false)
    for (place, character) in zip(line.indices, line) {
      switch character {
      case "\"":
        // The second of two that stand for one.
        let isSecond = !isQuoted && place > line.startIndex && line[line.index(before: place)] == "\""
        if isSecond { names[names.count - 1] += "\"" }
        isQuoted.toggle()
      case "," where !isQuoted: names.append("")
      default: names[names.count - 1].append(character)
      }
    }
    return names
  }

  /// The last part of its path.
  package var name: String { folder.path.split(separator: "/").last.map(String.init) ?? folder.path }

  /// A column of its metrics, epoch by epoch; not a number where an epoch has none. Nil where there is no such column.
  package func values(_ column: String) -> [Double]? {
    guard let place = columns.firstIndex(of: column) else { return nil }
    return rows.map { $0.indices.contains(place) ? $0[place] : .nan }
  }

  /// What a column came to in the end.
  package func last(_ column: String) -> Double? {
    guard let place = columns.firstIndex(of: column), let row = rows.last, row.indices.contains(place) else {
      return nil
    }
    return row[place]
  }

  package var state: String {
    guard let manifest else { return rows.isEmpty ? "-" : "ended" }
    return manifest.ended == nil ? "not ended" : "ended"
  }

  /// What it was made by, in words.
  package var facts: [(name: String, value: String)] {
    func text(_ value: (some Any)?) -> String { value.map { "\($0)" } ?? "-" }
    return [
      ("model", text(configuration?.architecture)), ("dataset", text(configuration?.dataset)),
      ("epochs", text(configuration?.epochs)), ("batch size", text(configuration?.batchSize)),
      ("learning rate", text(configuration?.learningRate)), ("seed", text(configuration?.seed)),
      ("precision", text(configuration?.precision)), ("parameters", text(configuration?.parameterCount)),
      ("weft", text(configuration?.weftVersion)), ("train data", text(manifest?.data["train"]?.checksum)),
      ("test data", text((manifest?.data["test"] ?? manifest?.data["validation"])?.checksum)),
      ("processor", text(manifest?.host.processor)), ("instruction set", text(manifest?.host.instructionSet)),
      ("threads", text(manifest?.host.threads)), ("ranks", text(manifest.map { $0.host.ranks ?? 1 })),
      ("oneDNN", text(manifest?.host.oneDNN)),
      ("commit", text(manifest?.git?.commit)), ("changed files", text(manifest?.git?.isChanged)),
      ("times resumed", text(manifest?.resumed.count)),
    ]
  }
}
