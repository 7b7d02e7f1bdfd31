import WeftTensor

/// What makes a table's rows numbers for a network, learned from the training rows: numbers shifted and stretched to
/// the mean 0 and the deviation 1, texts as ones and zeros, dates by their parts, and what is missing or new told apart.
///
/// ```swift
/// let encoder = try TableEncoder(fitting: train, target: "species")
/// let data = try encoder.labeled(train)                       // LabeledTensors: [N, encoder.width] and classes
/// let model = Sequential { Linear(encoder.width, 32); ReLU(); Linear(32, encoder.classes?.count ?? 1) }
/// ```
/// A column whose texts are all dates or times (2024-01-31, 31.1.2024, 1/31/2024, 31 Jan 2024, with or without a time and a
/// zone, or a time alone) becomes days since 1970 and the day of the month as numbers, month, weekday and hour as categories;
/// of times alone seconds and the hour. Where nobody can tell the day from the month, it stays texts.
///
/// It is a part of the model: save it beside the weights (`Codable`).
public struct TableEncoder: Hashable, Sendable, Codable {
  /// How one column becomes numbers.
  enum Feature: Hashable, Sendable, Codable {
    /// (x - mean)/deviation, with 0 for a missing one; and, where training rows missed some, 1 beside it for those.
    case number(mean: Double, deviation: Double, marksMissing: Bool)
    /// 1 at the place of the text, or at the last place for what is missing or no category.
    case category(Categories)

    var width: Int {
      switch self {
      case .number(_, _, let marksMissing): marksMissing ? 2 : 1
      case .category(let categories): categories.count + 1
      }
    }
  }

  /// What is to be found out.
  enum Target: Hashable, Sendable, Codable {
    case classes(Categories)
    case number(mean: Double, deviation: Double)
  }

  /// The column that is to be found out.
  public let target: String
  /// The column of each encoding; one of dates has several.
  private let names: [String]
  /// How each of them becomes numbers.
  let encodings: [Feature]
  /// Which part of a date each is of; nil in files of before there were dates.
  private let dates: [DateInput?]?
  private let goal: Target

  private enum CodingKeys: String, CodingKey {
    case target
    case names = "features"
    case encodings, dates, goal
  }

  /// The columns that it is found out from.
  public var features: [String] {
    names.enumerated().filter { $0.offset == 0 || names[$0.offset - 1] != $0.element }.map(\.element)
  }

  /// The columns of dates and times among them, each with the parts that it is learned by.
  package var dateParts: [(name: String, parts: [String])] {
    let parts = zip(names, dates ?? []).compactMap { name, date in date.map { (name: name, part: $0.part.rawValue) } }
    return features.compactMap { feature in
      let own = parts.filter { $0.name == feature }.map(\.part)
      return own.isEmpty ? nil : (feature, own)
    }
  }

  /// Learns how to encode a table from these rows, which are those that are trained on and nothing else.
  ///
  /// - Parameters:
  ///   - target: The column to be found out. Texts and "true" or "false" are classes; numbers are numbers, unless
  ///     `isClass`.
  ///   - features: The columns to find it out from; left out, all others that vary.
  ///   - isClass: Whether the target's values are classes; left out, by the column's kind.
  ///   - classes: The classes in their order, where they are known, as those that only rows kept for checking have; left
  ///     out, the target's values in these rows.
  ///   - maximumCategories: The most different texts of a column: with more, it is a name or a remark.
  ///   - whole: The table that the rows are a part of, where other rows are to be encoded too: a column is one of dates
  ///     if all of these texts are. Left out, these rows alone say so.
  /// - Throws: `DataFileError` that names the column.
  public init(
    fitting table: Table, target: String, features: [String]? = nil, isClass: Bool? = nil, classes: Categories? = nil,
    maximumCategories: Int = 1000, within whole: Table? = nil
  ) throws(DataFileError) {
    let column = try table.column(target)
    self.target = target
    let isClass = isClass ?? (classes != nil || column.kind == .text || column.kind == .boolean)
    let goal = try Self.goal(table, column, isClass: isClass)
    self.goal = isClass ? classes.map { Target.classes($0) } ?? goal : goal
    var (names, encodings, dates) = ([String](), [Feature](), [DateInput?]())
    for name in features ?? table.names.filter({ $0 != target }) {
      let column = try table.column(name)
      let forms = try (whole ?? table).column(name).dateForms
      for (date, feature) in try Self.inputs(table, column, forms, maximumCategories, isAsked: features != nil) {
        names.append(name)
        encodings.append(feature)
        dates.append(date)
      }
    }
    guard !names.isEmpty else {
      let reasons = try Self.reasonsToLeaveOut(table, besides: [target], maximumCategories)
      throw DataFileError(
        .missingColumn, file: table.source, expected: "a column beside \"\(target)\" to learn from",
        found: reasons.isEmpty ? "none" : reasons.prefix(8).joined(separator: ", "))
    }
    (self.names, self.encodings, self.dates) = (names, encodings, dates)
  }

