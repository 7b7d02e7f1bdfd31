import Foundation
import Testing
import Weft

/// `weft train table` and what it leaves behind.
@Suite(.serialized) struct TrainTableTests {
  /// Rows whose class follows from a number and a color, and whose price from both; some fields are empty.
  private static func rows(_ count: Int, seed: UInt64 = 3) -> String {
    var generator = RandomGenerator(seed: seed)
    let colors = ["red", "green", "blue"]
    let lines = (0..<count).map { row -> String in
      let (color, size) = (Int.random(in: 0..<3, using: &generator), Double.random(in: -2...2, using: &generator))
      let kind = size > 0 ? "big" : color == 0 ? "small, red" : "small"
      let price = 20 + 10 * size + 5 * Double(color)
      let shown = row % 17 == 5 ? "" : "\(size)"
      return "\(row),\(colors[color]),\(shown),\"\(kind)\",\(price)"
    }
    return (["id,color,size,kind,price"] + lines).joined(separator: "\n") + "\n"
  }

  private func table(_ text: String, in folder: TemporaryFolder, _ name: String = "goods.csv") throws -> String {
    try AtomicFile.write(text, to: folder(name))
    return folder(name)
  }

  private func train(_ file: String, _ arguments: String...) throws -> Program.Outcome {
    try Program(["train", "table", file] + arguments).outcome()
  }

  @Test func classesAreLearnedAndFilledIn() throws {
    let folder = try TemporaryFolder()
    let file = try table(Self.rows(300), in: folder)
    let outcome = try train(
      file, "--target", "kind", "--leave-out", "price", "--epochs", "30", "--batch-size", "16", "--out", folder("run"))
    #expect(outcome.status == 0, "\(outcome.complaint)")
    #expect(outcome.output.contains("kind holds texts: learned as 3 classes\n"), "\(outcome.output)")
    #expect(outcome.output.contains("from 3 columns: id, color, size; left out: price\n"))
    #expect(outcome.output.contains("240 training and 60 validation rows; 30 epochs of 15 steps"))
    #expect(try OwnRuns.number(in: outcome.output, after: "validation accuracy ") > 85)
    let phases = /loading [0-9.]+ s, steps .*\(forward .* at most, in [a-z]+\n/
    #expect(outcome.output.contains(phases), "\(outcome.output)")
    #expect(try OwnRuns.number(in: outcome.output, after: "auroc ") > 0.9)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder("run")).sorted() == OwnRuns.files)
    #expect(
      try folder.text("run/metrics.csv").hasPrefix(
        "epoch,learning_rate,train_loss,train_accuracy,train_f1,train_auroc,validation_loss,"))

    let new = try table(
      "size,note,color,id\n1.9,x,red,1\n-1.9,y,red,2\n-1.9,z,blue,3\n,w,mauve,4\n", in: folder, "new.csv")
    let said = try Program.run("predict", folder("run"), new)
    let lines = said.output.split(separator: "\n")
    #expect(said.status == 0 && lines.count == 5 && lines.first == "kind,probability", "\(said.complaint)")
    #expect(lines[1].hasPrefix("big,") && lines[2].hasPrefix("\"small, red\",") && lines[3].hasPrefix("small,"))
    let written = try Program.run("predict", folder("run"), new, "--output", folder("said.csv"))
    #expect(try written.output.isEmpty && folder.text("said.csv") == said.output)

    let page = try Program.run("explain", folder("run"), "--data", file, "--out", folder("inside.html"))
    #expect(page.status == 0, "\(page.complaint)")
    let inside = try folder.text("inside.html")
    #expect(inside.contains("table-mlp on 16 rows of goods.csv") && inside.contains("\"logSoftmax\""))
    let missing = try Program.run("explain", folder("run"), "--out", folder("none.html"))
    #expect(missing.status == 1 && missing.complaint.contains("--data"), "\(missing.complaint)")
    let export = try Program.run("onnx", "export", folder("run"), "-o", folder("table.onnx"))
    #expect(export.status == 0, "\(export.complaint)")
    for part in ["input   numbers: float32 [", "input   categories: int64 [", "result  logits: float32 ["] {
      #expect(export.output.contains(part), "\(export.output)")
    }
  }

