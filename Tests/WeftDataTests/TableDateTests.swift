import Foundation
import Testing
import Weft
import WeftData

/// Dates and times in the columns of tables.
@Suite struct TableDateTests {
  private func table(_ text: String) throws -> Table {
    try Table(decoding: FileBytes(name: "rows.csv", bytes: Array(text.utf8)))
  }

  /// The names of what a column of these texts is learned from, and the first row's numbers before they are scaled.
  private func names(_ texts: [String]) throws -> [String] {
    let rows = texts.enumerated().map { "\"\($1)\",\($0 % 2)" }
    let encoder = try TableEncoder(fitting: table((["when,y"] + rows).joined(separator: "\n") + "\n"), target: "y")
    return encoder.inputNames
  }

  @Test func formsOfDatesAreFound() throws {
    let forms: [[String]] = [
      ["2024-01-31", "2024-02-29", "2023-12-01"], ["2024/1/31", "2024/2/29", "2023/12/1"],
      ["2024.01.31", "2024.02.29", "2023.12.01"], ["31.1.2024", "29.02.2024", "1.12.2023"],
      ["31/01/2024", "29/02/2024", "01/12/2023"], ["1/31/2024", "2/29/2024", "12/1/2023"],
      ["01-31-2024", "02-29-2024", "12-01-2023"], ["31 Jan 2024", "29 February 2024", "1 dec 2023"],
      ["Jan 31, 2024", "February 29, 2024", "Dec. 1, 2023"], ["31-Jan-2024", "29-Feb-2024", "01-Dec-2023"],
      ["Wed, 31 Jan 2024", "Thu, 29 Feb 2024", "Fri, 1 Dec 2023"], [" 2024-01-31 ", "2024-02-29", "2023-12-01"],
    ]
    let expected = try names(forms[0])
    #expect(expected.first == "when: days" && expected.contains("when: month = February"))
    #expect(expected.contains("when: weekday = Wednesday") && !expected.contains { $0.contains("hour") })
    for form in forms {
      #expect(try names(form) == expected, "\(form)")
      for time in ["T14:30", " 14:30:05", ", 2:30 PM", "T14:30:05.250Z", " 14:30+0200", " 14:30 UTC", "T14:30-05"] {
        #expect(try names(form.map { $0.trimmingSpaces + time }) == expected, "\(form) \(time)")
      }
    }
  }

  @Test(arguments: [
    ["2024-02-30", "2024-01-01"], ["2023-02-29", "2024-01-01"], ["2024-13-01", "2024-01-01"],
    ["2024-00-10", "2024-01-01"],
    ["2024-01-01T24:00", "2024-01-01"], ["2024-01-01 12:60", "2024-01-01"], ["2024-01-01 x", "2024-01-01"],
    ["2024-01-01+99:00", "2024-01-01"], ["24-01-01", "24-01-02"], ["2024-01/02", "2024-01-01"],
    ["1.31.2024", "1.30.2024"], ["31 Foo 2024", "31 Jan 2024"], ["13:30 PM", "1:30 PM"], ["3:2", "2:1"],
    ["2024-01-01", "soon"], ["٢٠٢٤-٠١-٠١", "2024-01-01"],
  ]) func othersStayTexts(texts: [String]) throws {
    let found = try names(texts)
    #expect(found.contains { $0.hasPrefix("when = ") } && !found.contains { $0.hasPrefix("when:") }, "\(found)")
  }