  /// The columns of the rows that it was learned from that are not among `features`, each with the reason.
  package func leftOut(of table: Table) throws(DataFileError) -> [String] {
    try Self.reasonsToLeaveOut(table, besides: Set(features + [target]), 1000)
  }

  /// The numbers of a row.
  public var width: Int { encodings.reduce(0) { $0 + $1.width } }

  /// The classes of the target; nil where it is a number.
  public var classes: Categories? { if case .classes(let categories) = goal { categories } else { nil } }

  /// The columns of categories, as `Table(csv:kinds:)` must read them: a file with the numbers of some categories alone
  /// would give a column of numbers, "01" and "1" alike.
  public var kinds: [String: TableColumn.Kind] {
    var kinds: [String: TableColumn.Kind] = [:]
    for (place, feature) in encodings.enumerated() where names.indices.contains(place) {
      if case .category = feature { kinds[names[place]] = .text }
      if date(place) != nil { kinds[names[place]] = .text }
    }
    return kinds
  }

  private func date(_ place: Int) -> DateInput? {
    dates.flatMap { $0.indices.contains(place) ? $0[place] : nil }
  }

  /// The column that each encoding is of, in a table of its own: a column of the table, or a part of its dates.
  func columns(
    of table: Table
  ) throws(DataFileError) -> [(feature: Feature, column: TableColumn, table: Table)] {
    var columns: [(feature: Feature, column: TableColumn, table: Table)] = []
    // The dates of the last column, of which several parts may be asked for.
    var known: (name: String, form: DateForm, times: [CivilTime?]) = ("", .clock, [])
    for (place, (name, feature)) in zip(names, encodings).enumerated() {
      var part = try table.column(name)
      if let input = date(place) {
        if known.name != name || known.form != input.form || known.times.count != table.rowCount {
          known = (name, input.form, try input.form.times(of: part, in: table))
        }
        part = input.column(known.times, of: name)
      }
      columns.append((feature, part, Table(checked: [part], source: table.source, lines: table.lines)))
    }
    return columns
  }

  /// What each number of a row is.
  public var inputNames: [String] {
    zip(names, encodings).enumerated().flatMap { place, input -> [String] in
      let name = input.0 + (date(place).map { ": \($0.part.rawValue)" } ?? "")
      return switch input.1 {
      case .number(_, _, let marksMissing): [name] + (marksMissing ? ["\(name) is missing"] : [])
      case .category(let categories): categories.names.map { "\(name) = \($0)" } + ["\(name) is another"]
      }
    }
  }

  /// The rows as numbers, [rows, width] in float32.
  ///
  /// - Throws: `DataFileError` for a column that is not there, or holds texts where numbers were or numbers where texts
  ///   were.
  public func inputs(of table: Table) throws(DataFileError) -> Tensor {
    var values = [Float](repeating: 0, count: table.rowCount * width)
    var place = 0
    for (feature, column, table) in try columns(of: table) {
      try write(feature, column, of: table, to: &values, at: place)
      place += feature.width
    }
    return Tensor(values, shape: [table.rowCount, width])
  }

  private func write(
    _ feature: Feature, _ column: TableColumn, of table: Table, to values: inout [Float], at place: Int
  ) throws(DataFileError) {
    let width = width
    switch feature {
    case .number(let mean, let deviation, let marksMissing):
      for (row, number) in try table.numbers(column.name).enumerated() {
        values[row * width + place] = try Self.scaled(number, mean, deviation, at: row, in: column, of: table)
        if marksMissing, number.isNaN { values[row * width + place + 1] = 1 }
      }
    case .category(let categories):
      for (row, index) in try places(in: categories, column, of: table).enumerated() {
        values[row * width + place + index] = 1
      }
    }
  }

