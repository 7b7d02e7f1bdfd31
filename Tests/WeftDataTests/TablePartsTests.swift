import Testing
import Weft

/// Rows as networks with embeddings take them.
@Suite struct TablePartsTests {
  private func table(_ text: String) throws -> Table {
    try Table(decoding: FileBytes(name: "rows.csv", bytes: Array(text.utf8)))
  }

  private let text = "size,color,weight,kind\n1,red,2,x\n3,blue,,y\n5,red,4,x\n,green,6,z\n"

  @Test func thePartsSayWhatTheInputsSay() throws {
    let table = try table(text)
    let encoder = try TableEncoder(fitting: table, target: "kind")
    let (numbers, categories) = try encoder.parts(of: table)
    #expect(encoder.numberCount == 4 && encoder.categoryCounts == [4])
    #expect(numbers.shape == [4, 4] && categories.shape == [4, 1] && categories.dtype == .int64)
    #expect(categories.scalars(as: Int.self) == [2, 0, 2, 1])
    // The same numbers as in one row of all: size, its mark, the four places of colors, weight, its mark.
    let whole = try encoder.inputs(of: table)
    for (part, column) in [(0, 0), (1, 1), (2, 6), (3, 7)] {
      #expect(
        numbers[0..., part].scalars(as: Float.self) == whole[0..., column].scalars(as: Float.self), "\(column)")
    }
    let other = try self.table("color,weight,size\nmauve,1,2\n,1,2\n")
    #expect(try encoder.parts(of: other).categories.scalars(as: Int.self) == [3, 3])
  }

  @Test func batchesFollowTheRows() throws {
    let table = try table(text)
    let encoder = try TableEncoder(fitting: table, target: "kind", features: ["color"])
    let data = try TableTensors(table, by: encoder)
    let batch = data.batch(at: [3, 0])
    #expect(data.count == 4 && batch.numbers.shape == [2, 0])
    #expect(batch.categories.scalars(as: Int.self) == [1, 2] && batch.targets.scalars(as: Int.self) == [2, 0])
  }

  @Test func classesOfOtherRowsAreKnownBeforehand() throws {
    let table = try table(text)
    let classes = try table.categories("kind")
    let encoder = try TableEncoder(
      fitting: table.rows(at: [0, 2]), target: "kind", features: ["color"], classes: classes)
    #expect(encoder.classes == classes)
    #expect(try encoder.targets(of: table).scalars(as: Int.self) == [0, 1, 0, 2])
  }

  @Test func numbersThatAreNotFiniteAreNamed() throws {
    let encoder = try TableEncoder(fitting: try table(text), target: "kind")
    for (field, found) in [("inf", "inf"), ("1e300", "1e+300")] {
      let other = try table("size,color,weight\n1,red,2\n\(field),red,2\n")
      do {
        _ = try encoder.parts(of: other)
        Issue.record("\(field) was taken")
      } catch {
        #expect(
          "\(error)"
            == "rows.csv: expected finite numbers in column \"size\", found \(found) on line 3; "
            + "an empty field stands for a missing number [data.bad-value]")
      }
      #expect(throws: DataFileError.self) { try encoder.inputs(of: other) }
    }
  }
}
