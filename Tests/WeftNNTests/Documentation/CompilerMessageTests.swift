import Foundation
import Testing

/// What the compiler says of formulas: right ones take it little time, and of wrong ones it names the operand.
@Suite struct CompilerMessageTests {
  /// The folder with what was built, of these tests too.
  private static let build = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()

  /// What the compiler says of a program that imports Weft.
  private func text(of program: String) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("weft-compiler-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("program.swift")
    try program.write(to: file, atomically: true, encoding: .utf8)
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..")
      .standardized
    let maps =
      ["CWeft", "CDigits", "CUnicode"].map { Self.build.appendingPathComponent("\($0).build/module.modulemap") }
      + ["CZlib", "CPNG", "CTurboJPEG"].map { root.appendingPathComponent("Sources/\($0)/module.modulemap") }
    let compiler = Process()
    compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    compiler.arguments =
      ["swiftc", "-typecheck", "-swift-version", "6", "-parse-as-library", "-I", Self.build.path + "/Modules"]
      + maps.flatMap { ["-Xcc", "-fmodule-map-file=\($0.path)"] }
      + ["-Xfrontend", "-warn-long-expression-type-checking=1000", "-diagnostic-style", "llvm", file.path]
    let output = Pipe()
    compiler.standardError = output
    compiler.standardOutput = FileHandle.nullDevice
    try compiler.run()
    let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    compiler.waitUntilExit()
    return text
  }

  /// Errors and warnings of a program that imports Weft, by line.
  private func messages(of program: String) throws -> [Int: [String]] {
    var found: [Int: [String]] = [:]
    for match in try text(of: program).matches(of: /program\.swift:(\d+):\d+: ((?:error|warning): .*)/) {
      if let line = Int(match.1) { found[line, default: []].append(String(match.2)) }
    }
    return found
  }

  /// The names that the compiler offers to put in the place of others, each with its line and column from 1: below the
  /// mark of an error stands what would be put there.
  private func offers(for program: String) throws -> [(line: Int, column: Int, name: String)] {
    let lines = try text(of: program).split(separator: "\n", omittingEmptySubsequences: false)
    return lines.indices.dropLast(3).compactMap { place in
      guard let match = lines[place].wholeMatch(of: /.*program\.swift:(\d+):(\d+): error: .*/),
        let line = Int(match.1), let column = Int(match.2),
        let name = lines[place + 3].wholeMatch(of: /\s*(\w+(?:\.\w+)*)\s*(\w+:\s*)?/)
      else { return nil }
      return (line, column, String(name.1))
    }
  }

  private static let right = """
    import Foundation
    import Weft
    func f1(_ x: Tensor, _ w: Tensor, _ b: Tensor) -> Tensor { (x * w + b).tanh() }
    func f2(_ x: Tensor) -> Tensor { 0.5 * x * (1 + (0.7978845608 * (x + 0.044715 * x * x * x)).tanh()) }
    func f3(_ x: Tensor, _ n: Int, _ f: Float) -> Tensor { n * x + f * x - x / n + Double(n) * 2 * x - 2 * f * x }
    func f4(_ p: Tensor, _ y: Tensor) -> Tensor { -(y * p.log() + (1 - y) * (1 - p).log()).mean() }
    func f5(_ m: Tensor, _ v: Tensor, _ t: Int, _ b: Double) -> Tensor {
      m / (1 - Foundation.pow(b, Double(t))) / ((v / (1 - Foundation.pow(b, Double(t)))).sqrt() + 1e-8)
    }
    func f6(_ x: Tensor, _ a: Tensor?) -> Tensor { x + (a ?? 0) * 2 - 1 }
    func f7(_ c: ComplexTensor, _ x: Tensor) -> ComplexTensor { c * x + c * 2 - c / 3 }
    func f10(_ c: ComplexTensor, _ x: Tensor, _ n: Int, _ f: Float) { let z = (c * x + c * 2 - n * c) / f + n; print(z) }
    func f8(_ d: Double) -> Double { exp(d) + log(d) + pow(d, 2) + max(d, 1) + abs(d) }
    func f9(_ x: Tensor, _ y: Tensor, _ n: Int, _ f: Float, _ d: Double) {
      let a = 0.5 * d * x * x + 0.25 * f * x * x * x - n * y + 1.5
      let b = -(x - y).squared() / (2 * f * f) + d * (y - f).abs() * 0.5 / n
      print(a, b, n * x + f * y + d * x + n * y + f * x + d * y, (2 * n + 1) * x / (2 * n - 1) - (n + 1) * y)
    }
    func f11(_ x: Tensor, _ y: Tensor, _ n: Int, _ f: Float, _ d: Double) {
      let a: Tensor = 0.5 * n * x - (1.5 + n) * y + f
      let b = (x * 0.299 + y * 0.587 + x * 0.114) / 255.0 - n
      let c = [x, y].map { $0 * n + d * $0 - f }
      print(a, b, c, Formula { v in d * v * v + n * v - f }, (2 * n + 1) * f * x .> d)
    }
    func zeros(_ n: Int) -> [Int] { Array(repeating: 0, count: n) }
    struct F { let nn = zeros(3) }
    """

