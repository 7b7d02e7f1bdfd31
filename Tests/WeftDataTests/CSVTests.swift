import Foundation
import Testing
import Weft

@Suite("CSV files")
struct CSVTests {
  private static func file(_ text: String) -> FileBytes { FileBytes(name: "table.csv", bytes: Array(text.utf8)) }

  private static func rows(_ text: String, _ csv: CSV = CSV()) throws(DataFileError) -> [[String]] {
    let table = try csv.table(file(text))
    return [table.names] + (0..<table.rowCount).map { Array(table[row: $0]) }
  }

  private static func failure(_ text: String, _ csv: CSV = CSV()) -> DataFileError? {
    HostileFiles.failure { () throws(DataFileError) in try csv.numbers(file(text)) }
  }

  @Test("Quotes, doubled quotes, delimiters and line breaks inside quotes")
  func quoting() throws {
    #expect(try Self.rows("a,b\n\"x, y\",\"say \"\"hi\"\"\"\n") == [["a", "b"], ["x, y", "say \"hi\""]])
    #expect(try Self.rows("a,b\r\n\"1\r\n2\",\"\"\r\n") == [["a", "b"], ["1\r\n2", ""]])
    #expect(try Self.rows("a\n\"\"\"\"\n\"\"\"\"\"\"") == [["a"], ["\""], ["\"\""]])
  }

  @Test("Any line end, a missing last one, blank lines, a byte order mark, empty fields")
  func lines() throws {
    let expected = [["a", "b"], ["1", "2"], ["3", ""]]
    for text in ["a,b\n1,2\n3,", "a,b\r\n1,2\r\n3,\r\n", "a,b\r1,2\r3,\r", "\u{FEFF}a,b\n\n1,2\n\r\n3,\n\n"] {
      #expect(try Self.rows(text) == expected)
    }
  }

  @Test("Other delimiters, and files without a header")
  func settings() throws {
    #expect(try Self.rows("a;b\n1,5;2", CSV(delimiter: .semicolon)) == [["a", "b"], ["1,5", "2"]])
    let table = try CSV(delimiter: .tab, hasHeader: false).numbers(Self.file("1\t2\n3\t4\n"))
    #expect(table.names == ["0", "1"])
    #expect(table.columns == [[1, 3], [2, 4]])
    #expect(table.array == RawArray(shape: [2, 2], values: .float64([1, 2, 3, 4])))
    #expect(try CSV(hasHeader: false).numbers(Self.file("")).rowCount == 0)
  }

  @Test("Numbers are rounded as Swift rounds them")
  func numbers() throws {
    let texts = [
      "0", "-0", "1", "-12.5", ".5", "5.", "+3", " 7 ", "0.1", "123456789012345", "1234567890123456789", "1e-3", "2E5",
      "0.30000000000000004", "179769313486231570000000000000", "nan", "-inf", "3.141592653589793", "0.000001234",
    ]
    let values = try CSV().numbers(Self.file("x\n" + texts.joined(separator: "\n"))).column("x")
    for (text, value) in zip(texts, values) {
      let expected = Double(text.filter { $0 != " " })
      #expect(value.bitPattern == expected?.bitPattern, "\(text)")
    }
    for text in ["", "-", ".", "1,5", "0x10", "1 2", "1.2.3", "one", "--1"] {
      #expect(Self.failure("x,y\n\(text),1\n") != nil, "\(text)")
    }
  }