  /// The place of each row's category, the last for what is missing or no category.
  func places(
    in categories: Categories, _ column: TableColumn, of table: Table
  ) throws(DataFileError) -> [Int] {
    // Numbers no longer say how they were written. A column without any value is of no kind.
    guard column.kind == .text || column.missing.count == column.count else {
      throw DataFileError(
        .badValue, file: table.source, expected: "texts in column \"\(column.name)\"",
        found: "a column of kind \(column.kind.rawValue)",
        hint: "read the file with `kinds: [\"\(column.name)\": .text]`, or with those of the encoder's `kinds`")
    }
    return try table.indices(column.name, in: categories, unknown: categories.count)
  }

  /// A number on the network's scale, 0 for a missing one.
  static func scaled(
    _ number: Double, _ mean: Double, _ deviation: Double, at row: Int, in column: TableColumn, of table: Table
  ) throws(DataFileError) -> Float {
    if number.isNaN { return 0 }
    let scaled = Float((number - mean) / deviation)
    guard scaled.isFinite else {
      throw DataFileError(
        .badValue, file: table.source, expected: "finite numbers in column \"\(column.name)\"",
        found: "\(number)\(table.place(of: row))", hint: "an empty field stands for a missing number")
    }
    return scaled
  }

  /// The target of each row: its class [rows] in int64, or its number [rows, 1] in float32, shifted and stretched.
  ///
  /// - Throws: `DataFileError` that names the line of what is missing or no class.
  public func targets(of table: Table) throws(DataFileError) -> Tensor {
    switch goal {
    case .classes(let categories):
      return Tensor(try table.indices(target, in: categories).map { Int64($0) })
    case .number(let mean, let deviation):
      let numbers = try Self.goals(table, target)
      return Tensor(numbers.map { Float(($0 - mean) / deviation) }, shape: [numbers.count, 1])
    }
  }

  /// What the network says of a number, in the target's own units. Classes stay as they are.
  public func number(from output: Double) -> Double {
    if case .number(let mean, let deviation) = goal { output * deviation + mean } else { output }
  }

  /// Rows with their classes.
  ///
  /// - Throws: `DataFileError` for what does not fit; `TensorError` where the target is a number.
  public func labeled(_ table: Table) throws -> LabeledTensors {
    guard let classes else {
      throw TensorError(
        .value, operation: "TableEncoder", expected: "a target of classes", got: "numbers in \"\(target)\"",
        hint: "`dataset(of:)` gives numbers as targets; `isClass: true` makes classes of them")
    }
    return try LabeledTensors(inputs(of: table), labels: targets(of: table), classCount: classes.count)
  }

  /// Rows with their targets.
  ///
  /// - Throws: `DataFileError` for what does not fit.
  public func dataset(of table: Table) throws -> TensorDataset {
    try TensorDataset(inputs(of: table), targets(of: table))
  }
}

extension TableEncoder {
  private static func goal(_ table: Table, _ column: TableColumn, isClass: Bool) throws(DataFileError) -> Target {
    if let row = column.missing.first { throw missing(table, column.name, row) }
    guard table.rowCount > 0 else {
      throw DataFileError(.badValue, file: table.source, expected: "one row or more", found: "none")
    }
    if isClass { return .classes(try table.categories(column.name)) }
    _ = try goals(table, column.name)
    let (mean, deviation) = try moments(table, column.name)
    return .number(mean: mean, deviation: deviation)
  }

  /// What a network finds is a float32 in the target's own unit, also where it is wrong by a few deviations.
  private static let largestTarget = 1e38

  /// The numbers to learn.
  private static func goals(_ table: Table, _ name: String) throws(DataFileError) -> [Double] {
    let numbers = try table.numbers(name)
    if let row = numbers.firstIndex(where: { !$0.isFinite }) { throw missing(table, name, row) }
    if let row = numbers.firstIndex(where: { abs($0) > largestTarget }) {
      throw DataFileError(
        .badValue, file: table.source, expected: "numbers of at most \(largestTarget) to learn in column \"\(name)\"",
        found: "\(numbers[row])\(table.place(of: row))", hint: "learn them in a larger unit, or their logarithms")
    }
    return numbers
  }

  private static func missing(_ table: Table, _ name: String, _ row: Int) -> DataFileError {
    DataFileError(
      .badValue, file: table.source, expected: "a value to learn in column \"\(name)\"\(table.place(of: row))",
      found: "a missing or infinite one", hint: "`withoutMissing(in: [\"\(name)\"])` leaves such rows out")
  }