  /// Each expression within a second of processor time: where the search goes astray, it takes far longer.
  @Test func rightFormulasTakeNoTime() throws {
    let messages = try messages(of: Self.right).values.joined()
    #expect(messages.filter { $0.hasPrefix("error") || $0.contains("type-check") } == [])
  }

  /// Formulas of Swift's numbers of two types: the compiler does not look for long, and says at the operator what to
  /// write.
  private static let mixed = [
    ("n * x * x + f * x * y + d * y * y - n * f", "`Float(n) * f`"), ("x + d * n * y - f", "`d * Double(n)`"),
    ("(x * (f + d) - y / (n + 1)) * d", "`Double(f) * d`"), ("x * (1 - f * d) + y * f * d / n", "`Double(f) * d`"),
    ("d / n * x + y * (1 - d / n)", "`d * Double(n)`"), ("(n + f) * x + (d - f) * y - 1", "`Float(n) * f`"),
    ("(x - u * d) / 255 * (d + u) - 1", "`Double(n) * d`"), ("n * f * d * x + y / (d * f * n)", "`d * Double(f)`"),
    ("(f * x + d * y) / (f + d + 1)", "`Double(f) * d`"), ("n * f * x", "`Float(n) * f`"),
    ("f * n / d * x * y + 1 - x * n + f * d", "`f * Float(n)`"), ("n * x + 1 - y * (o * 2)", "it may be nil"),
    ("x * 2 + y * n == f * x", "write `.==`"), ("(x * n - y / f > d * y) * x", "write `.>`"),
  ]

  @Test func numbersOfTwoTypesAreNamed() throws {
    let lines = Self.mixed.enumerated().map { place, line in
      "func f\(place)(_ x: Tensor, _ y: Tensor, _ n: Int, _ u: UInt8, _ f: Float, _ d: Double, _ o: Double?) -> Tensor {"
        + " \(line.0) }"
    }
    let found = try messages(of: (["import Weft"] + lines).joined(separator: "\n"))
    for (place, line) in Self.mixed.enumerated() {
      let messages = found[place + 2] ?? []
      #expect(messages.contains { $0.contains(line.1) }, "\(line.0): \(messages)")
      #expect(!messages.contains { $0.contains("type-check") }, "\(line.0): \(messages)")
    }
  }