  @Test func numbersAreLearnedAndFilledIn() throws {
    let folder = try TemporaryFolder()
    let file = try table(Self.rows(300), in: folder)
    let outcome = try train(
      file, "--target", "price", "--epochs", "30", "--batch-size", "16", "--hidden", "32,16", "--out", folder("run"))
    #expect(outcome.status == 0, "\(outcome.complaint)")
    #expect(outcome.output.contains("price holds numbers: learned as numbers; --as classes learns it otherwise"))
    #expect(try OwnRuns.number(in: outcome.output, after: ", R2 ") > 0.8)
    let new = try table("id,color,size,kind\n1,red,1.5,big\n2,blue,-1.5,small\n", in: folder, "new.csv")
    let said = try Program.run("predict", folder("run"), new)
    let numbers = said.output.split(separator: "\n").compactMap { Double($0) }
    try #require(said.status == 0 && numbers.count == 2, "\(said.output)\(said.complaint)")
    #expect(abs(numbers[0] - 35) < 8 && abs(numbers[1] - 15) < 8, "\(numbers)")
    #expect(try folder.text("run/report.html").contains("True and predicted"))
  }

  @Test func whatATargetIsCanBeSaid() throws {
    let folder = try TemporaryFolder()
    let lines = (0..<60).map { "\($0 % 7),\($0 % 3 + 1)" }
    let file = try table("x,stars\n" + lines.joined(separator: "\n"), in: folder)
    let classes = try train(file, "--target", "stars", "--epochs", "1", "--out", folder("a"))
    #expect(classes.output.contains("stars holds 3 different whole numbers: learned as 3 classes; --as numbers"))
    let numbers = try train(file, "--target", "stars", "--as", "numbers", "--epochs", "1", "--out", folder("b"))
    #expect(numbers.output.contains("validation RMSE "), "\(numbers.output)\(numbers.complaint)")
    let wrong = try train(file, "--target", "stars", "--as", "both")
    #expect(wrong.status == 64)
  }

  @Test func aRunGoesOnToTheSameBits() throws {
    let folder = try TemporaryFolder()
    let file = try table(Self.rows(120), in: folder)
    let command = ["train", "table", file, "--target", "kind", "--epochs", "3", "--batch-size", "32", "--hidden", "16"]
    try OwnRuns.checkResume(command, in: folder, at: 4)
    // Options may be left out, and not changed; another command's run is none of this one's.
    let resume = ["--resume", folder("whole")]
    #expect(try Program(["train", "table", file] + resume).outcome().status == 0)
    // The run knows where its data is; a new one does not.
    let known = try Program(["train", "table"] + resume).outcome()
    #expect(known.status == 0, "\(known.complaint)")
    let unknown = try Program(["train", "table", "--target", "kind"]).outcome()
    #expect(unknown.status == 64 && unknown.complaint.contains("Missing expected argument '<file>'"))
    for option in [["--target", "color"], ["--hidden", "8"], ["--validation", "0.5"], ["--as", "numbers"]] {
      let outcome = try Program(["train", "table", file] + resume + option).outcome()
      #expect(outcome.status == 1 && outcome.complaint.contains("but the run was begun with"), "\(outcome.complaint)")
    }
    let other = try Program(["train", "images", folder(".")] + resume).outcome()
    #expect(other.status == 1)
    #expect(other.complaint.contains("the run was begun by weft train table, not by weft train images"))
    let changed = try table(Self.rows(120, seed: 4), in: folder, "changed.csv")
    let data = try Program(["train", "table", changed] + resume).outcome()
    #expect(data.status == 1 && data.complaint.contains("but the run was begun with goods.csv"), "\(data.complaint)")
  }

