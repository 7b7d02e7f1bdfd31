import Foundation
import Testing
import Weft

/// Documentation/PyTorch.md says the truth: it lists every name of PyTorch, and what it calls Weft's is declared.
@Suite struct PyTorchNamesTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  private static let root = folder.appendingPathComponent("../../..").standardized

  /// The cells of the document's tables.
  private static func rows() throws -> [[String]] {
    let text = try String(contentsOf: root.appendingPathComponent("Documentation/PyTorch.md"), encoding: .utf8)
    return text.split(separator: "\n").filter { $0.hasPrefix("| ") && !$0.hasPrefix("| PyTorch") }.map { line in
      line.replacingOccurrences(of: "\\|", with: "\u{1}").split(separator: "|")
        .map { $0.replacingOccurrences(of: "\u{1}", with: "|").trimmingCharacters(in: .whitespaces) }
    }
  }

  /// What stands in backticks.
  private static func spans(_ cell: String) -> [String] {
    cell.components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
  }

  @Test func everyNameOfPyTorchIsListedOnce() throws {
    let file = Self.folder.appendingPathComponent("torch_names.txt")
    let names = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
    #expect(names.count > 900)
    let listed = try Self.rows().flatMap { Self.spans($0[0]) }
    #expect(
      Set(listed).count == listed.count, "listed twice: \(Dictionary(grouping: listed) { $0 }.filter { $1.count > 1 })")
    let (missing, strange) = (Set(names).subtracting(listed), Set(listed).subtracting(names))
    #expect(missing.isEmpty, "not in the document: \(missing.sorted())")
    #expect(strange.isEmpty, "not in PyTorch: \(strange.sorted())")
  }

  @Test func everyNameOfWeftIsDeclaredAndOthersAreNot() throws {
    let declarations = try Declarations(in: Self.root.appendingPathComponent("Sources"))
    let spans = try Self.rows().flatMap { Self.spans($0[1]) }
    #expect(spans.count > 500)
    for span in spans {
      #expect(declarations.contain(span), "\(span)")
    }
    // What a renamed function would leave behind.
    for span in [
      "clamped(low:hi:)", "clampled(low:)", "Tensor(fulll:)", "Schedules.nothing", "ReLU17", ".~", "tanh(axis:)",
    ] {
      #expect(!declarations.contain(span), "\(span)")
    }
  }

  /// The compiler offers what the tables say: these files are what the script makes of them.
  @Test func theCompilerSaysWhatTheTablesSay() throws {
    let script = Process()
    script.executableURL = Self.root.appendingPathComponent("scripts/list-pytorch-names")
    script.arguments = ["--print"]
    let output = Pipe()
    script.standardOutput = output
    try script.run()
    let printed = try output.fileHandleForReading.readToEnd() ?? Data()
    script.waitUntilExit()
    let files = ["PyTorchNames", "PyTorchStaticNames", "PyTorchNamesInPlace", "PyTorchFunctions", "PyTorchCalls"].map {
      "Sources/WeftTensor/Tensor/\($0).swift"
    }
    let written = try (files + ["Sources/WeftNN/PyTorchNames.swift"]).reduce(into: Data()) { all, file in
      all += try Data(contentsOf: Self.root.appendingPathComponent(file))
    }
    #expect(written == printed, "run scripts/list-pytorch-names")
    let text = String(decoding: printed, as: UTF8.self)
    for line in [
      #"renamed: "argMax(axis:)") public var argmax:"#,
      #"message: "write `stacked(_:axis:)`") public static var stack:"#,
      #"message: "write `Tensor(zeros: [2, 3])`") public static var zeros:"#, #"message: "write `.==`""#,
      #"message: "write `x.rank`") public var dim:"#,
      #"renamed: "standardDeviation(axes:correction:)") public var std:"#,
      #"renamed: "concatenated(_:axis:)") public var cat:"#,
      #"message: "write `x.softmax(axis:)`") public var softmax:"#,
      #"renamed: "zeroGrad") public var zero_grad:"#, #"message: "write `x = x.relu()`") public var relu_:"#,
    ] {
      #expect(text.contains(line))
    }
  }

  /// A layer has PyTorch's name and is a module, unless the document says what stands for it.
  @Test func layersHaveTheirNamesOfPyTorch() throws {
    var count = 0
    for row in try Self.rows() {
      let names = Self.spans(row[0]).filter { $0.hasPrefix("nn.") }.map { String($0.dropFirst(3)) }
      for name in names where !["Parameter", "Buffer"].contains(name) {
        let isModule = _typeByName("6WeftNN\(name.utf8.count)\(name)C") is Module.Type
        #expect(isModule == Self.spans(row[1]).contains(name), "\(name)")
        count += isModule ? 1 : 0
      }
    }
    #expect(count > 100)
  }

  @Test func aRowWithoutANameOfWeftSaysWhy() throws {
    for row in try Self.rows() where row[1] == "–" {
      #expect(row.count == 3 && !row[2].isEmpty, "\(row[0])")
    }
  }
}