  /// A line, and what the compiler is to say of it.
  private static let wrong = [
    ("{ (x * w + \"a\").tanh() }", "a text is no number"),
    ("{ 0.5 * x * (1 + (0.79 * (x + 0.044 * x * x * s)).tanh()) }", "a text is no number"),
    ("{ x * [1, 2] + 1 }", "an array is no tensor"), ("{ x * w - a * 3 }", "an array is no tensor"),
    ("{ (x * w + o).tanh() }", "it may be nil"), ("{ 0.5 * x * true + 1 }", "write `flag ? 1 : 0`"),
    ("{ 2 * x + x.shape }", "a shape is no tensor"), ("{ x.sum(dim: 1) + w * 2 }", "sum(axis:keepDims:)"),
    ("{ x > 0 }", "write `.>`"), ("{ cat([x, w], dim: 1) }", "concatenated(_:axis:)"),
    ("{ zeros(2, 3) }", "Tensor(zeros: [2, 3])"), ("{ softmax(x, dim: 1) }", "x.softmax(axis:)"),
    ("{ torch.zeros(2, 3) }", "write names without it"), ("{ F.relu(x) }", "write methods"),
    ("{ exp(x) }", "x.exp()"), ("{ x.numpy() }", "scalars(as:)"), ("{ x.relu_() }", "write `x = x.relu()`"),
    ("{ Tensor([1.0], requires_grad: true) }", "requiringGrad()"), ("{ crossEntropy(x, w) }", "`classIndices:`"),
    ("{ x.to(.float64) }", "converted(to:)"), ("{ max(x, 0) }", "maximum(_:_:)"),
    ("{ !x }", "write `.!x`"), ("{ x > 0 && w }", "write `.>`"), ("{ x && w }", "write `a .& b`"),
    ("{ x || w }", "write `a .| b`"), ("{ x ^ 2 }", "write `x.pow(2)`"), ("{ pow(x, 2) }", "write `x.pow(_:)`"),
    ("{ Float(x) * w }", "write `x.item(as: Float.self)`"), ("{ x.isnan() }", "isNaN"), ("{ x.div(w) }", "write `/`"),
    ("{ x.clone() }", "tensors are values"), ("{ x.float() }", "converted(to: .float32)"),
    ("{ x * 2 + p * w - 1 }", "write `parameter.tensor`"), ("{ 0.5 * x * (l + w) - x }", "a module is no tensor"),
    ("{ CrossEntropyLoss()(x, w) }", "crossEntropy(_:classIndices:weight:)"),
    ("{ MSELoss()(x, w) }", "meanSquaredError"), ("{ x.max(0) }", "max(axis:)"),
    ("{ x.softmax(-1) }", "softmax(axis:)"),
    ("{ x.split(2)[0] }", "split(size:axis:)"), ("{ x.astype(.float64) }", "converted(to:)"),
    ("{ x.ptp() }", "x.max() - x.min()"), ("{ x.leaky_relu(0.1) }", "leakyReLU(slope:)"),
    ("{ x.where(x .> 0, w) }", "Tensor.where(condition, x, y)"), ("{ Tensor.empty([2, 3]) }", "Tensor(zeros: [2, 3])"),
    ("{ Tensor.array([1, 2]) }", "Tensor([1.0, 2.0])"), ("{ Tensor.normal(0, 1, [2]) }", "normal"),
  ]

  @Test func ofWrongFormulasTheOperandIsNamed() throws {
    let lines = Self.wrong.enumerated().map { place, line in
      "func f\(place)(_ x: Tensor, _ w: Tensor, _ s: String, _ a: [Tensor], _ o: Tensor?, _ p: Parameter, _ l: Linear)"
        + " -> Tensor \(line.0)"
    }
    let found = try messages(of: (["import Weft"] + lines).joined(separator: "\n"))
    for (place, line) in Self.wrong.enumerated() {
      let messages = found[place + 2] ?? []
      #expect(messages.contains { $0.contains(line.1) }, "\(line.0): \(messages)")
    }
  }

  /// Calls that are Weft's with another name in the place of the first.
  private static let renamed = [
    "x.argmax()", "x.isnan()", "x.absolute()", "x.permute(1, 0)", "x.transpose(0, 1)", "x.unsqueeze(0)", "x.squeeze()",
    "x.bitwise_and(y)", "x.std()", "x.ndim", "cat([x, y])", "max(x, y)", "m.state_dict()",
    "x.take_along_dim(y, axis: 1)",
  ]
  /// Calls that are others' with another name in the place of the first, or none.
  private static let rewritten = [
    "Tensor.zeros([2, 3])", "Tensor.randn([2, 3])", "Tensor.arange(5)", "Tensor.eye(3)", "zeros([2])", "randn(2, 3)",
    "Tensor.full([2], 3)", "x.view(2, 3)", "x.dim()", "x.size(0)", "x.numel()", "x.float()", "x.half()", "x.long()",
    "Tensor.stack([x, y])", "Tensor.cat([x, y])", "x.T", "x.t()", "x.H", "x.data", "x.new_zeros([2])", "tensor([1, 2])",
    "x.is_contiguous()",
  ]

