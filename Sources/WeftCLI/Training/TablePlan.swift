import ArgumentParser
import Weft

/// How a table is learned: what makes numbers of its rows, and the network.
struct TablePlan: Codable, Hashable {
  var encoder: TableEncoder
  var hidden: [Int]
  /// The share of the rows that are not learned from.
  var validation: Double
  /// Whether rows without a target are left out.
  var dropsMissing: Bool
  /// Whether `1,5` is one and a half; nil of older runs, in which it is not.
  var hasDecimalCommas: Bool?
  /// Whether a row of each class is learned from; nil of older runs, in which the only one may be checked.
  var keepsOneOfEach: Bool?

  /// How many units a layer may have, and how many layers.
  static let widths = 1...8192
  static let depths = 0...16

  var problem: String? {
    if !Self.depths.contains(hidden.count) || !hidden.allSatisfy(Self.widths.contains) { return "hidden \(hidden)" }
    if !(validation > 0 && validation < 1) { return "a validation share of \(validation)" }
    if encoder.classes?.count == 0 { return "no classes" }
    return nil
  }

  /// A new network with weights from the process's random generator.
  func build() -> TableNetwork {
    TableNetwork(
      numbers: encoder.numberCount, categories: encoder.categoryCounts, outputs: encoder.classes?.count ?? 1,
      hidden: hidden)
  }
}

/// What a target is learned as.
enum TargetKind: String, ExpressibleByArgument, CaseIterable {
  case classes, numbers

  /// More different whole numbers than this are numbers.
  private static let mostCodes = 10

  /// What a column is by itself, with the reason.
  static func found(in column: TableColumn) -> (kind: TargetKind, reason: String) {
    let distinct = Set(column.texts.compactMap { $0 }).count
    switch column.kind {
    case .text: return (.classes, "texts")
    case .boolean: return (.classes, "true and false")
    case .integer where distinct <= mostCodes: return (.classes, "\(distinct) different whole numbers")
    case .integer: return (.numbers, "\(distinct) different whole numbers")
    case .number: return (.numbers, "numbers")
    }
  }
}

extension Table {
  /// A table of the user's own. Where no comma stands between fields, and a column's texts would be numbers if commas were
  /// points, they are.
  ///
  /// - Parameter known: Whether `1,5` is one and a half, where that was found out before.
  static func own(
    _ path: String, hasDecimalCommas known: Bool?
  ) throws(DataFileError) -> (table: Table, hasDecimalCommas: Bool) {
    if let known { return (try Table(csv: path, hasDecimalCommas: known), known) }
    let plain = try Table(csv: path)
    guard plain.columns.contains(where: \.hasDecimalCommas),
      try CSV.Delimiter.guessed(from: FileBytes(contentsOf: path)) != .comma
    else { return (plain, false) }
    let other = try Table(csv: path, hasDecimalCommas: true)
    // Points and commas in one file: what was a number is to stay one.
    let losesNone = zip(plain.columns, other.columns).allSatisfy { $0.kind == .text || $1.kind != .text }
    return losesNone ? (other, true) : (plain, false)
  }
}