  @Test("A field that is no number is named by line and column")
  func badNumber() throws {
    let text = "height,width\n1,2\n\"\n\",5\n"
    #expect(
      Self.failure("height,width\n1,2\n3,wide\n")?.description
        == "table.csv at byte 19: expected a number on line 3 in column \"width\", found \"wide\" [data.bad-value]")
    #expect(Self.failure(text)?.expected == "a number on line 3 in column \"height\"")
    let table = try CSV().table(Self.file("a,b\n1,x\n"))
    #expect(try table.numbers("a") == [1])
    let error = HostileFiles.failure { () throws(DataFileError) in try table.numbers("b") }
    #expect(error?.expected == "a number on line 2 in column \"b\"")
  }

  @Test("An empty field is an error unless it is said what it stands for")
  func missing() throws {
    #expect(Self.failure("a,b\n1,\n")?.hint?.contains("`missing`") == true)
    #expect(try CSV(missing: -1).numbers(Self.file("a,b\n1,\n")).columns == [[1], [-1]])
    #expect(try CSV(missing: 0).table(Self.file("a,b\n1,\n")).numbers("b") == [0])
  }

  @Test("Marks for what is missing")
  func missingMarks() throws {
    let text = "a,b\n1,NA\nN/A,2\n?,nan\n-, n/a \n"
    for column in [try CSV(missing: -1).numbers(Self.file(text)), try CSV(missing: -1).numbers(Self.file(text))] {
      #expect(column.columns == [[1, -1, -1, -1], [-1, 2, -1, -1]])
    }
    let table = try CSV(missing: .nan).table(Self.file(text))
    #expect(try table.numbers("b").map(\.isNaN) == [true, false, true, true])
    #expect(try table.column("b") == ["NA", "2", "nan", " n/a "], "text stays as it is")
    #expect(Self.failure(text)?.hint == "if fields may be missing, say what they stand for with `missing`")
    let own = CSV(missing: 0, missingMarks: ["none yet", "-9"])
    #expect(try own.numbers(Self.file("a\nnone yet\n-9\n")).columns == [[0, -9]], "a number is a number")
    #expect(Self.failure("a\nNA\n", own)?.code == .badValue)
  }

  @Test("Texts as categories")
  func categories() throws {
    let table = try CSV(missing: .nan).table(Self.file("x,kind\n1,dog\n2,cat\n3,NA\n4,dog\n5,\n"))
    let kinds = try table.categories("kind")
    #expect(kinds.names == ["cat", "dog"] && kinds[1] == "dog" && kinds.index(of: "cow") == nil)
    #expect(try table.indices("kind", in: kinds, unknown: 2) == [1, 0, 2, 1, 2])
    let error = HostileFiles.failure { () throws(DataFileError) in try table.indices("kind", in: kinds) }
    #expect(
      error?.description == """
        table.csv: expected a category on line 4 in column "kind": "cat", "dog", found "NA"; `unknown` gives an index \
        to what is missing or new [data.bad-value]
        """)
    let copy = try JSONDecoder().decode(Categories.self, from: JSONEncoder().encode(kinds))
    #expect(copy == kinds && copy.index(of: "dog") == 1)
    #expect(Categories(names: ["b", "a", "b"]).names == ["b", "a"])
    // A country may be called so.
    let countries = try CSV(missingMarks: []).table(Self.file("c\nNA\nDE\n"))
    #expect(try countries.categories("c").names == ["DE", "NA"])
  }

  @Test("A table of numbers as a tensor, and the column that was meant")
  func tensor() throws {
    let file = Self.file("height,width\n1,2\n3,4\n")
    #expect(try CSV().numbers(file).tensor().elementsEqual(Tensor([[1.0, 2], [3, 4]])))
    let error = HostileFiles.failure { () throws(DataFileError) in try CSV().numbers(file, columns: ["Heigth"]) }
    #expect(error?.hint == "did you mean \"height\"?")
  }

  @Test("Columns are chosen by name, and an unknown one is refused with those that there are")
  func columns() throws {
    let file = Self.file("a,label,b\n1,cat,2\n3,dog,4\n")
    #expect(try CSV().numbers(file, columns: ["b", "a"]).columns == [[2, 4], [1, 3]])
    #expect(try CSV().table(file).column("label") == ["cat", "dog"])
    let error = HostileFiles.failure { () throws(DataFileError) in try CSV().numbers(file, columns: ["c"]) }
    #expect(error?.code == .missingColumn)
    #expect(error?.found == "\"a\", \"label\", \"b\"")
  }

  @Test("Broken rules are refused with the line")
  func brokenRules() {
    #expect(Self.failure("a,b\n1,2\n3\n")?.code == .raggedRow)
    #expect(Self.failure("a,b\n1,2\n3\n")?.expected == "2 fields on line 3, as on the first")
    #expect(Self.failure("a,b\n1,2,3\n")?.found == "3")
    #expect(Self.failure("a\n5\" pipe\n")?.expected.contains("line 2") == true)
    #expect(Self.failure("a\n\"x\"y\n")?.expected.contains("after a closing quote on line 2") == true)
    #expect(Self.failure("a\n1\n\"2\n3\n")?.expected == "a closing quote for the field opened on line 3")
    #expect(Self.failure("")?.code == .truncated)
  }

  @Test("Text that is not UTF-8 is refused, not repaired")
  func encoding() {
    let latin = FileBytes(name: "t.csv", bytes: Array("name\nM".utf8) + [0xFC] + Array("ller\n".utf8))
    let error = HostileFiles.failure { () throws(DataFileError) in try CSV().table(latin) }
    #expect(error?.expected == "text in UTF-8 on line 2")
    let wide = FileBytes(name: "t.csv", bytes: [0xFF, 0xFE] + Array("a".utf8) + [0])
    #expect(HostileFiles.failure { () throws(DataFileError) in try CSV().table(wide) }?.looksLike == .utf16Text)
  }

  @Test("The number of columns is bounded; gzip is seen through")
  func limits() throws {
    let wide = String(repeating: ",", count: 100)
    #expect(Self.failure(wide, CSV(maximumColumns: 100))?.code == .limitExceeded)
    let packed = FileBytes(name: "t.csv.gz", bytes: Gzip.deflated(Array("a\n1\n".utf8)))
    #expect(try CSV().numbers(packed).columns == [[1]])
  }

  @Test("No cut and no flipped bit traps, and other kinds of file are called by their names")
  func hostile() {
    let text = "a,b\n\"x\"\"y\",1.5\r\n\"\n\",-2e3\n"
    for count in 0...text.utf8.count { _ = Self.failure(String(decoding: text.utf8.prefix(count), as: UTF8.self)) }
    HostileFiles.withEveryBitFlipped(Array(text.utf8)) { file, _ in
      _ = HostileFiles.failure { () throws(DataFileError) in try CSV().table(file) }
      _ = HostileFiles.failure { () throws(DataFileError) in try CSV(missing: 0).numbers(file) }
    }
    HostileFiles.expectKindIsNamed { (file: FileBytes) throws(DataFileError) in try CSV().table(file) }
  }

  @Test("A hostile name or value cannot forge a line of a log")
  func oneLine() {
    #expect(Self.failure("a\n\"1\nERROR\u{1B}[2J\"\n")?.description.contains(where: \.isNewline) == false)
    #expect(Self.failure("a\n\"1\nERROR\u{1B}[2J\"\n")?.description.contains("\u{1B}") == false)
  }
}