  @Test func whatNobodyCanTellIsNotGuessed() throws {
    // All of them are dates both ways; one that is not decides.
    let unclear = (1...12).flatMap { day in (1...4).map { "\(day)/\($0)/2024" } }
    let rows = "when,size,y\n" + unclear.enumerated().map { "\($1),\($0 % 5),\($0 % 3)\n" }.joined()
    let whole = try table(rows)
    let encoder = try TableEncoder(fitting: whole, target: "y")
    #expect(encoder.features == ["size"])
    #expect(
      try encoder.leftOut(of: whole) == ["when (dates whose day nobody can tell from the month: write 2024-01-31)"])
    #expect(try names(unclear + ["13/1/2024"]).contains("when: days"))
    #expect(try names(unclear + ["1/13/2024"]).contains("when: days"))
  }

  /// What a column holds, all rows say: also those that are not learned from.
  @Test func rowsThatAreNotLearnedFromDecideToo() throws {
    func lines(_ dates: [String]) throws -> Table {
      try table("when,size,y\n" + dates.enumerated().map { "\($1),\($0 % 5),\($0 % 3)\n" }.joined())
    }
    let days = (1...59).map { "2024-0\(1 + $0 / 28)-\(10 + $0 % 18)" } + ["unknown"]
    let whole = try lines(days)
    let (train, check) = (whole.rows(at: Array(0..<48)), whole.rows(at: Array(48..<60)))
    let encoder = try TableEncoder(fitting: train, target: "y", within: whole)
    #expect(!encoder.inputNames.contains { $0.hasPrefix("when:") })
    #expect(try encoder.inputs(of: check).shape == [12, encoder.width])
    // Of dates that some rows leave unclear, others tell the day.
    let unclear = try lines((1...12).map { "\($0)/3/2024" } + ["13/3/2024"])
    let first = unclear.rows(at: Array(0..<12))
    #expect(first.unclearDates == ["when"] && unclear.unclearDates == [])
    #expect(try TableEncoder(fitting: first, target: "y", within: unclear).inputNames.contains("when: days"))
  }

  @Test func daysAreThoseOfTheCalendar() throws {
    // By Python's datetime: ordinals, weekdays and moments.
    let rows = """
      when,y
      1970-01-01,1
      2000-02-29,2
      1969-12-31T23:59:59,3
      1600-03-01,4
      2024-01-31T12:00:00+02:00,5
      2024-01-31 23:30 -0100,6
      ,7
      """
    let table = try table(rows + "\n")
    let encoder = try TableEncoder(fitting: table, target: "y")
    #expect(encoder.features == ["when"] && encoder.kinds == ["when": .text])
    let (numbers, categories) = try encoder.parts(of: table)
    let days = [0, 11016, -1.0 / 86400, -135_080, 19753 + 10.0 / 24, 19754 + 0.5 / 24]
    let scaler = try Scaler(fitting: Tensor(days, shape: [6, 1], dtype: .float64))
    let expected = scaler.applied(to: Tensor(days, shape: [6, 1], dtype: .float64)).flattened()
    for row in 0..<6 { #expect(abs(numbers[row, 0].item() - expected[row].item()) < 1e-6, "\(row)") }
    #expect(numbers[6, 0].item() == 0 && numbers[6, 1].item() == 1)
    let names = encoder.inputNames
    func category(_ column: Int, _ row: Int) -> String? {
      let start = names.firstIndex { $0.hasPrefix(["when: month", "when: weekday", "when: hour"][column]) } ?? 0
      return names[start + categories[row, column].item(as: Int.self)]
    }
    #expect(
      (0..<7).map { category(1, $0) }
        == ["Thursday", "Tuesday", "Wednesday", "Wednesday", "Wednesday", "Wednesday"].map { "when: weekday = \($0)" }
        + ["when: weekday is another"])
    // The month and the hour are those of the clock that the text was written by.
    #expect((4..<6).map { category(0, $0) } == ["when: month = January", "when: month = January"])
    #expect((4..<6).map { category(2, $0) } == ["when: hour = 12", "when: hour = 23"])
  }

  @Test func rowsToComeAreReadAsThoseOfBefore() throws {
    let first = try table(
      "when,at,y\n" + (1...28).map { "2024-01-\($0 < 10 ? "0" : "")\($0),\($0 % 24):15,\($0)\n" }.joined())
    let encoder = try TableEncoder(fitting: first, target: "y")
    #expect(encoder.features == ["when", "at"])
    // One month alone says nothing.
    #expect(!encoder.inputNames.contains { $0.contains("month") } && encoder.inputNames.contains("at: seconds"))
    let later = try table("at,when\n3:15,2031-05-05 08:00\n,\n")
    #expect(encoder.kinds == ["when": .text, "at": .text])
    let (numbers, categories) = try encoder.parts(of: later)
    #expect(numbers.shape == [2, encoder.numberCount] && categories.shape == [2, encoder.categoryCounts.count])
    #expect(numbers[0, 0].item() > 100)
    #expect(try encoder.inputs(of: later).shape == [2, encoder.width])
    for (text, line) in [("when,at\n2024-01-01,3:15\n5.5.2031,3:15\n", 3), ("when,at\n2024-01-01,25:15\n", 2)] {
      do {
        _ = try encoder.parts(of: try table(text))
        Issue.record("it was read")
      } catch let error as DataFileError {
        #expect(error.code == .badValue && "\(error)".contains("on line \(line)"), "\(error)")
      }
    }
    // As a part of a model it is written and read.
    let read = try JSONDecoder().decode(TableEncoder.self, from: JSONEncoder().encode(encoder))
    #expect(try read.parts(of: later).numbers.elementsEqual(numbers) && read == encoder)
  }

  /// Numbers of things are whole and long: a float tells nothing of them apart.
  @Test func longNumbersThatDifferInTheirLastDigitsAreLeftOut() throws {
    let rows = (0..<200).map { "\(1_000_000_000_000_000_000 + $0),\($0 % 7),\($0 % 2)\n" }.joined()
    let whole = try table("id,size,y\n" + rows)
    let encoder = try TableEncoder(fitting: whole, target: "y")
    #expect(encoder.features == ["size"])
    #expect(try encoder.leftOut(of: whole) == ["id (the same in every row but for the last of its digits)"])
    let near = try table("t,y\n" + (0..<40).map { "\(1_700_000_000 + $0),\($0 % 2)\n" }.joined())
    #expect(try TableEncoder(fitting: near, target: "y").features == ["t"])
  }
}

extension String {
  fileprivate var trimmingSpaces: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}
