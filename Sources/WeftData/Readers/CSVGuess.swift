extension CSV.Delimiter {
  /// What stands between the fields of this text, judged by its first lines: what divides each of them into the same
  /// number of fields, more than one; of several the one that gives the most. A comma where nothing does.
  ///
  /// - Parameters:
  ///   - hasDecimalCommas: Whether `1,5` is one and a half: then no comma stands between fields, and a semicolon is
  ///     taken where nothing does.
  ///   - comment: What lines of remarks begin with, which say nothing here.
  ///   - limit: The most bytes that the file may have, compressed or not.
  /// - Throws: `DataFileError` for compressed data that has a fault.
  public static func guessed(
    from file: FileBytes, hasDecimalCommas: Bool = false, comment: String? = nil, limit: Int = FileBytes.defaultLimit
  ) throws(DataFileError) -> CSV.Delimiter {
    let plain = try Gzip.inflatedIfNeeded(file, limit: limit)
    let start = FileBytes(name: plain.name, bytes: Array(plain.bytes.prefix(1 << 16)))
    let candidates: [CSV.Delimiter] = hasDecimalCommas ? [.semicolon, .tab, .bar] : [.comma, .semicolon, .tab, .bar]
    var best = (delimiter: candidates[0], fields: 1)
    for delimiter in candidates {
      let fields = fieldCount(of: start, dividedBy: delimiter, comment)
      if fields > best.fields { best = (delimiter, fields) }
    }
    return best.delimiter
  }

  /// The fields of each of the first lines; 1 where they differ or the text breaks the rules.
  private static func fieldCount(
    of start: FileBytes, dividedBy delimiter: CSV.Delimiter, _ comment: String?
  ) -> Int {
    var scanner = CSVScanner(start, delimiter: delimiter.rawValue, maximumColumns: 1 << 16, comment: comment)
    var count: Int?
    for _ in 0..<20 {
      do throws(DataFileError) {
        guard let record = try scanner.record() else { break }
        // The last line of the piece may be cut.
        if scanner.isAtEnd, start.bytes.count == 1 << 16 { break }
        if let count, count != record.fields.count { return 1 }
        count = record.fields.count
      } catch {
        return start.bytes.count == 1 << 16 ? count ?? 1 : 1
      }
    }
    return count ?? 1
  }
}
