import class Foundation.JSONEncoder
import Weft
import WeftContract

/// The operations with what they offer, for people and for programs.
enum OperationTable {
  struct Row: Sendable {
    let facts: OperationFacts
    let report: ContractReport?
  }

  /// The table, then why what is missing is missing, then what failed.
  static func text(_ rows: [Row], width: Int?) -> String {
    let titles = ["operation", "formula", "gradient", "types", "jvp", "vmap", "samples", "checks passed"]
    let room = width.map { formulaWidth(rows, width: $0) } ?? 72
    var table = TextTable(titles, leftColumns: 6)
    for row in rows { table.add(cells(row, formulaWidth: room)) }
    var lines = table.lines + [""] + [summary(rows)]
    for (title, rule) in rules {
      lines += reasons(rows, rule).map { "no \(title): \($0.names.joined(separator: ", ")): \($0.reason)" }
    }
    lines += rows.compactMap(\.report).flatMap { shown($0.missing, "missing") + shown($0.failures, "failed") }
    return lines.joined(separator: "\n")
  }

  private static let rules: [(title: String, rule: @Sendable (OperationFacts) -> OperationFacts.Rule)] = [
    ("gradient", { $0.gradient }), ("jvp", { $0.jvp }), ("vmap", { $0.vmap }),
  ]

  private static func cells(_ row: Row, formulaWidth: Int) -> [String] {
    let (facts, report) = (row.facts, row.report)
    let formula = facts.type.equation
    return [
      facts.type.name, formula.count > formulaWidth ? formula.prefix(formulaWidth - 1) + "…" : formula,
      shown(facts.gradient), shown(facts.dtypes), shown(facts.jvp), shown(facts.vmap), "\(facts.type.samples.count)",
      report.map { "\($0.passedCount)/\($0.checkCount)" } ?? "not run",
    ]
  }

  /// What the other columns leave, but enough to see something.
  private static func formulaWidth(_ rows: [Row], width: Int) -> Int {
    var table = TextTable(
      ["operation", "", "gradient", "types", "jvp", "vmap", "samples", "checks passed"], leftColumns: 6)
    for row in rows { table.add(cells(row, formulaWidth: 1).enumerated().map { $0 == 1 ? "" : $1 }) }
    return max(16, width - (table.lines.map(\.count).max() ?? 0))
  }

  /// The first of each check, in one line.
  private static func shown(_ found: [ContractReport.Failure], _ what: String) -> [String] {
    Dictionary(grouping: found, by: \.check).sorted { $0.key < $1.key }.map { check, found in
      let rest = found.count > 1 ? " (and \(found.count - 1) more)" : ""
      let message = found[0].message.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: "; ")
      return "\(what): \(check): \(message)\(rest)"
    }
  }

  static func shown(_ rule: OperationFacts.Rule) -> String {
    switch rule {
    case .written: "rule"
    case .derived: "derived"
    case .none: "none"
    case .missing: "MISSING"
    }
  }

  /// `floats, ints, bool`: whole families by their names.
  private static func shown(_ dtypes: [DType]) -> String {
    if dtypes.count == DType.allCases.count { return "all" }
    let families: [(String, (DType) -> Bool)] = [("floats", \.isFloatingPoint), ("ints", \.isInteger)]
    var (parts, rest) = ([String](), dtypes)
    for (name, isMember) in families {
      let members = DType.allCases.filter(isMember)
      guard members.allSatisfy(dtypes.contains) else { continue }
      parts.append(name)
      rest.removeAll(where: isMember)
    }
    return (parts + rest.map { "\($0)" }).joined(separator: ", ")
  }

  private static func summary(_ rows: [Row]) -> String {
    let reports = rows.compactMap(\.report)
    let samples = rows.reduce(0) { $0 + $1.facts.type.samples.count }
    guard !reports.isEmpty else { return "\(rows.count) operations, \(samples) samples" }
    let (checks, passed, compared) = reports.reduce((0, 0, 0)) {
      ($0.0 + $1.checkCount, $0.1 + $1.passedCount, $0.2 + $1.comparisons)
    }
    return
      "\(rows.count) operations, \(samples) samples, \(passed) of \(checks) checks passed, \(compared) numbers compared"
  }

  /// The operations without a rule, by the reason.
  private static func reasons(
    _ rows: [Row], _ rule: (OperationFacts) -> OperationFacts.Rule
  ) -> [(reason: String, names: [String])] {
    var found: [String: [String]] = [:]
    for row in rows {
      switch rule(row.facts) {
      case .none(let why): found[why, default: []].append(row.facts.type.name)
      case .missing: found["MISSING, and nothing says why", default: []].append(row.facts.type.name)
      default: break
      }
    }
    return found.sorted { $0.key < $1.key }.map { (reason: $0.key, names: $0.value) }
  }
}

// For programs.
extension OperationTable {
  static func json(_ rows: [Row]) throws -> String {
    try text(.array(rows.map(json)))
  }

  static func text(_ value: JSONValue) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private static func json(_ row: Row) -> JSONValue {
    let facts = row.facts
    var members: [String: JSONValue] = [
      "name": .string(facts.type.name), "type": .string("\(facts.type)"), "formula": .string(facts.type.equation),
      "gradient": json(facts.gradient), "jvp": json(facts.jvp), "vmap": json(facts.vmap),
      "dtypes": .array(facts.dtypes.map { .string("\($0)") }), "samples": .int(facts.type.samples.count),
    ]
    if let report = row.report {
      members["checks"] = .int(report.checkCount)
      members["passed"] = .int(report.passedCount)
      members["missing"] = .array(report.missing.map { .string($0.description) })
      members["failures"] = .array(report.failures.map { .string($0.description) })
    }
    return .object(members)
  }

  private static func json(_ rule: OperationFacts.Rule) -> JSONValue {
    if case .none(let why) = rule { return .object(["none": .string(why)]) }
    return .string(shown(rule).lowercased())
  }
}
