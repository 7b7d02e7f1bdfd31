import Foundation
import Weft

/// What is in a file of data: an image, a sound, a table, the events of a run.
enum InspectedData {
  case image(String, Image, kind: String)
  case sound(String, WAVHeader)
  case table(String, Table)
  case events(String, EventFile)

  /// Nil where neither the first bytes nor the name say that the file is such.
  init?(_ path: String) throws {
    let name = path.split(separator: "/").last?.lowercased() ?? ""
    let start = Self.start(of: path)
    if start.starts(with: [0xFF, 0xD8, 0xFF]) || start.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
      self = .image(path, try Image(contentsOf: path), kind: start[0] == 0xFF ? "JPEG image" : "PNG image")
    } else if ["RIFF", "RF64", "BW64"].contains(where: { start.starts(with: $0.utf8) }) {
      self = .sound(path, try WAVHeader(of: FileBytes(contentsOf: path)))
    } else if [".csv", ".tsv", ".csv.gz", ".tsv.gz"].contains(where: { name.hasSuffix($0) }) {
      self = .table(path, try Table(csv: path))
    } else if name.contains(".tfevents") {
      self = .events(path, try EventFile(contentsOf: path))
    } else {
      return nil
    }
  }

  /// A file's first bytes; none where there is no file.
  private static func start(of path: String) -> [UInt8] {
    guard let file = FileHandle(forReadingAtPath: path) else { return [] }
    defer { try? file.close() }
    return Array((try? file.read(upToCount: 8)) ?? Data())
  }

  var text: String {
    switch self {
    case .image(let path, let image, let kind): return "\(shown(path)): \(kind), \(image.width)x\(image.height)"
    case .sound(let path, let header):
      let seconds = Double(header.frameCount) / Double(header.sampleRate)
      return "\(shown(path)): WAV sound, \(header.channelCount) channels, \(header.sampleRate) Hz, \(header.encoding), "
        + "\(Amount.short(seconds)) s"
    case .table(let path, let table): return "\(shown(path)): \(table.columns.count == 0 ? "no columns" : "\(table)")"
    case .events(let path, let events):
      let cut = events.isCut ? ", the last one cut off" : ""
      var lines = ["\(shown(path)): \(events.eventCount) events\(cut)"]
      for (name, points) in events.scalars.sorted(by: { $0.key < $1.key }) {
        guard let last = points.last else { continue }
        lines.append("  \(shown(name)): \(points.count) numbers, at step \(last.step) \(Amount.short(last.value))")
      }
      for (name, other) in events.others.sorted(by: { $0.key < $1.key }) {
        lines.append("  \(shown(name)): \(shown(other.kind)), \(other.count)")
      }
      return (lines + (events.hasGraph ? ["  a graph"] : [])).joined(separator: "\n")
    }
  }

  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      encoder.nonConformingFloatEncodingStrategy = .convertToString(
        positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
      return String(decoding: try encoder.encode(DataJSON(self)), as: UTF8.self)
    }
  }
}

/// The same for programs; what does not apply is left out.
private struct DataJSON: Encodable {
  private struct Column: Encodable {
    let name: String
    let kind: String
    let missing: Int
  }

  private struct Point: Encodable {
    let step: Int
    let value: Double
  }

  private var path = ""
  private var format = ""
  private var width: Int?
  private var height: Int?
  private var channels: Int?
  private var sampleRate: Int?
  private var frames: Int?
  private var rows: Int?
  private var columns: [Column]?
  private var events: Int?
  private var scalars: [String: [Point]]?
  private var others: [String: String]?

  init(_ data: InspectedData) {
    switch data {
    case .image(let path, let image, let kind):
      (self.path, format, width, height) = (path, kind, image.width, image.height)
    case .sound(let path, let header):
      (self.path, format, channels) = (path, "WAV sound", header.channelCount)
      (sampleRate, frames) = (header.sampleRate, header.frameCount)
    case .table(let path, let table):
      (self.path, format, rows) = (path, "table", table.rowCount)
      columns = table.columns.map { Column(name: $0.name, kind: $0.kind.rawValue, missing: $0.missing.count) }
    case .events(let path, let events):
      (self.path, format, self.events) = (path, "events", events.eventCount)
      scalars = events.scalars.mapValues { $0.map { Point(step: $0.step, value: $0.value) } }
      others = events.others.mapValues(\.kind)
    }
  }
}
