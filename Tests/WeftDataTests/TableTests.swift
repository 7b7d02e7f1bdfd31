import Foundation
import TestSupport
import Testing
import Weft

@Suite("Tables")
struct TableTests {
  /// What pandas read (Goldens/make_tables.py).
  private struct Expected: Decodable {
    let name: String
    let values: [Value]
  }

  private enum Value: Decodable {
    case number(Double)
    case text(String)
    case missing

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .missing
      } else if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else {
        self = .text(try container.decode(String.self))
      }
    }
  }

  private func table(_ text: String, kinds: [String: TableColumn.Kind] = [:]) throws -> Table {
    try Table(decoding: FileBytes(name: "t.csv", bytes: Array(text.utf8)), kinds: kinds)
  }

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test("Files read as pandas reads them")
  func pandas() throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: ImageGolden.path("tables/pandas.json")))
    let files = try JSONDecoder().decode([String: [Expected]].self, from: data)
    #expect(files.count == 5)
    for (name, columns) in files {
      let table = try Table(
        csv: ImageGolden.path("tables/\(name)"), hasHeader: name != "bare.csv", hasDecimalCommas: name == "german.csv")
      #expect(table.names == columns.map(\.name), "\(name)")
      for (column, expected) in zip(table.columns, columns) {
        for (row, value) in expected.values.enumerated() {
          switch value {
          case .missing: #expect(column.missing.contains(row), "\(name) \(expected.name) \(row)")
          case .text(let text): #expect(column.texts[row] == text, "\(name) \(expected.name) \(row)")
          case .number(let number):
            #expect(try table.numbers(column.name)[row] == number, "\(name) \(expected.name) \(row)")
          }
        }
      }
    }
  }

  @Test("Kinds are found by looking, or declared")
  func kinds() throws {
    let text = "a,b,c,d,e,f\n1,1.0,TRUE,x,,01\n2,2.5,false,3,NA,02\n"
    let table = try table(text)
    #expect(table.columns.map(\.kind) == [.integer, .number, .boolean, .text, .number, .integer])
    #expect(try table.numbers("c") == [1, 0] && table.texts("c") == ["true", "false"])
    let declared = try self.table(text, kinds: ["f": .text, "a": .number, "e": .text])
    #expect(try declared.texts("f") == ["01", "02"] && declared.texts("e") == [nil, nil])
    #expect(declared.columns[0].kind == .number)
    #expect(
      message { _ = try self.table(text, kinds: ["b": .integer]) }
        == "t.csv: expected a whole number on line 2 in column \"b\", found \"1.0\"; declare another kind, or name the "
        + "mark of a missing value [data.bad-value]")
    #expect(message { _ = try self.table(text, kinds: ["g": .integer]) }.contains("[data.missing-column]"))
    #expect(try self.table("x,x,,x.1\n1,2,3,4\n").names == ["x", "x.2", "column 2", "x.1"])
    #expect(try self.table("a,b\n").rowCount == 0)
    #expect(
      table.description.hasPrefix("2 rows, 6 columns\na  integer: 1 to 2, mean 1.5\nb  number: 1 to 2.5, mean 1.75"))
    #expect(table.description.contains("e  number, 2 missing: nothing"))
  }

  @Test("Numbers, features and categories")
  func values() throws {
    let table = try table("n,m,s\n1,,b\n2,5,a\n10,6,\n")
    #expect(try table.features("n", "m").isClose(to: Tensor([[1, .nan], [2, 5], [10, 6]]), nanIsEqual: true))
    #expect(try table.features().shape == [3, 2])
    #expect(try table.categories("n").names == ["1", "2", "10"] && table.categories("s").names == ["a", "b"])
    #expect(try table.indices("s", in: table.categories("s"), unknown: 2) == [1, 0, 2])
    #expect(message { _ = try table.indices("s", in: table.categories("s")) }.contains("on line 4"))
    #expect(message { _ = try table.numbers("s") }.contains("found \"b\" on line 2"))
    #expect(message { _ = try table.numbers("nn") }.contains("did you mean \"n\"?"))
    #expect(try table.withoutMissing().rowCount == 1 && table.withoutMissing(in: ["s"]).rowCount == 2)
    #expect(try table.selecting(["s", "n"]).names == ["s", "n"] && table.leavingOut(["n"]).names == ["m", "s"])
    #expect(throws: TensorError.self) { try withTensorErrors { table.rows(at: [3]) } }
    #expect(throws: TensorError.self) { try Table([TableColumn("a", [1]), TableColumn("b", [1, 2])]) }
  }

  @Test("Lines of remarks are passed over where they are named, and pointed out where they are not")
  func remarks() throws {
    let text = "# CO2, monthly\n# a; b; \"c\n\nyear,ppm\n1959,315.98\n# later: 1,2,3\n1960,316.91\n"
    func read(_ comment: String?) throws -> Table {
      try Table(decoding: FileBytes(name: "t.csv", bytes: Array(text.utf8)), comment: comment)
    }
    let table = try read("#")
    #expect(table.names == ["year", "ppm"] && table.lines == [5, 7])
    #expect(try table.numbers("ppm") == [315.98, 316.91])
    #expect(try CSV(comment: "# ").numbers(FileBytes(name: "t", bytes: Array(text.utf8))).rowCount == 2)
    for none in [nil, ""] { #expect(message { _ = try read(none) } != "") }
    let ragged = "# CO2 of a year\nyear,ppm\n1959,315.98\n"
    #expect(
      message { _ = try CSV().table(FileBytes(name: "t", bytes: Array(ragged.utf8))) }.contains(
        "take lines of remarks out of the file; in Swift, `comment: \"#\"` passes"))
    let hashed = try self.table("#id,n\n1,2\n")
    #expect(hashed.names == ["#id", "n"])
  }

  @Test("Of a column with a text among numbers the text is named, and decimal commas are recognized")
  func whatIsNoNumber() throws {
    let mixed = try table("a,b\n1,2\nx,3\n4,5\n")
    #expect(message { _ = try mixed.numbers("a") }.contains("found \"x\" on line 3"))
    let commas = try table("a;b\n1,5;u\n2;v\n")
    let hint = "write 1.5 for 1,5; in Swift, `hasDecimalCommas: true` reads it so"
    #expect(message { _ = try commas.numbers("a") }.contains("found \"1,5\" on line 2"))
    #expect(message { _ = try commas.numbers("a") }.contains(hint) && "\(commas)".contains(hint))
    let both = try table("a;b\n1,5;u\nx;v\n")
    #expect(message { _ = try both.numbers("a") }.contains("found \"x\" on line 3") && !"\(both)".contains(hint))
    #expect(!message { _ = try mixed.numbers("c") }.contains("did you mean"))
  }

  /// A thousand and one are not to be mistaken for each other, whoever is right.
  @Test("Commas that may part thousands are no decimal commas")
  func thousands() throws {
    let decimal = "write 1.5 for 1,5; in Swift, `hasDecimalCommas: true` reads it so"
    let thousands = "write 1000 for 1,000; in Swift, `hasDecimalCommas: true` reads it as 1"
    for (numbers, hint) in [
      ("1,000;2,500", thousands), ("1,234,567;-12,000.5", thousands), ("1,000;7", thousands),
      ("1,000;2,5", decimal), ("0,125;0,250", decimal), ("1,0000;2,500", decimal), (",500;1,000", decimal),
      ("1,000;x", ""), ("1,00,000;5", ""),
    ] {
      let text = "a;b\n" + numbers.split(separator: ";").map { "\($0);u\n" }.joined()
      let found = try table(text)
      let shown = "\(found)"
      #expect([decimal, thousands].allSatisfy { shown.contains($0) == ($0 == hint) }, "\(shown)")
      let failure = message { _ = try found.numbers("a") }
      #expect(failure.contains(hint.isEmpty ? "found" : hint), "\(numbers)")
    }
  }

  @Test("Splits keep every row once, and each class' share where asked")
  func splits() throws {
    let table = try Table([
      TableColumn("n", (0..<100).map(Double.init)), TableColumn("c", (0..<100).map { $0 % 10 == 0 ? "rare" : "usual" }),
    ])
    let parts = try table.split(validation: 0.2, test: 0.1, seed: 4, stratifiedBy: "c")
    let all = [parts.train, parts.validation, parts.test]
    #expect(all.map(\.rowCount) == [70, 20, 10])
    #expect(try all.flatMap { try $0.numbers("n") }.sorted() == (0..<100).map(Double.init))
    #expect(try all.map { part in try part.texts("c").filter { $0 == "rare" }.count } == [7, 2, 1])
    #expect(try table.split(validation: 0.2, seed: 4).validation == table.split(validation: 0.2, seed: 4).validation)
    #expect(throws: TensorError.self) { try table.split(validation: 0.7, test: 0.5) }
  }

  @Test("What occurs once is learned, not checked")
  func rareValuesAreLearned() throws {
    // Ten kinds once each, and one often, which gives its own share and no more.
    let kinds = (0..<10).map { "a rare \($0)" } + Array(repeating: "often", count: 40)
    let table = try Table([TableColumn("n", (0..<50).map(Double.init)), TableColumn("c", kinds)])
    for seed in 0..<5 as Range<UInt64> {
      let parts = try table.split(validation: 0.2, test: 0.1, seed: seed, stratifiedBy: "c")
      #expect([parts.train, parts.validation, parts.test].map(\.rowCount) == [38, 8, 4])
      #expect(try Set(parts.train.texts("c")).count == 11)
      #expect(try Set(parts.validation.texts("c")) == ["often"])
    }
    // Many rare ones do not empty the next.
    let names = (0..<30).map { "a\($0)" } + Array(repeating: "b", count: 20) + Array(repeating: "z", count: 100)
    let many = try Table([TableColumn("c", names)])
    let checked = try many.split(validation: 0.2, seed: 1, stratifiedBy: "c").validation.texts("c")
    #expect(checked.filter { $0 == "b" }.count == 4 && checked.filter { $0 == "z" }.count == 20)
    // As runs of before divided them.
    let before = try many.split(validation: 0.2, seed: 1, stratifiedBy: "c", keepsOne: false)
    #expect(try before.validation.rowCount == 30 && Set(before.validation.texts("c")).count == 8)
    let nothing = try table.split(validation: 0.5, test: 0.5, seed: 1, stratifiedBy: "c")
    #expect(nothing.train.rowCount == 0)
    #expect(try table.split(validation: 1, seed: 1, stratifiedBy: "c").validation.rowCount == 50)
  }

  @Test("An encoder learns from the training rows alone")
  func encoder() throws {
    let train = try table("size,town,flag,same,price\n1,ulm,true,7,10\n3,bonn,false,7,20\n,ulm,true,7,30\n")
    let encoder = try TableEncoder(fitting: train, target: "price")
    #expect(encoder.features == ["size", "town", "flag"] && encoder.width == 6 && encoder.classes == nil)
    #expect(
      encoder.inputNames == ["size", "size is missing", "town = bonn", "town = ulm", "town is another", "flag"])
    let test = try table("town,size,flag,price\nkiel,5,true,40\n,,true,20\n")
    // mean 2, deviation 1; mean 2/3, deviation sqrt(2)/3
    let expected = Tensor([[3.0, 0, 0, 0, 1, 0.70710678], [0, 1, 0, 0, 1, 0.70710678]])
    #expect(try encoder.inputs(of: test).isClose(to: expected))
    let targets = try encoder.dataset(of: test).targets
    #expect(targets.shape == [2, 1] && abs(encoder.number(from: targets[0, 0].item()) - 40) < 1e-5)
    #expect(message { _ = try encoder.labeled(train) }.contains("`isClass: true`"))
    #expect(message { _ = try encoder.inputs(of: table("size\n1\n")) }.contains("a column \"town\""))
    let copy = try JSONDecoder().decode(TableEncoder.self, from: JSONEncoder().encode(encoder))
    #expect(copy == encoder)
  }

  @Test("Classes as targets")
  func classes() throws {
    let train = try table("x,y,kind\n1,2,b\n2,1,a\n3,0,b\n")
    let encoder = try TableEncoder(fitting: train, target: "kind")
    #expect(encoder.classes?.names == ["a", "b"])
    let data = try encoder.labeled(train)
    #expect(data.labels.scalars(as: Int.self) == [1, 0, 1] && data.inputs.shape == [3, 2] && data.classCount == 2)
    #expect(
      message { _ = try encoder.labeled(table("x,y,kind\n1,2,c\n")) }.contains(
        "a category in column \"kind\" on line 2"))
    #expect(message { _ = try TableEncoder(fitting: table("x,k\n1,\n2,a\n"), target: "k") }.contains("on line 2"))
    #expect(try TableEncoder(fitting: train, target: "x", isClass: true).classes?.count == 3)
    #expect(
      message { _ = try TableEncoder(fitting: table("x,k\n1,a\n1,b\n"), target: "k") }.contains(
        "x (the same in every row)"))
  }

  @Test("Targets that no float32 comes near are refused, with their line")
  func hugeTargets() throws {
    let huge = "x,y\n1,1e308\n2,-1e308\n"
    let words = message { _ = try TableEncoder(fitting: table(huge), target: "y") }
    #expect(words.contains("at most 1e+38 to learn in column \"y\"") && words.contains("1e+308 on line 2"), "\(words)")
    let encoder = try TableEncoder(fitting: table("x,y\n1,-3e37\n2,3e37\n"), target: "y")
    #expect(message { _ = try encoder.targets(of: table(huge)) }.contains("on line 2"))
    #expect(try encoder.targets(of: table("x,y\n1,3e37\n")).item() == 1)
  }

  @Test("The smallest integer is a text as any number, and names cannot move the cursor")
  func shown() throws {
    let table = try Table([TableColumn("a", [-0x1p63, 1.5, -3])])
    #expect(try table.texts("a") == ["-9.223372036854776e+18", "1.5", "-3"])
    let hostile = try self.table("a\u{1B}[2J,b\n1,2\n").description
    #expect(!hostile.contains("\u{1B}") && hostile.split(separator: "\n").count == 3)
  }

  @Test("Decimal commas are not taken for what divides fields")
  func decimalCommas() throws {
    func read(_ text: String) throws -> Table {
      try Table(
        decoding: FileBytes(name: "t", bytes: Array(text.utf8)), hasHeader: false, hasDecimalCommas: true)
    }
    let table = try read("1,5;2,5\n3,5;4,5\n")
    #expect(try table.numbers("0") == [1.5, 3.5] && table.numbers("1") == [2.5, 4.5])
    #expect(try read("1,5\n3,5\n").numbers("0") == [1.5, 3.5])
  }

  @Test("Thousands of equal names are told apart at once")
  func equalNames() throws {
    let names = try table(String(repeating: "x,", count: 20_000) + "x\n").names
    #expect(names.prefix(3) == ["x", "x.1", "x.2"] && names.last == "x.20000" && Set(names).count == names.count)
  }

  @Test("Categories that another file writes as numbers are refused, or read as texts")
  func categoriesOfDigits() throws {
    let train = try table("zip,size,price\n01,1,10\nab,2,20\n")
    let encoder = try TableEncoder(fitting: train, target: "price")
    #expect(encoder.kinds == ["zip": .text])
    let text = "zip,size\n01,1.5\n"
    #expect(message { _ = try encoder.inputs(of: table(text)) }.contains("`kinds: [\"zip\": .text]`"))
    let inputs = try encoder.inputs(of: table(text, kinds: encoder.kinds))
    #expect(inputs.isClose(to: Tensor([[1.0, 0, 0, 0]])))
    // Without any value a column is of no kind.
    #expect(try encoder.inputs(of: table("zip,size\n,1.5\n")).isClose(to: Tensor([[0.0, 0, 1, 0]])))
  }

  @Test("Broken files are refused or read, and never end the program")
  func hostile() throws {
    HostileFiles.expectKindIsNamed { file throws(DataFileError) in try Table(decoding: file) }
    let bytes = try FileBytes(contentsOf: ImageGolden.path("tables/plain.csv")).bytes
    for count in 0...bytes.count {
      _ = try? Table(decoding: FileBytes(name: "cut", bytes: Array(bytes.prefix(count))))
    }
    HostileFiles.withEveryBitFlipped(bytes) { file, _ in _ = try? Table(decoding: file).description }
    let ragged = "a,b\n1,2\n3\n"
    #expect(message { _ = try table(ragged) }.contains("[data.ragged-row]"))
  }
}
