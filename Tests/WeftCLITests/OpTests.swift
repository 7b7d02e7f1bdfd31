import Foundation
import Testing
import Weft
import WeftContract

/// `weft op`: one operation on tensors from a file.
@Suite struct OpTests {
  /// What PyTorch computed (see Goldens/make_operations.py).
  struct Golden: Decodable, Sendable, CustomTestStringConvertible {
    struct Values: Decodable, Sendable {
      let dtype: DType
      let shape: Shape
      let values: [Double]
      var tensor: Tensor { Tensor(values, shape: shape, dtype: dtype) }
    }
    let operation: String
    let attributes: String
    let inputs: [Values]
    let cotangent: Values
    let output: Values
    let gradients: [String: Values]

    var testDescription: String { "\(operation) \(attributes)" }

    static let all: [Golden] = {
      let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Goldens/operations.json")
      return (try? JSONDecoder().decode([Golden].self, from: Data(contentsOf: path))) ?? []
    }()
  }

  @Test func thereAreGoldens() { #expect(Golden.all.count == 6) }

  @Test(arguments: Golden.all)
  func resultsAndGradientsAreThoseOfPyTorch(_ golden: Golden) throws {
    let folder = try TemporaryFolder()
    let inputs = golden.inputs.enumerated().map { ("input.\($0)", $1.tensor) }
    try SafeTensors(inputs).write(to: folder("in"))
    try SafeTensors([("cotangent.0", golden.cotangent.tensor)]).write(to: folder("c"))
    let outcome = try Program.run(
      "op", golden.operation, "--inputs", folder("in"), "--attributes", golden.attributes, "--cotangents", folder("c"),
      "--output", folder("out"))
    #expect(outcome.status == 0, "\(outcome.complaint)")
    let found = try SafeTensors(contentsOf: folder("out"))
    let names = ["output.0"] + golden.gradients.keys.map { "gradient.\($0)" }
    #expect(Set(names).isSubset(of: found.tensors.map(\.name)))
    try expect(found["output.0"], golden.output)
    for (place, gradient) in golden.gradients { try expect(found["gradient.\(place)"], gradient) }
  }

  private func expect(_ found: Tensor?, _ golden: Golden.Values) throws {
    let found = try #require(found)
    #expect(found.dtype == golden.dtype)
    let difference = Tolerance.difference(found, ReferenceArray(golden.tensor), within: Tolerance.golden)
    #expect(difference == nil)
  }

  /// Runs an operation on inputs; without an output file unless it succeeds.
  private func run(
    _ operation: String, _ inputs: [(name: String, tensor: Tensor)], _ more: String...
  ) throws -> (outcome: Program.Outcome, results: SafeTensors?) {
    let folder = try TemporaryFolder()
    try SafeTensors(inputs).write(to: folder("in"))
    let outcome = try Program(["op", operation, "--inputs", folder("in"), "--output", folder("out")] + more).outcome()
    #expect(folder.names == (outcome.status == 0 ? ["in", "out"] : ["in"]))
    return (outcome, outcome.status == 0 ? try SafeTensors(contentsOf: folder("out")) : nil)
  }

  private static let x = Tensor([[1.0, 2, 3], [4, 5, 6]])
  private static let indices = Tensor([0, 7], shape: [1, 2], dtype: .int64)

  @Test func attributesThatAreLeftOutHaveTheirDefaults() throws {
    let input = [(name: "input.0", tensor: Self.x)]
    #expect(try run("sum", input).results?["output.0"]?.scalars(as: Double.self) == [21])
    let rows = try run("sum", input, "--attributes", #"{"axes": [1]}"#)
    #expect(rows.results?["output.0"]?.scalars(as: Double.self) == [6, 15])
    let converted = try run("Convert", input, "--attributes", #"{"dtype": "int32"}"#)
    #expect(converted.results?["output.0"]?.dtype == .int32)
    let clamped = try run("clamp", input, "--attributes", #"{"high": 2}"#)
    #expect(clamped.results?["output.0"]?.scalars(as: Double.self) == [1, 2, 2, 2, 2, 2])
  }

  @Test func sizesOfMinusOneAreReadWhereTheyHaveAMeaning() throws {
    let input = [(name: "input.0", tensor: Self.x)]
    let expanded = try run("expand", input, "--attributes", #"{"shape": [2, -1, 3]}"#)
    #expect(expanded.results?["output.0"]?.shape == [2, 2, 3])
    let reshaped = try run("reshape", input, "--attributes", #"{"shape": [3, -1]}"#)
    #expect(reshaped.results?["output.0"]?.shape == [3, 2])
  }

  @Test func anyNumberOfInputsAreConcatenated() throws {
    let inputs = (0..<3).map { (name: "input.\($0)", tensor: Self.x) }
    #expect(try run("concatenate", inputs, "--attributes", #"{"axis": 1}"#).results?["output.0"]?.shape == [2, 9])
  }

  @Test(arguments: [
    ("nonsense", "{}", ["there is no operation 'nonsense'"]),
    ("sum", "{\"axis\": 1}", ["no attribute 'axis'", "axes: [Int]?", "keepDims: Bool"]),
    ("sum", "{\"axes\": \"all\"}", ["'axes'", "Array<Any>"]),
    ("sum", "{\"axes\": [1, 1.5]}", ["axes: [Int]?"]),
    ("sum", "{\"dtype\": \"float31\"}", ["'float31' is no element type"]),
    ("sum", "{", ["attributes"]), ("sum", "[1]", ["no JSON object"]), ("sum", "", ["attributes"]),
    ("sum", "{\"axes\": [9]}", ["axis 9"]), ("sum", "{\"axes\": [9223372036854775807]}", ["axis 9223372036854775807"]),
    ("cumulativeSum", "{}", ["attribute 'axis' is missing"]),
    ("cumulativeSum", "{\"axis\": 1e30}", ["axis: Int"]),
    ("expand", "{\"shape\": [1099511627776, 2, 3]}", ["GiB"]),
    ("expand", "{\"shape\": [-2, 3]}", ["fit together"]),
    ("reshape", "{\"shape\": [7]}", ["7"]),
    ("pad", "{\"before\": [9223372036854775807, 0], \"after\": [1, 0]}", ["pad"]),
    ("matmul", "{}", ["expected 2 operands (a, b), got 1"]),
    ("formulaMap", "{}", ["there is no operation"]), ("FormulaMap", "{}", ["holds a formula"]),
    ("maxPool", "{\"kernel\": 2, \"strides\": 1}", ["'strides'", "stride: PerAxis?"]),
    ("maxPool", "{\"kernel\": 2}", ["3, 4 or 5 axes"]),
    ("maxPool", "{\"kernel\": 2, \"outputSize\": 2}", ["outputSize alone"]),
    (
      "subscript", "{\"window\": {\"starts\": [5], \"counts\": [1], \"steps\": [1], \"layout\": [4]}}", ["fit together"]
    ),
  ])
  func whatDoesNotFitIsExplained(_ operation: String, _ attributes: String, _ words: [String]) throws {
    let (outcome, _) = try run(operation, [(name: "input.0", tensor: Self.x)], "--attributes", attributes)
    expectComplaint(outcome, words)
  }

  private func expectComplaint(_ outcome: Program.Outcome, _ words: [String]) {
    #expect(outcome.status == 1 && !outcome.wasKilled)
    #expect(outcome.complaint.hasPrefix("weft: ") && outcome.complaints.count == 1, "\(outcome.complaint)")
    for word in words { #expect(outcome.complaint.contains(word), "\(outcome.complaint)") }
  }

  @Test func inputsThatDoNotFitAreExplained() throws {
    let (x, indices) = (Self.x, Self.indices)
    expectComplaint(try run("sum", []).outcome, ["expected 1 operand (x), got 0"])
    expectComplaint(try run("sum", [("x", x)]).outcome, ["'x'", "input.0"])
    expectComplaint(try run("matmul", [("input.0", x), ("input.2", x)]).outcome, ["input.1"])
    expectComplaint(try run("matmul", [("input.0", x), ("input.01", x)]).outcome, ["'input.01'"])
    expectComplaint(try run("matmul", [("input.0", x), ("input.1", x)]).outcome, ["is b transposed?"])
    let gathered = try run("gather", [("input.0", x), ("input.1", indices)], "--attributes", "{\"axis\": 1}")
    expectComplaint(gathered.outcome, ["7"])
    let floats = try run("gather", [("input.0", x), ("input.1", x)], "--attributes", "{\"axis\": 1}")
    expectComplaint(floats.outcome, ["int"])
  }

  @Test func filesThatAreNoneAreExplained() throws {
    let folder = try TemporaryFolder()
    let missing = try Program.run("op", "sum", "--inputs", folder("in"), "--output", folder("out"))
    expectComplaint(missing, ["in"])
    try AtomicFile.write("<html>", to: folder("in"))
    expectComplaint(try Program.run("op", "sum", "--inputs", folder("in"), "--output", folder("out")), ["in"])
    try SafeTensors([("input.0", Self.x)]).write(to: folder("in"))
    expectComplaint(try Program.run("op", "sum", "--inputs", folder("in"), "--output", folder("no/out")), ["no/out"])
    #expect(folder.names == ["in"])
  }

  @Test func cotangentsThatDoNotFitAreExplained() throws {
    let folder = try TemporaryFolder()
    let complain = { (cotangents: [(name: String, tensor: Tensor)], operation: String, words: [String]) in
      try SafeTensors(cotangents).write(to: folder("c"))
      expectComplaint(try run(operation, [("input.0", Self.x)], "--cotangents", folder("c")).outcome, words)
    }
    try complain([("output.0", Tensor([1.0]))], "exp", ["float32 [2, 3]", "float32 [1]"])
    try complain([("output.0", Self.x.converted(to: .float64))], "exp", ["float64"])
    try complain([("output.1", Self.x)], "exp", ["'output.1'"])
    try complain([], "exp", ["no output.0"])
    try complain([("output.0", Tensor([1.0]))], "argMax", ["no gradient", "position"])
  }

  @Test func theListNamesInputsAndAttributes() throws {
    let outcome = try Program.run("op", "--list")
    #expect(outcome.status == 0)
    let entries = try JSONDecoder().decode([JSONValue].self, from: Data(outcome.output.utf8)).compactMap(\.members)
    #expect(entries.map { $0["type"] } == OperationList.all.map { .string("\($0)") })
    let crossEntropy = entries.first { $0["type"] == .string("CrossEntropy") }
    guard case .array(let attributes) = crossEntropy?["attributes"] else { throw CocoaError(.coderReadCorrupt) }
    #expect(
      attributes.map { $0.members?["default"] } == [.int(-1), .int(0), .int(-100)])
    #expect(
      attributes.first?.members?["name"] == .string("axis") && attributes.first?.members?["type"] == .string("Int"))
  }
}

/// `weft ops`: the table of operations.
@Suite struct OpsTests {
  @Test func theTableShowsWhatAnOperationKeeps() throws {
    let outcome = try Program.run("ops", "exp", "ArgMax")
    #expect(outcome.status == 0, "\(outcome.output)")
    let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let titles = ["operation", "formula", "gradient", "types", "jvp", "vmap", "samples", "checks passed"]
    #expect(lines[0].split(separator: /\s{2,}/).map(String.init) == titles)
    let checks = ContractCheck.all.count
    #expect(lines[2].hasPrefix("exp") && lines[2].hasSuffix("\(checks)/\(checks)"), "\(lines[2])")
    #expect(lines[2].contains("exp(x)") && lines[2].contains("derived"))
    #expect(lines.contains("no gradient: argMax: its result is a position"))
    #expect(lines.contains("no jvp: argMax: its result is a position"))
  }

  @Test func everyHoleHasItsReason() throws {
    let outcome = try Program.run("ops", "--fast", "--json")
    #expect(outcome.status == 0)
    let rows = try JSONDecoder().decode([JSONValue].self, from: Data(outcome.output.utf8)).compactMap(\.members)
    #expect(rows.count == OperationList.all.count)
    let holes = rows.flatMap { row in
      ["formula", "gradient", "jvp", "vmap"].filter { [.string(""), .string("missing")].contains(row[$0]) }
        .map { "\($0) of \(row["type"] ?? .null)" }
    }
    #expect(holes == [])
  }

  @Test func anUnknownOperationIsExplained() throws {
    let outcome = try Program.run("ops", "argmax")
    #expect(outcome.status == 1)
    #expect(outcome.complaint == "weft: there is no operation 'argmax'; did you mean argMax?\n")
  }
}