  /// Of a rare class a row is learned from; a run from before that was said goes on with the rows that it had.
  @Test func theDivisionIsThatOfTheRun() throws {
    let folder = try TemporaryFolder()
    let rare = (0..<6).map { "\($0),a\($0)\n" }.joined()
    let rows = (0..<60).map { "\($0 % 7),\($0 % 2 == 0 ? "x" : "y")\n" }.joined()
    let file = try table("size,kind\n" + rare + rows, in: folder)
    let outcome = try train(file, "--target", "kind", "--epochs", "1", "--out", folder("run"))
    #expect(outcome.output.contains("54 training and 12 validation rows"), "\(outcome.output)\(outcome.complaint)")
    let resume = ["train", "table", "--resume", folder("run")]
    #expect(try Program(resume).outcome().status == 0)
    let text = try folder.text("run/plan.json")
    let older = text.replacing(/"keepsOneOfEach" : true/, with: "\"keepsOneOfEach\" : null")
    #expect(older != text)
    try AtomicFile.write(older, to: folder("run/plan.json"))
    // These rows were divided in the new way: by the old one they are others.
    let other = try Program(resume).outcome()
    #expect(other.complaint.contains("data is not that which the run was begun with"), "\(other.complaint)")
  }

  /// What is no date in one row, wherever it falls, makes texts of a column; and what nobody can tell is said.
  @Test func datesAreThoseOfTheWholeTable() throws {
    let folder = try TemporaryFolder()
    for row in [0, 7, 23, 41, 59] {
      let days = (0..<60).map { $0 == row ? "unknown" : "2024-0\(1 + $0 / 28)-\(10 + $0 % 18)" }
      let rows = days.enumerated().map { "\($1),\($0 % 7),\(1 + $0 % 5)/3/2024,\(Double($0) / 7)\n" }.joined()
      let file = try table("when,size,day,price\n" + rows, in: folder, "dates-\(row).csv")
      let outcome = try train(file, "--target", "price", "--epochs", "1", "--out", folder("dates-\(row)"))
      #expect(outcome.status == 0 && !outcome.output.contains("when holds dates"), "\(outcome.complaint)")
      #expect(outcome.output.contains("day holds dates whose day nobody can tell from the month: learned as texts"))
    }
  }

