import WeftTensor

// Parts of tables.

extension Table {
  /// The rows at `indices`, in that order.
  ///
  /// Misuse: an index that the table does not have.
  public func rows(at indices: [Int]) -> Table {
    let indices = existing(indices, of: rowCount, "rows", operation: "rows")
    return Table(
      checked: columns.map { $0.rows(at: indices) }, source: source,
      lines: lines.isEmpty ? [] : indices.map { lines[$0] })
  }

  /// The columns with these names, in this order.
  ///
  /// - Throws: `DataFileError` with `missingColumn`.
  public func selecting(_ names: [String]) throws(DataFileError) -> Table {
    var chosen: [TableColumn] = []
    for name in names { chosen.append(try column(name)) }
    return Table(checked: chosen, source: source, lines: lines)
  }

  /// The columns but for those with these names.
  ///
  /// - Throws: `DataFileError` with `missingColumn`.
  public func leavingOut(_ names: [String]) throws(DataFileError) -> Table {
    for name in names { _ = try column(name) }
    return Table(checked: columns.filter { !names.contains($0.name) }, source: source, lines: lines)
  }

  /// The rows that have a value in each of these columns; without names, in all of them.
  ///
  /// - Throws: `DataFileError` with `missingColumn`.
  public func withoutMissing(in names: [String]? = nil) throws(DataFileError) -> Table {
    var missing: Set<Int> = []
    for name in names ?? self.names { missing.formUnion(try column(name).missing) }
    return rows(at: (0..<rowCount).filter { !missing.contains($0) })
  }

  /// Three parts without a row in common: to train on, to choose by, and to judge by in the end. Which row falls into
  /// which depends on the seed alone; in each the rows keep their order.
  ///
  /// - Parameters:
  ///   - validation: The share of the rows to choose by, from 0 to 1.
  ///   - test: The share of the rows to judge by.
  ///   - column: With the name of a column, each of its values is divided by these shares, as far as whole rows go; one
  ///     row of each is trained on. What a rare value cannot give is taken from no other.
  /// - Throws: `TensorError` for shares that are none; `DataFileError` with `missingColumn`.
  public func split(
    validation: Double, test: Double = 0, seed: UInt64 = 0, stratifiedBy column: String? = nil
  ) throws -> (train: Table, validation: Table, test: Table) {
    try split(validation: validation, test: test, seed: seed, stratifiedBy: column, keepsOne: true)
  }

  /// - Parameter keepsOne: Whether a row of each value is trained on; else what rounds up is checked, be it the only one.
  package func split(
    validation: Double, test: Double = 0, seed: UInt64, stratifiedBy column: String?, keepsOne: Bool
  ) throws -> (train: Table, validation: Table, test: Table) {
    guard validation >= 0, test >= 0, validation + test <= 1 else {
      throw TensorError(
        .value, operation: "split", expected: "shares from 0 that add up to 1 at most", got: "\(validation) and \(test)"
      )
    }
    let order = randomPermutation(count: rowCount, seed: seed, stream: 0)
    var groups = [order]
    if let column {
      let texts = try texts(column)
      // A missing text and an empty one are two groups, whose order must not change from run to run.
      groups = Dictionary(grouping: order) { texts[$0] }
        .sorted { ($0.key == nil ? 1 : 0, $0.key ?? "") < ($1.key == nil ? 1 : 0, $1.key ?? "") }.map(\.value)
    }
    var parts = [[Int]](repeating: [], count: 3)
    // A value that is rare is learned rather than checked: one row of each is kept, unless none is to be learned from.
    let kept = keepsOne && column != nil && test + validation < 1 ? 1 : 0
    // What rounding leaves over in one value is made up for in the next.
    var (wanted, taken) = ([0.0, 0.0], [0, 0])
    for group in groups {
      var rest = group[...]
      for (place, share) in [test, validation].enumerated() {
        wanted[place] += share * Double(group.count)
        let (most, asked) = (max(0, rest.count - kept), Int(wanted[place].rounded()) - taken[place])
        let count = max(0, min(most, asked))
        taken[place] += count
        // What one value lacks is not its neighbour's to give: that would lose far more than its share.
        if asked > most, kept > 0 { wanted[place] = Double(taken[place]) }
        parts[place] += rest.prefix(count)
        rest = rest.dropFirst(count)
      }
      parts[2] += rest
    }
    return (rows(at: parts[2].sorted()), rows(at: parts[1].sorted()), rows(at: parts[0].sorted()))
  }
}
