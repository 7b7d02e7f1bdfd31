import Foundation
import Weft

/// What is in a file, for programs.
struct InspectionJSON: Encodable {
  private struct Row: Encodable {
    let name: String
    let type: String
    let shape: [Int]
    let bytes: Int
    let least: Double?
    let most: Double?
    let mean: Double?
    let deviation: Double?
    let nonFinite: Int?
    let bins: [Int]?
    let damage: String?

    init(_ row: InspectedTensor) {
      (name, type, shape) = (row.entry.name, "\(row.entry.type)", row.entry.shape.sizes)
      bytes = row.entry.byteCount
      let values = row.distribution
      // Of values that are all infinite there is neither.
      func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
      (least, most) = (finite(values?.least), finite(values?.most))
      (mean, deviation) = (finite(values?.mean), finite(values?.deviation))
      (nonFinite, bins, damage) = (values?.nonFinite, values?.bins, row.damage)
    }
  }

  private struct Skipped: Encodable {
    let name: String
    let reason: String
  }

  private let path: String
  private let format: String
  private let bytes: Int
  private let tensors: [Row]
  private let metadata: [String: JSONFileValue]
  private let skipped: [Skipped]

  init(_ file: TensorFile, _ rows: [InspectedTensor]) {
    (path, format, bytes) = (file.path, file.format.rawValue, file.byteCount)
    tensors = rows.map(Row.init)
    metadata = Dictionary(
      file.metadata.map { ($0.key, JSONFileValue(value: $0.value)) }, uniquingKeysWith: { first, _ in first })
    skipped = file.skipped.map { Skipped(name: $0.name, reason: $0.reason) }
  }

  var text: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      encoder.nonConformingFloatEncodingStrategy = .convertToString(
        positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}

/// A value of a file's metadata as JSON has it.
private struct JSONFileValue: Encodable {
  let value: FileValue

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch value {
    case .text(let text): try container.encode(text)
    case .integer(let number): try container.encode(number)
    case .unsigned(let number): try container.encode(number)
    case .number(let number): try container.encode(number)
    case .truth(let truth): try container.encode(truth)
    case .list(let values): try container.encode(values.map { JSONFileValue(value: $0) })
    case .none: try container.encodeNil()
    }
  }
}
