import Foundation
import TestSupport
import Testing
import Weft
import WeftTune

@Suite struct TextPairsTests {
  private func read(_ text: String, _ name: String, _ columns: PairColumns = PairColumns()) throws -> TextPairs {
    let room = try TemporaryFolder()
    try Data(text.utf8).write(to: URL(fileURLWithPath: room(name)))
    return try TextPairs(contentsOf: room(name), columns: columns)
  }

  @Test func tablesAreRead() throws {
    let text = """
      id,query,document,score,negative_2,negative_1
      1,01,"a ""b"", c",0.5,NA,x
      2,null,"line
      break",1,y,z

      """
    let pairs = try read(text, "pairs.csv")
    #expect(pairs.first == ["01", "null"] && pairs.second == [#"a "b", c"#, "line\nbreak"])
    #expect(pairs.scores == [0.5, 1] && pairs.negatives == [["NA", "y"], ["x", "z"]] && pairs.count == 2)
    let chosen = try read(text, "pairs.csv", PairColumns(first: "document", second: "negative_1", negatives: []))
    #expect(chosen.second == ["x", "z"] && chosen.negatives.isEmpty)
    #expect(try read("sentence1\tsentence2\na\tb\n", "pairs.tsv").second == ["b"])
  }

  @Test func linesOfJSONAreRead() throws {
    let text = """
      {"anchor": "Zürich \\u00e9", "positive": "b\\n", "label": 1}

      {"label": false, "positive": "", "anchor": "c", "more": null}
      """
    let pairs = try read(text, "pairs.jsonl")
    #expect(pairs.first == ["Zürich é", "c"] && pairs.second == ["b\n", ""] && pairs.scores == [1, 0])
    #expect(try read(#"{"a": 1, "b": "x"}"#, "p.jsonl", PairColumns(first: "a", second: "b")).first == ["1"])
  }

  @Test(arguments: [
    ("a,b\nx,y\n", "p.csv", "expected a column of first texts: anchor, query, question, sentence1"),
    ("query,answer,score\nx,y,high\n", "p.csv", "expected numbers in column \"score\""),
    ("query,answer\nx,\n", "p.csv", "expected a text in column \"answer\" of pair 1, found none"),
    ("{\"query\": \"x\", \"answer\": \"y\"}\n{\"query\": \"x\"}\n", "p.jsonl", "of pair 2, found none"),
    ("{\"query\": \"x\"\n", "p.jsonl", "expected an object of JSON on line 1"),
    ("[1]\n", "p.jsonl", "expected an object of JSON on line 1, found an array of 1"),
    ("{\"query\": [\"x\"]}\n", "p.jsonl", "expected a text or a number for \"query\" on line 1"),
    ("{\"query\": \"x\", \"query\": \"y\"}\n", "p.jsonl", "expected each key once on line 1, found \"query\" twice"),
    ("{\"query\": \"x\", \"answer\": \"y\", \"score\": 1e39}\n", "p.jsonl", "expected a finite number"),
    ((0...1000).map { "{\"k\($0)\": 1}\n" }.joined(), "p.jsonl", "expected at most 1000 different keys"),
    ("", "p.jsonl", "expected a column of first texts"),
  ]) func whatIsNoPairsIsSaid(_ text: String, _ name: String, _ words: String) {
    do {
      _ = try read(text, name)
      Issue.record("\(name) was read: \(text)")
    } catch {
      #expect("\(error)".contains(words), "\(error)")
    }
  }

  @Test func listsHaveOneLength() {
    #expect(throws: DataFileError.self) { try TextPairs(first: ["a"], second: []) }
    #expect(throws: DataFileError.self) { try TextPairs(first: ["a"], second: ["b"], scores: [1, 2]) }
  }
}
