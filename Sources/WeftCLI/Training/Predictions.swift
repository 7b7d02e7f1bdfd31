import Weft

// What a run on data of one's own says of new data.

extension TablePlan {
  /// The column that was learned for each row of a file, as CSV: for classes with the probability.
  ///
  /// - Throws: `DataFileError` for a file without the columns that were learned from, `CheckpointError` for weights that
  ///   do not fit.
  func predictions(for file: String, by network: TableNetwork) throws -> String {
    let table = try Table(csv: file, kinds: encoder.kinds, hasDecimalCommas: hasDecimalCommas ?? false)
    let (numbers, categories) = try encoder.parts(of: table)
    var lines = [CSVText.line([encoder.target] + (encoder.classes == nil ? [] : ["probability"]))]
    for start in stride(from: 0, to: table.rowCount, by: 1024) {
      let end = min(start + 1024, table.rowCount)
      let said = try withTensorErrors {
        noGrad {
          network(numbers.sliced(axis: 0, from: start, to: end), categories.sliced(axis: 0, from: start, to: end))
        }
      }
      lines += rows(of: said)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func rows(of said: Tensor) -> [String] {
    guard let classes = encoder.classes else {
      return said.scalars(as: Double.self).map { CSVText.line([CSVText.number(encoder.number(from: $0))]) }
    }
    let shares = noGrad { said.softmax(axis: 1).scalars(as: Double.self) }
    return stride(from: 0, to: shares.count, by: classes.count).map { start in
      let row = shares[start..<start + classes.count]
      let best = row.indices.max { row[$0] < row[$1] } ?? start
      return CSVText.line([classes[best - start], CSVText.number(row[best])])
    }
  }
}

extension ImagesPlan {
  /// The classes of an image, the likeliest first.
  ///
  /// - Throws: `DataFileError` for a file that is no image.
  func shares(of file: String, by network: Module) throws -> [(name: String, share: Double)] {
    var generator = RandomGenerator(seed: 0)
    let image = try Image(contentsOf: file, as: colors).transformed(by: fitting, using: &generator)
    let shares = try withTensorErrors {
      try noGrad { network(try normalization.tensor(of: [image])).softmax(axis: 1).scalars(as: Double.self) }
    }
    return zip(classes, shares).map { (name: $0, share: $1) }.sorted { $0.share > $1.share }
  }
}

/// Fields of CSV files as they are written.
enum CSVText {
  static func line(_ fields: [String]) -> String { fields.map(quoted).joined(separator: ",") }

  private static func quoted(_ field: String) -> String {
    guard field.unicodeScalars.contains(where: { ",;\t\"\r\n".unicodeScalars.contains($0) }) else { return field }
    return "\"\(field.replacing("\"", with: "\"\""))\""
  }

  /// As few digits as tell the number apart.
  static func number(_ value: Double) -> String { "\(value)" }
}