  /// Columns that say nothing are named with the reason; half of Europe writes one and a half as 1,5.
  @Test func whatTablesOfOthersHold() throws {
    let folder = try TemporaryFolder()
    let rows = (0..<60).map { "\($0 % 7),\($0 % 10);7;x\($0);\($0 % 5),25\n" }.joined()
    let file = try table("size;k;name;price\n" + rows, in: folder)
    let outcome = try train(file, "--target", "price", "--epochs", "1", "--out", folder("run"))
    #expect(outcome.status == 0, "\(outcome.complaint)")
    #expect(outcome.output.contains("1,5 is read as one and a half"), "\(outcome.output)")
    #expect(outcome.output.contains("price holds numbers: learned as numbers"), "\(outcome.output)")
    #expect(
      outcome.output.contains(
        "from 1 columns: size; left out: k (the same in every row), name (another text in each row)\n"),
      "\(outcome.output)")
    let said = try Program(["predict", folder("run"), file]).outcome()
    #expect(said.status == 0 && said.output.split(separator: "\n").count == 61, "\(said.complaint)")
    let resumed = try Program(["train", "table", "--resume", folder("run")]).outcome()
    #expect(resumed.status == 0 && resumed.output.contains("from 1 columns: size"), "\(resumed.complaint)")
    // With commas between the fields it is a text.
    let plain = try table("a,b\n" + (0..<30).map { "\"\($0 % 3),5\",\($0 % 2)\n" }.joined(), in: folder, "plain.csv")
    let other = try train(plain, "--target", "b", "--epochs", "1", "--out", folder("other"))
    #expect(other.status == 0 && !other.output.contains("one and a half"), "\(other.complaint)")
  }

  /// What happens on Sundays, and in which direction it goes, is said of days that are yet to come.
  @Test func datesAreLearnedAndGoOn() throws {
    let folder = try TemporaryFolder()
    func date(_ day: Int) -> String {
      let (month, rest) = day < 31 ? ("01", day) : day < 60 ? ("02", day - 31) : ("03", day - 60)
      return "2024-\(month)-\(rest < 9 ? "0" : "")\(rest + 1)"
    }
    // The first of January 2024 was a Monday.
    func sold(_ day: Int, _ hour: Int) -> Double {
      (day % 7 == 6 ? 0 : 20) + (hour == 12 ? 10 : 0) + Double(day) / 20
    }
    let rows = (0..<80).flatMap { day in
      [6, 9, 12, 15].map { "\(date(day)) \($0 < 10 ? "0" : "")\($0):30,\(sold(day, $0))\n" }
    }
    let file = try table("when,sold\n" + rows.joined(), in: folder)
    let outcome = try train(
      file, "--target", "sold", "--epochs", "40", "--batch-size", "16", "--out", folder("run"))
    #expect(outcome.status == 0, "\(outcome.complaint)")
    #expect(
      outcome.output.contains("when holds dates: learned by days, month, day, weekday, hour\n"), "\(outcome.output)")
    #expect(try OwnRuns.number(in: outcome.output, after: ", R2 ") > 0.95)
    // The Saturday, the Sunday and the Monday after the last row.
    let new = "when\n" + [82, 83, 84].map { "\(date($0)) 09:30\n" }.joined()
    let said = try Program(["predict", folder("run"), try table(new, in: folder, "new.csv")]).outcome()
    let numbers = said.output.split(separator: "\n").dropFirst().compactMap { Double($0) }
    #expect(said.status == 0 && numbers.count == 3, "\(said.complaint)")
    #expect(numbers[0] > 15 && numbers[1] < 12 && numbers[2] > 15, "\(numbers)")
    let wrong = try table("when\n2024-03-30 09:30\n30.3.2024\n", in: folder, "wrong.csv")
    let refused = try Program(["predict", folder("run"), wrong]).outcome()
    #expect(refused.status == 1 && refused.complaint.contains("\"30.3.2024\" on line 3"), "\(refused.complaint)")
  }

  @Test func aTableThatCannotBeLearnedIsExplained() throws {
    let folder = try TemporaryFolder()
    let some = "size,width,kind\n1,2,x\n2,3,y\n3,4,x\n4,5,y\n5,7,x\n"
    let unique = "a,c\n" + (0..<30).map { "\($0),name\($0)\n" }.joined()
    let cases: [(text: String, arguments: [String], message: String)] = [
      (some, ["--target", "knd"], "did you mean \"kind\"?"),
      (some, ["--target", "kind", "--leave-out", "sise"], "did you mean \"size\"?"),
      ("a,b\n1,2\n", ["--target", "b"], "expected rows to learn from, and rows to check by, found 1 in all"),
      ("a,b\n", ["--target", "b"], "found 0 in all"),
      ("", ["--target", "b"], "an empty file"),
      (
        "a,b\n1,2.5\n2,\n3,1.5\n4,nan\n", ["--target", "b"],
        "found none in 2 of 4 rows, the first on line 3; --drop-missing"
      ),
      ("a,b\n1,2.5\n2,inf\n3,1.5\n4,2.5\n5,3\n6,1\n", ["--target", "b"], "inf"),
      ("a,b\n1,2.5\n-inf,2\n3,1.5\n4,2.5\n5,3\n6,1\n", ["--target", "b"], "expected finite numbers in column \"a\""),
      ("a,b\n1,x\n2,x\n3,x\n4,x\n5,x\n6,x\n", ["--target", "b"], "expected two classes or more in column \"b\""),
      ("a,b\n1,2.5\n2,2.5\n3,2.5\n", ["--target", "b"], "expected different numbers in column \"b\", found 2.5 in"),
      (unique, ["--target", "c"], "found 30 in 30 rows; choose another column"),
      (
        "k,w,c\n" + (0..<30).map { "1,name\($0),\($0 % 2)\n" }.joined(), ["--target", "c"],
        "found k (the same in every row), w (another text in each row)"
      ),
      ("b\n1.5\n2.5\n3.5\n4.5\n5.5\n6.5\n", ["--target", "b"], "expected a column beside \"b\" to learn from"),
      (some, ["--target", "kind", "--as", "numbers"], "expected numbers in column \"kind\""),
      ("<!doctype html><p>moved</p>", ["--target", "b"], "b"),
      ("a,b\n1,2\n1,2,3\n", ["--target", "b"], "[data.ragged-row]"),
    ]
    for (text, arguments, message) in cases {
      let file = try table(text, in: folder)
      let outcome = try Program(["train", "table", file, "--out", folder("run")] + arguments).outcome()
      #expect(outcome.status == 1 && !outcome.wasKilled, "\(text): \(outcome.complaint)")
      #expect(outcome.complaint.contains(message) && outcome.complaints.count == 1, "\(message): \(outcome.complaint)")
      #expect(!FileManager.default.fileExists(atPath: folder("run")))
    }
    let dropped = try train(
      try table("a,b\n" + (0..<20).map { "\($0),\($0 % 4 == 1 ? "" : "\($0).5")\n" }.joined(), in: folder), "--target",
      "b", "--drop-missing", "--epochs", "1", "--out", folder("dropped"))
    #expect(dropped.status == 0 && dropped.output.contains("12 training and 3 validation rows"), "\(dropped.complaint)")
  }

  @Test func whatIsNoTableOfThisKindIsRefused() throws {
    let folder = try TemporaryFolder()
    let file = try table(Self.rows(60), in: folder)
    #expect(try train(file, "--target", "kind", "--epochs", "1", "--out", folder("run")).status == 0)
    for (text, message) in [
      ("color,id\nred,1\n", "\"size\""), ("color,size,id,price\nred,wide,1,2\n", "expected numbers in column \"size\""),
      ("colour,size,id,price\nred,1,1,2\n", "did you mean \"colour\"?"), ("", "an empty file"),
      ("color,size,id,price\nred,1e300,1,2\n", "expected finite numbers in column \"size\""),
    ] {
      let said = try Program.run("predict", folder("run"), try table(text, in: folder, "new.csv"))
      #expect(said.status == 1 && said.complaint.contains(message), "\(said.complaint)")
    }
    // A plan is a file too.
    let plan = try folder.text("run/plan.json")
    for (old, new) in [
      ("\"hidden\" : [", "\"hidden\" : [ 1000000000000,"), ("\"validation\" : 0.2", "\"validation\" : 7"),
      ("\"table\"", "\"chair\""), ("\"deviation\"", "\"devotion\""), ("64", "65"),
    ] {
      let changed = plan.replacingOccurrences(of: old, with: new)
      #expect(changed != plan, "\(old)")
      try AtomicFile.write(changed, to: folder("run/plan.json"))
      for arguments in [["predict", folder("run"), file], ["train", "table", file, "--resume", folder("run")]] {
        let outcome = try Program(arguments).outcome()
        #expect(outcome.status == 1 && !outcome.wasKilled && outcome.complaints.count == 1, "\(outcome.complaint)")
      }
    }
    // Commands for images say what the run is.
    try AtomicFile.write(plan, to: folder("run/plan.json"))
    let evaluated = try Program.run("evaluate", folder("run"))
    #expect(
      evaluated.status == 1 && evaluated.complaint.contains("a run of weft train table"), "\(evaluated.complaint)")
  }
}
