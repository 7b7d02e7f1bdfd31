import WeftTensor

// A row in two parts, for networks that look categories up in tables of their own (embeddings).

extension TableEncoder {
  /// The columns of numbers in what `parts(of:)` gives: a number each, and another where training rows missed some.
  public var numberCount: Int {
    encodings.reduce(0) { if case .number = $1 { $0 + $1.width } else { $0 } }
  }

  /// How many places each column of categories has: its categories, and one for what is missing or new.
  public var categoryCounts: [Int] {
    encodings.compactMap { if case .category = $0 { $0.width } else { nil } }
  }

  /// The rows as numbers, [rows, numberCount] in float32, and as places of categories, [rows, columns] in int64.
  ///
  /// - Throws: `DataFileError` as `inputs(of:)`.
  public func parts(of table: Table) throws(DataFileError) -> (numbers: Tensor, categories: Tensor) {
    let (rows, width, columns) = (table.rowCount, numberCount, categoryCounts.count)
    var numbers = [Float](repeating: 0, count: rows * width)
    var places = [Int64](repeating: 0, count: rows * columns)
    var (number, category) = (0, 0)
    for (feature, column, table) in try self.columns(of: table) {
      switch feature {
      case .number(let mean, let deviation, let marksMissing):
        for (row, value) in try table.numbers(column.name).enumerated() {
          let place = row * width + number
          numbers[place] = try Self.scaled(value, mean, deviation, at: row, in: column, of: table)
          if marksMissing, value.isNaN { numbers[place + 1] = 1 }
        }
        number += feature.width
      case .category(let categories):
        for (row, place) in try self.places(in: categories, column, of: table).enumerated() {
          places[row * columns + category] = Int64(place)
        }
        category += 1
      }
    }
    return (Tensor(numbers, shape: [rows, width]), Tensor(places, shape: [rows, columns]))
  }
}
