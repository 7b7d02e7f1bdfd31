import Foundation
import Testing
import Weft
import WeftONNX

/// Tensors of texts: what moves them, and what is done with them alone.
@Suite struct TextTests {
  private static func run(
    _ nodes: [Onnx_NodeProto], _ inputs: [ONNXValue], opset: Int64 = 21, _ name: String = "y"
  ) throws -> ONNXValue {
    let named = Dictionary(uniqueKeysWithValues: inputs.enumerated().map { ("x\($0)", $1) })
    let model = try OneNode.model(nodes, inputs: inputs.count, opset: opset)
    return try #require(try model.run(named, outputs: [name])[name])
  }

  private static func run(
    _ name: String, _ inputs: [ONNXValue], domain: String = "", _ attributes: [Onnx_AttributeProto] = []
  ) throws -> ONNXValue {
    try run([OneNode.node(name, inputs: inputs.count, domain: domain, attributes)], inputs)
  }

  private static func texts(_ elements: String..., shape: Shape? = nil) throws -> ONNXValue {
    .texts(try #require(TextTensor(elements, shape: shape ?? [elements.count])))
  }

  private static func numbers(_ values: [Int]) -> ONNXValue { .tensor(Tensor(values)) }
  private static func axis(_ axis: Int64) -> Onnx_AttributeProto { OneNode.attribute("axis", [axis], isList: false) }

  @Test func textsAreMovedAsNumbersAre() throws {
    let square = try Self.texts("a", "b", "c", "d", shape: [2, 2])
    func moved(_ name: String, _ inputs: [ONNXValue], _ attributes: [Onnx_AttributeProto] = []) throws -> TextTensor? {
      try Self.run(name, inputs, attributes).texts
    }
    #expect(try moved("Transpose", [square]) == TextTensor(["a", "c", "b", "d"], shape: [2, 2]))
    #expect(try moved("Reshape", [square, Self.numbers([4])]) == TextTensor(["a", "b", "c", "d"]))
    #expect(try moved("Gather", [square, Self.numbers([1])]) == TextTensor(["c", "d"], shape: [1, 2]))
    #expect(
      try moved("Concat", [square, square], [Self.axis(1)])
        == TextTensor(["a", "b", "a", "b", "c", "d", "c", "d"], shape: [2, 4]))
    #expect(try moved("Identity", [square]) == square.texts)
    #expect(
      try moved("Where", [.tensor(Tensor([true, false])), Self.texts("x"), Self.texts("y", "z")])
        == TextTensor(["x", "z"]))
    #expect(try Self.run("Shape", [square]).tensor?.scalars(as: Int.self) == [2, 2])
    #expect(try Self.run("Size", [square]).tensor?.scalars(as: Int.self) == [4])
    #expect(
      try Self.run("Equal", [square, Self.texts("a", "d")]).tensor?.scalars(as: Bool.self)
        == [true, false, false, true])
  }

  @Test func numbersBesideTextsAreRefused() throws {
    for other in [Self.numbers([0]), .tensor(Tensor([1.5])), .tensor(Tensor([1], dtype: .int32))] {
      #expect(throws: ONNXError.self) { try Self.run("Concat", [Self.texts("a"), other], [Self.axis(0)]) }
      #expect(throws: ONNXError.self) { try Self.run("Equal", [Self.texts("a"), other]) }
    }
    #expect(throws: ONNXError.self) { try Self.run("Abs", [Self.texts("a")]) }
    #expect(throws: ONNXError.self) {
      try Self.run("Expand", [Self.texts("a"), Self.numbers([1 << 20, 1 << 20])])
    }
  }

  @Test func numbersBecomeTextsAndBack() throws {
    func type(_ number: Int64) -> [Onnx_AttributeProto] { [OneNode.attribute("to", [number], isList: false)] }
    let numbers = ONNXValue.tensor(Tensor([0.47892547, 1, -2.5e-7, .nan, -.infinity], dtype: .float32))
    #expect(
      try Self.run("Cast", [numbers], type(8)).texts?.elements == ["0.47892547", "1.0", "-2.5e-07", "NaN", "-INF"])
    let texts = try Self.texts("0.5", "1e3", "INF", "-inf", "NaN")
    let read = try #require(try Self.run("Cast", [texts], type(1)).tensor).scalars(as: Float.self)
    #expect(read.prefix(4) == [0.5, 1000, .infinity, -.infinity] && read[4].isNaN)
    #expect(try Self.run("Cast", [Self.texts("12", "-3")], type(7)).tensor?.scalars(as: Int.self) == [12, -3])
    #expect(throws: ONNXError.self) { try Self.run("Cast", [Self.texts("twelve")], type(7)) }
  }

  @Test func wordsAreNormalized() throws {
    let words = try Self.texts("Monday", "tuesday", "Monday")
    func normalized(_ action: String, isExact: Int64, _ unwanted: [String]) throws -> TextTensor? {
      try Self.run(
        "StringNormalizer", [words],
        [
          OneNode.attribute("case_change_action", action), OneNode.attribute("stopwords", unwanted),
          OneNode.attribute("is_case_sensitive", [isExact], isList: false),
        ]
      ).texts
    }
    #expect(try normalized("UPPER", isExact: 1, ["Monday"]) == TextTensor(["TUESDAY"]))
    #expect(try normalized("NONE", isExact: 1, ["monday"]) == TextTensor(["Monday", "tuesday", "Monday"]))
    #expect(try normalized("LOWER", isExact: 0, ["MONDAY"]) == TextTensor(["tuesday"]))
    #expect(try normalized("LOWER", isExact: 0, ["monday", "Tuesday"]) == TextTensor([""]))
  }

  @Test func textsAreJoinedAndSplit() throws {
    let joined = try Self.run("StringConcat", [Self.texts("a", "b"), Self.texts(".com")])
    #expect(joined.texts == TextTensor(["a.com", "b.com"]))
    func split(_ text: String, _ delimiter: String, _ most: Int64 = -1) throws -> [String]? {
      try Self.run(
        "StringSplit", [Self.texts(text)],
        [OneNode.attribute("delimiter", delimiter), OneNode.attribute("maxsplit", [most], isList: false)]
      ).texts?.elements
    }
    #expect(try split("o-n--x-", "-") == ["o", "n", "", "x", ""])
    #expect(try split(" the  quick brown ", "") == ["the", "quick", "brown"])
    #expect(try split("o n n x", "", 2) == ["o", "n", "n x"])
    #expect(try split("a--b--c", "--", 1) == ["a", "b--c"])
    #expect(try split("ababac--aabacaaab", "abac") == ["ab", "--a", "aaab"])
    #expect(try split("aaaab", "aab") == ["aa", ""])
    #expect(try split("aaaaa", "aa", 1) == ["", "aaa"])
    #expect(try split("", "-") == [""])
    #expect(try split("  ", "") == [])
  }

  @Test func patternsMatchAsAWhole() throws {
    let pattern = #"(\W|^)[\w.\-]{0,25}@(yahoo|gmail)\.com(\W|$)"#
    let found = try Self.run(
      "RegexFullMatch", [Self.texts("account@gmail.com", "account@hotmail.com", "not email", "a@yahoo.com")],
      [OneNode.attribute("pattern", pattern)])
    #expect(found.tensor?.scalars(as: Bool.self) == [true, false, false, true])
    #expect(throws: ONNXError.self) {
      try Self.run("RegexFullMatch", [Self.texts("a")], [OneNode.attribute("pattern", "a)(?:b")])
    }
  }

  /// Patterns, texts, and whether RE2 finds the one in all of the other.
  static let patterns: [(String, String, Bool)] = [
    (#"\w+"#, "a_1", true), (#"\w+"#, "\u{E9}", false), (#"\W"#, "\u{E9}", true), (#"\d"#, "\u{663}", false),
    (#"\s"#, "\u{A0}", false), (#"[\s]"#, "\u{B}", false), ("[[:space:]]", "\u{B}", true),
    ("[[:alpha:]]", "\u{E9}", false), ("a$\n^b", "a\nb", false), ("(?m)a$\n^b", "a\nb", true),
    ("(?m:a$)\n^b", "a\nb", false), ("a.b", "a\nb", false), ("(?s)a.b", "a\nb", true),
    (#"\b\x{E9}\b"#, "\u{E9}", false),
    (#"a\b-\B\xE9"#, "a-\u{E9}", true), (#"\Bab"#, "ab", false), (#"\bab\b"#, "ab", true), ("[a&&b]+", "&ab", true),
    ("[[a]+", "[a", true), ("x{,2}", "x{,2}", true), ("(?P<name>a)b", "ab", true), ("a|ab", "ab", true),
    ("(?i)stiff", "STIFF", true),
  ]

  @Test(arguments: patterns.indices) func patternsAreThoseOfRE2(_ index: Int) throws {
    let (pattern, text, matches) = Self.patterns[index]
    let found = try Self.run("RegexFullMatch", [Self.texts(text)], [OneNode.attribute("pattern", pattern)])
    #expect(found.tensor?.scalars(as: Bool.self) == [matches], "\(pattern)")
  }

  @Test func labelsStandForOthers() throws {
    let keys = OneNode.attribute("keys_strings", ["a", "b"])
    let found = try Self.run(
      "LabelEncoder", [Self.texts("b", "c", "a")], domain: "ai.onnx.ml",
      [keys, OneNode.attribute("values_int64s", [10, 20], isList: true)])
    #expect(found.tensor?.scalars(as: Int.self) == [20, -1, 10])
    let back = try Self.run(
      "LabelEncoder", [Self.numbers([20, 7])], domain: "ai.onnx.ml",
      [
        OneNode.attribute("keys_int64s", [10, 20], isList: true), OneNode.attribute("values_strings", ["a", "b"]),
        OneNode.attribute("default_string", "none"),
      ])
    #expect(back.texts == TextTensor(["b", "none"]))
    var missing = OneNode.attribute("default_tensor", "")
    (missing.type, missing.t.dataType, missing.t.dims) = (.tensor, 7, [0])
    #expect(throws: ONNXError.self) {
      var values = OneNode.attribute("values_tensor", "")
      (values.type, values.t.dataType, values.t.dims, values.t.int64Data) = (.tensor, 7, [3], [10, 20, 30])
      _ = try Self.run("LabelEncoder", [Self.texts("b")], domain: "ai.onnx.ml", [keys, values, missing])
    }
    let features = try Self.run(
      "ArrayFeatureExtractor", [.tensor(Tensor([[0, 1, 2], [3, 4, 5]])), Self.numbers([2, 0])], domain: "ai.onnx.ml")
    #expect(features.tensor?.scalars(as: Int.self) == [2, 0, 5, 3])
  }

  @Test func textsOfInitializersAreRead() throws {
    var constant = OneNode.node("Constant", [], to: ["labels"])
    constant.attribute = [OneNode.attribute("value_strings", ["cat", "dog"])]
    let gather = OneNode.node("Gather", ["labels", "x0"])
    let found = try Self.run([constant, gather], [Self.numbers([1, 0, 1])])
    #expect(found.texts?.elements == ["dog", "cat", "dog"])
  }

  /// A program would give the texts of its example for all inputs.
  @Test func textsThatInputsChooseAreNotFrozen() throws {
    let nodes = [
      OneNode.node("Constant", [], to: ["labels"], [OneNode.attribute("value_strings", ["cat", "dog"])]),
      OneNode.node("Constant", [], to: ["dog"], [OneNode.attribute("value_strings", ["dog"])]),
      OneNode.node("Gather", ["labels", "x0"], to: ["found"]), OneNode.node("Equal", ["found", "dog"]),
    ]
    let model = try OneNode.model(nodes, inputs: 1)
    #expect(throws: (any Error).self) { try model.frozen(for: [["x0": Tensor([0, 1])]]) }
    let served = ServedONNXModel(model)
    for _ in 0..<4 {
      for place in [0, 1] {
        for places in [[place], [place, 1 - place]] {
          let areDogs = try served.run(["x0": Tensor(places)])["y"]?.tensor?.scalars(as: Bool.self)
          #expect(areDogs == places.map { $0 == 1 })
        }
      }
    }
  }

  /// What is chosen by constants alone is known beforehand.
  @Test func textsThatConstantsChooseAreFrozen() throws {
    let nodes = [
      OneNode.node("Constant", [], to: ["labels"], [OneNode.attribute("value_strings", ["cat", "dog"])]),
      OneNode.node("Constant", [], to: ["place"], [OneNode.attribute("value_ints", [1], isList: true)]),
      OneNode.node("Gather", ["labels", "place"], to: ["found"]),
      OneNode.node("Equal", ["found", "labels"], to: ["same"]), OneNode.node("Where", ["same", "x0", "x1"]),
    ]
    let model = try OneNode.model(nodes, inputs: 2)
    let frozen = try model.frozen(for: [["x0": Tensor([1.0, 2]), "x1": Tensor([3.0, 4])]])
    let found = try frozen.run(["x0": Tensor([5.0, 6]), "x1": Tensor([7.0, 8])])["y"]
    #expect(found?.scalars(as: Double.self) == [7, 6])
  }

  /// One long text costs nothing at many places until something is made of each.
  @Test func textsOfTooManyBytesAreRefused() throws {
    let long = try Self.texts(String(repeating: "a", count: 1 << 20))
    #expect(throws: ONNXError.self) { try Self.run("Expand", [long, Self.numbers([1025])]) }
    let short = ONNXValue.texts(TextTensor(Array(repeating: "b", count: 1024)))
    #expect(throws: ONNXError.self) { try Self.run("StringConcat", [long, short]) }
    let many = ONNXValue.texts(TextTensor(Array(repeating: long.texts?.elements[0] ?? "", count: 1025)))
    for name in ["StringSplit", "StringNormalizer", "RegexFullMatch"] {
      #expect(throws: ONNXError.self) { try Self.run(name, [many]) }
    }
  }

  @Test func textsAreComparedByTheirBytes() throws {
    let (one, two) = ("\u{E9}", "e\u{301}")
    #expect(one == two && TextTensor([one]) != TextTensor([two]) && TextTensor([one]) == TextTensor([one]))
    #expect(TextTensor(["a"]) != TextTensor(["a"], shape: [1, 1]))
  }

  /// The i-th weight is that of the i-th count, as in ONNX's reference.
  @Test func countsAreWeighted() throws {
    func counted(_ mode: String, weights: [Float], _ words: [String]) throws -> [Float]? {
      var list = Onnx_AttributeProto()
      (list.name, list.type, list.floats) = ("weights", .floats, weights)
      let numbers = ["min_gram_length": 1, "max_gram_length": 9, "max_skip_count": 1] as [String: Int64]
      return try Self.run(
        "TfIdfVectorizer", [.texts(TextTensor(words))],
        [
          OneNode.attribute("mode", mode), list, OneNode.attribute("pool_strings", ["a", "b", "a", "b"]),
          OneNode.attribute("ngram_counts", [0, 2], isList: true),
          OneNode.attribute("ngram_indexes", [2, 0, 1], isList: true),
        ] + numbers.map { OneNode.attribute($0.key, [$0.value], isList: false) }
      ).tensor?.scalars(as: Float.self)
    }
    let words = ["a", "c", "b", "a"]
    #expect(try counted("TF", weights: [2, 3, 5], words) == [1, 1, 2])
    #expect(try counted("IDF", weights: [2, 3, 5], words) == [2, 3, 5])
    #expect(try counted("TFIDF", weights: [2, 3, 5], words) == [2, 3, 10])
    #expect(try counted("IDF", weights: [], ["a", "a"]) == [0, 0, 1])
    #expect(throws: ONNXError.self) { try counted("IDF", weights: [2], words) }
  }
}