  /// How a column is encoded: once, or by each part of its dates that says something.
  private static func inputs(
    _ table: Table, _ column: TableColumn, _ forms: [DateForm], _ maximum: Int, isAsked: Bool
  ) throws(DataFileError) -> [(date: DateInput?, feature: Feature)] {
    guard forms.count == 1, let form = forms.first else {
      return try feature(table, column, forms, maximum, isAsked: isAsked).map { [(nil, $0)] } ?? []
    }
    let times = try form.times(of: column, in: table)
    var inputs: [(date: DateInput?, feature: Feature)] = []
    for part in DateInput.Part.all(of: form) {
      let date = DateInput(form: form, part: part)
      let own = date.column(times, of: column.name)
      let isFirst = [.days, .seconds].contains(part)
      // What is missing, the first part tells.
      if !isFirst, Set(own.texts.compactMap(\.self)).count < 2 { continue }
      let alone = Table(checked: [own], source: table.source, lines: table.lines)
      let found = try feature(alone, own, [], maximum, isAsked: isAsked && isFirst)
      if let found { inputs.append((date, found)) }
    }
    return inputs
  }

  /// How a column is encoded; nil for one that says nothing and was not asked for.
  private static func feature(
    _ table: Table, _ column: TableColumn, _ forms: [DateForm], _ maximum: Int, isAsked: Bool
  ) throws(DataFileError) -> Feature? {
    if !isAsked, try reasonToLeaveOut(table, column, forms, maximum) != nil { return nil }
    let missing = column.missing.count
    if column.kind == .text {
      let categories = try table.categories(column.name)
      guard categories.count <= maximum else {
        throw DataFileError(
          .limitExceeded, file: table.source, expected: "at most \(maximum) different texts in \"\(column.name)\"",
          found: "\(categories.count)", hint: "leave the column out, or raise `maximumCategories`")
      }
      return .category(categories)
    }
    if missing == table.rowCount {
      throw DataFileError(
        .badValue, file: table.source, expected: "a value in column \"\(column.name)\"", found: "none")
    }
    let (mean, deviation) = try moments(table, column.name)
    return .number(mean: mean, deviation: deviation, marksMissing: missing > 0)
  }

  /// Why a column says nothing of rows that nobody has seen; nil for one that may.
  private static func reasonToLeaveOut(
    _ table: Table, _ column: TableColumn, _ forms: [DateForm], _ maximum: Int
  ) throws(DataFileError) -> String? {
    let (missing, constant) = (column.missing.count, "the same in every row")
    if missing == table.rowCount { return "without a value" }
    if column.kind == .text {
      let count = try table.categories(column.name).count
      if forms.count == 1 { return count + (missing > 0 ? 1 : 0) > 1 ? nil : constant }
      if !forms.isEmpty, count > maximum || (count == table.rowCount - missing && table.rowCount > 20) {
        return "dates whose day nobody can tell from the month: write 2024-01-31"
      }
      if count > maximum { return "more than \(maximum) different texts" }
      if count == table.rowCount - missing, table.rowCount > 20 { return "another text in each row" }
      return count + (missing > 0 ? 1 : 0) > 1 ? nil : constant
    }
    let numbers = try table.numbers(column.name)
    let known = numbers.filter { !$0.isNaN }
    let differ = try moments(table, column.name).1 != 1 || Set(known).count > 1
    // What differs by rounding alone, as long numbers of things do, cannot be brought to a scale.
    let largest = known.reduce(0) { max($0, abs($1)) }
    if differ, let low = known.min(), let high = known.max(), high - low <= 1e-12 * largest {
      return "the same in every row but for the last of its digits"
    }
    return differ || missing > 0 ? nil : constant
  }

  /// The columns that are left out, each with the reason, as `id (another text in each row)`.
  private static func reasonsToLeaveOut(
    _ table: Table, besides known: Set<String>, _ maximum: Int
  ) throws(DataFileError) -> [String] {
    var reasons: [String] = []
    for name in table.names where !known.contains(name) {
      let column = try table.column(name)
      let reason = try reasonToLeaveOut(table, column, column.dateForms, maximum)
      reasons.append(name + (reason.map { " (\($0))" } ?? ""))
    }
    return reasons
  }

  private static func moments(_ table: Table, _ name: String) throws(DataFileError) -> (Double, Double) {
    let numbers = try table.numbers(name)
    do throws(TensorError) {
      let scaler = try Scaler(fitting: Tensor(numbers, shape: [numbers.count, 1], dtype: .float64))
      return (scaler.means[0], scaler.deviations[0])
    } catch {
      throw DataFileError(
        .badValue, file: table.source, expected: "finite numbers in column \"\(name)\"", found: error.got)
    }
  }
}
