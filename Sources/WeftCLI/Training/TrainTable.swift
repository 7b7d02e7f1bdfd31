import ArgumentParser
import Weft

struct TrainTable: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "table", abstract: "A network on a table of your own: finds a column out from the others.",
    discussion: """
      The file has a line for each row and names its columns in the first line. What the columns hold is found out: \
      numbers are scaled, texts become categories with vectors that are learned, dates and times are learned by their \
      parts, empty fields are told apart. Texts, true and false, and up to ten different whole numbers are learned as \
      classes, other numbers as numbers. `weft predict RUN FILE` then fills the column in for other rows.
      """)

  @Argument(
    help: ArgumentHelp(
      """
      A file of comma-separated values, or of what else stands between fields; plain or gzipped. Where a run goes on, \
      left out for that of the run.
      """,
      valueName: "file"))
  var given: String?
  @Option(help: "The column to find out.")
  var target: String?
  @Option(name: .customLong("as"), help: "classes or numbers; left out, by what the column holds.")
  var kind: TargetKind?
  @Option(help: "A column not to learn from; once for each.")
  var leaveOut: [String] = []
  @Option(help: "The share of the rows that are kept to check by; 0.2 where left out.")
  var validation: Double?
  @Option(help: "The units of the hidden layers; 128,64 where left out.")
  var hidden: String?
  @Flag(help: "Leave out rows in which the column to find out is empty.")
  var dropMissing = false
  @OptionGroup var options: TrainingOptions

  /// The path of the data: as given, or that of the run that goes on.
  private var file: String { given ?? options.knownSource ?? "" }

  func validate() throws {
    try options.checkSource(given, "file")
    if target == nil, options.resume == nil { throw ValidationError("--target names the column to find out") }
    if let validation, !(validation > 0 && validation < 1) {
      throw ValidationError("--validation takes a share between 0 and 1")
    }
    _ = try layers()
  }

  /// - Throws: `ValidationError`.
  private func layers() throws -> [Int]? {
    guard let hidden else { return nil }
    let widths = hidden.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard TablePlan.depths.contains(widths.count), widths.allSatisfy(TablePlan.widths.contains) else {
      throw ValidationError("--hidden takes numbers from 1 through 8192, as 128,64")
    }
    return widths
  }

  func run() throws {
    let resumed = try options.resumedRun()
    try resumed?.checkSource(given, "file")
    let plan = try resumed.map { resumed in
      try resumed.plan("weft train table") { if case .table(let plan) = $0 { plan } else { nil } }
    }
    if let resumed, let plan { try check(plan, resumed) }
    let known = plan.map { $0.hasDecimalCommas ?? false }
    let ((table, hasDecimalCommas), seed) = (try Table.own(file, hasDecimalCommas: known), options.seed(resumed))
    let task =
      try plan.map { try TableTask(file, $0, rows(of: table, $0, seed)) } ?? newTask(table, seed, hasDecimalCommas)
    if hasDecimalCommas { print("1,5 is read as one and a half: no comma stands between the fields") }
    describe(task.tablePlan.encoder, table)
    try TrainingRun(task, options, resumed: resumed).run()
  }

  private func check(_ plan: TablePlan, _ resumed: ResumedRun) throws {
    let known: TargetKind = plan.encoder.classes == nil ? .numbers : .classes
    try resumed.check([
      ("--target", target, plan.encoder.target), ("--as", kind?.rawValue, known.rawValue),
      ("--validation", validation.map { "\($0)" }, "\(plan.validation)"),
      ("--hidden", try layers().map { "\($0)" }, "\(plan.hidden)"),
    ])
    if let column = leaveOut.first(where: { plan.encoder.features.contains($0) }) {
      throw CommandFailure("\(resumed.folder.path): the run was begun with the column \"\(column)\"")
    }
  }

  private func rows(of table: Table, _ plan: TablePlan, _ seed: UInt64) throws -> TableRows {
    try TableRows(
      table, file, target: plan.encoder.target, isClass: plan.encoder.classes != nil, validation: plan.validation,
      dropsMissing: plan.dropsMissing, keepsOne: plan.keepsOneOfEach ?? false, seed: seed)
  }

  private func newTask(_ whole: Table, _ seed: UInt64, _ hasDecimalCommas: Bool) throws -> TableTask {
    let target = target ?? ""
    let column = try whole.column(target)
    if leaveOut.contains(target) { throw CommandFailure("\(target) is to be found out: --leave-out names others") }
    let table = try whole.leavingOut(leaveOut)
    let isClass = (kind ?? TargetKind.found(in: column).kind) == .classes
    let classes = isClass ? try table.categories(target) : nil
    if let classes { try check(classes, column) } else { try checkVaries(column) }
    let share = validation ?? 0.2
    let rows = try TableRows(
      table, file, target: target, isClass: isClass, validation: share, dropsMissing: dropMissing,
      keepsOne: true, seed: seed)
    let encoder = try TableEncoder(
      fitting: rows.train, target: target, isClass: isClass, classes: classes, within: table)
    let plan = TablePlan(
      encoder: encoder, hidden: try layers() ?? [128, 64], validation: share, dropsMissing: dropMissing,
      hasDecimalCommas: hasDecimalCommas, keepsOneOfEach: true)
    return try TableTask(file, plan, rows)
  }

  /// - Throws: `DataFileError` where nothing is to be told apart, or nearly each row is a class of its own.
  private func check(_ classes: Categories, _ column: TableColumn) throws {
    let count = column.count - column.missing.count
    if count > 1, classes.count < 2 {
      throw DataFileError(
        .badValue, file: file, expected: "two classes or more in column \"\(column.name)\"",
        found: "\"\(classes.names.first ?? "")\" in every row")
    }
    if classes.count > 1000 || (count > 20 && classes.count > count / 2) {
      throw DataFileError(
        .badValue, file: file, expected: "at most 1000 classes in column \"\(column.name)\", each in several rows",
        found: "\(classes.count) in \(count) rows",
        hint: column.kind == .text ? "choose another column" : "--as numbers learns them as numbers")
    }
  }

  /// - Throws: `DataFileError` where there is nothing to find out.
  private func checkVaries(_ column: TableColumn) throws {
    let distinct = Set(column.texts.compactMap { $0 })
    guard column.count > 1, distinct.count == 1, let only = distinct.first else { return }
    throw DataFileError(
      .badValue, file: file, expected: "different numbers in column \"\(column.name)\"", found: "\(only) in every row")
  }

  /// What is learned from what.
  private func describe(_ encoder: TableEncoder, _ table: Table) {
    if let column = try? table.column(encoder.target) {
      let reason = TargetKind.found(in: column).reason
      let kind = encoder.classes.map { "learned as \($0.count) classes" } ?? "learned as numbers"
      let other: TargetKind = encoder.classes == nil ? .classes : .numbers
      let hint = column.kind == .text ? "" : "; --as \(other.rawValue) learns it otherwise"
      print("\(shown(encoder.target)) holds \(reason): \(kind)\(hint)")
    }
    for (name, parts) in encoder.dateParts {
      print("\(shown(name)) holds \(parts.first == "seconds" ? "times" : "dates"): learned by \(Self.listed(parts))")
    }
    for name in table.unclearDates where encoder.features.contains(name) {
      print("\(shown(name)) holds dates whose day nobody can tell from the month: learned as texts; write 2024-01-31")
    }
    let left = leaveOut + ((try? encoder.leftOut(of: (try? table.leavingOut(leaveOut)) ?? table)) ?? [])
    let text = left.isEmpty ? "" : "; left out: \(Self.listed(left))"
    print("from \(encoder.features.count) columns: \(Self.listed(encoder.features))\(text)")
  }

  private static func listed(_ names: [String]) -> String {
    shown(names.prefix(12).joined(separator: ", ")) + (names.count > 12 ? " and \(names.count - 12) more" : "")
  }
}