  /// What the compiler offers to write is what was meant: it is Swift, and no other tensor.
  @Test func whatTheCompilerOffersIsRight() throws {
    let calls = Self.renamed + Self.rewritten
    var lines =
      ["import Weft"]
      + calls.enumerated().map { "func f\($0)(_ x: Tensor, _ y: Tensor, _ m: Linear) { _ = \($1) }" }
    let program = lines.joined(separator: "\n")
    let (offers, said) = (try offers(for: program), try messages(of: program))
    for (place, call) in calls.enumerated() {
      let isOffered = offers.contains { $0.line == place + 2 }
      #expect(isOffered == (place < Self.renamed.count), "\(call): \(said[place + 2] ?? [])")
      if !isOffered {
        let words = said[place + 2] ?? []
        #expect(words.contains { $0.contains("write `") }, "\(call): \(words)")
      }
    }
    for offer in offers {
      let old = lines[offer.line - 1]
      let start = old.index(old.startIndex, offsetBy: offer.column - 1)
      let end = old[start...].firstIndex { !$0.isLetter && !$0.isNumber && $0 != "_" } ?? old.endIndex
      lines[offer.line - 1] = old[..<start] + offer.name + old[end...]
    }
    let written = lines[...Self.renamed.count].joined(separator: "\n")
    #expect(try messages(of: written).isEmpty, "\(written)")
  }

  @Test func optimizersAndModulesOfPyTorch() throws {
    let found = try messages(
      of: """
        import Weft
        func f0(_ m: Linear) -> Optimizer { SGD(m.parameters(), lr: 0.1, weight_decay: 1e-4) }
        func f1(_ m: Linear) { _ = nn.Linear(2, 3) }
        func f2(_ m: Linear, _ o: Optimizer) { o.zero_grad() }
        func f3(_ m: Linear) { _ = m.state_dict() }
        func f4(_ m: Linear) { for p in m.parameters() { p.requires_grad = false } }
        func f5(_ m: Linear) { m.register_buffer("mean", Tensor(zeros: [2])) }
        func f6(_ m: Linear) { for c in m.children() { print(c) } }
        func f7(_ m: Linear) { let s = StepLR(m, 3) }
        func f8(_ m: Linear) { let l = ModuleList([m]) }
        func f9(_ m: Linear) { _ = m.half() }
        func f10(_ m: Linear) { clip_grad_norm_(m.parameters(), 1.0) }
        func f11(_ m: Linear) { save(m, "model.pt") }
        func f12(_ m: Linear) { load("model.pt") }
        func f13(_ m: Linear, _ o: Optimizer) { o.add_param_group(m.parameters()) }
        func f14(_ m: Linear) { print(m.in_features) }
        func f15(_ o: Optimizer) { _ = lr_scheduler.StepLR(o, 3) }
        func f16(_ o: Optimizer, _ x: Tensor) { o.load_state_dict(x); random_split(x, [1, 2]) }
        """)
    for (line, text) in [
      (2, "`learningRate:`"), (3, "write layers without it"), (4, "zeroGrad"), (5, "state"), (6, "requiresGrad"),
      (7, "Buffer(Tensor(zeros: [3]))"), (8, "namedChildren()"), (9, "Schedules.step"), (10, "let layers: [Linear]"),
      (11, "convert(to: .float16)"), (12, "clipGradientNorm(parameters, to: 1)"), (13, "model.save(to: path)"),
      (14, "model.load(from: path)"), (15, "addGroup(_:learningRate:maximize:)"), (16, "weight.shape[1]"),
      (17, "Schedules.step"), (18, "load(from:)"), (18, "data.split(validation: 0.2)"),
    ] {
      #expect(found[line]?.contains { $0.contains(text) } == true, "\(line): \(found[line] ?? [])")
    }
  }
}
