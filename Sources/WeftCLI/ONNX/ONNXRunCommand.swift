import ArgumentParser
import Foundation
import Weft
import WeftONNX

struct ONNXRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run an ONNX model on tensors from a file.",
    discussion: """
      Inputs are looked for by the model's names, in a .npz or .safetensors file (or another of tensors), or in a \
      folder with a file of one array for each, as in image.npy. A file in it that ends in .txt is an input of texts, \
      one a line. Results that are texts are shown, and not written.
      """)

  @Argument(help: "The model.")
  var model: String
  @Option(help: "The file or folder with the inputs.")
  var inputs: String
  @Option(help: "The file to write the results to: .npz or .safetensors.")
  var output: String
  @Option(name: .customLong("value"), help: "A value to write, of the results or any node's; by default all results.")
  var values: [String] = []

  @Flag(help: "Freeze the model for the inputs first: for timing as a server runs it.")
  var frozen = false
  @Option(help: "An input that is part of the frozen model, as what its conditions depend on.")
  var fix: [String] = []
  @Option(help: "How often to run it; the time is the median.")
  var times = 1

  func validate() throws {
    guard (1...1_000_000).contains(times) else { throw ValidationError("--times is from 1 to 1000000.") }
    guard [.safetensors, .numPyArchive].contains(TensorFileFormat(pathExtension: output)) else {
      throw ValidationError("--output takes a file that ends in .npz or .safetensors.")
    }
    guard fix.isEmpty || frozen else { throw ValidationError("--fix is for --frozen.") }
  }

  func run() throws {
    let model = try ONNXModel(from: self.model)
    let given = try givenValues()
    let wanted = values.isEmpty ? nil : values
    let (results, time) = try frozen ? runFrozen(model, given, wanted) : runPlain(model, given, wanted)
    var written: [(name: String, tensor: Tensor)] = []
    for name in wanted ?? model.summary.outputs.map(\.name) {
      guard let value = results[name] else { continue }
      for (name, texts) in Self.texts(name, value) {
        print("\(shown(name))  texts \(texts.shape): \(Self.shownTexts(texts))")
      }
      written += Self.tensors(name, value)
    }
    try TensorFile.write(written, to: output)
    for (name, tensor) in written { print("\(shown(name))  \(tensor.spec)") }
    print("\(shown(output)): \(written.count) tensors, computed in \(String(format: "%.3f", time)) ms")
  }

  private func runPlain(
    _ model: ONNXModel, _ inputs: [String: ONNXValue], _ wanted: [String]?
  ) throws -> ([String: ONNXValue], Double) {
    try timed { try noGrad { try model.run(inputs, outputs: wanted) } }
  }

  private func runFrozen(
    _ model: ONNXModel, _ values: [String: ONNXValue], _ wanted: [String]?
  ) throws -> ([String: ONNXValue], Double) {
    if let name = values.keys.sorted().first(where: { values[$0]?.tensor == nil }) {
      throw CommandFailure("a model with the texts \(shown(name)) as an input cannot be frozen")
    }
    let inputs = values.compactMapValues(\.tensor)
    if let name = fix.first(where: { inputs[$0] == nil }) {
      throw CommandFailure(
        "no input \(shown(name)) to fix; \(shown(self.inputs)) has "
          + inputs.keys.sorted().map { shown($0) }.joined(separator: ", "))
    }
    let fixed = inputs.filter { fix.contains($0.key) }
    let free = inputs.filter { !fix.contains($0.key) }
    let served = try model.frozen(for: [free], fixing: fixed, outputs: wanted)
    let (results, time) = try timed { try served.run(free) }
    return (results.mapValues(ONNXValue.tensor), time)
  }

  /// The result, and the median of the times in milliseconds.
  private func timed<Result>(_ body: () throws -> Result) throws -> (Result, Double) {
    var durations: [Double] = []
    var result: Result?
    for _ in 0..<times {
      let started = ContinuousClock.now
      result = try body()
      let spent = (ContinuousClock.now - started).components
      durations.append(Double(spent.seconds) * 1e3 + Double(spent.attoseconds) * 1e-15)
    }
    guard let result else { throw CommandFailure("nothing was run") }
    return (result, durations.sorted()[durations.count / 2])
  }

  private func givenValues() throws -> [String: ONNXValue] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: inputs, isDirectory: &isFolder) else {
      throw CommandFailure("no file or folder \(inputs)")
    }
    guard isFolder.boolValue else {
      return Dictionary(
        try TensorFile(inputs).tensors().map { ($0.name, .tensor($0.tensor)) }, uniquingKeysWith: { $1 })
    }
    var found: [String: ONNXValue] = [:]
    for file in try FileManager.default.contentsOfDirectory(atPath: inputs).sorted() where !file.hasPrefix(".") {
      let name = (file as NSString).deletingPathExtension
      if file.hasSuffix(".txt") {
        found[name] = .texts(TextTensor(try lines("\(inputs)/\(file)")))
        continue
      }
      let tensors = try TensorFile("\(inputs)/\(file)").tensors()
      for entry in tensors { found[tensors.count == 1 ? name : entry.name] = .tensor(entry.tensor) }
    }
    return found
  }

  /// The lines of a file, but for an empty one at its end. They end in LF or CR LF.
  private func lines(_ path: String) throws -> [String] {
    let bytes = try FileBytes(contentsOf: path).bytes
    var lines = try bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
      guard let text = String(validating: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self) else {
        throw CommandFailure("\(shown(path)) is no text in UTF-8")
      }
      return text
    }
    if lines.last == "" { lines.removeLast() }
    return lines
  }

  private static func shownTexts(_ texts: TextTensor) -> String {
    let some = texts.elements.prefix(16).map { "\"\(shown($0))\"" }.joined(separator: ", ")
    return texts.elements.count > 16 ? "\(some), ..." : some
  }

  /// The tensors of a value; of a sequence each with its number.
  private static func tensors(_ name: String, _ value: ONNXValue) -> [(name: String, tensor: Tensor)] {
    switch value {
    case .tensor(let tensor): [(name, tensor)]
    case .sequence(let values): values.enumerated().flatMap { tensors("\(name).\($0)", $1) }
    case .texts, .none: []
    }
  }

  /// The texts of a value; of a sequence each with its number.
  private static func texts(_ name: String, _ value: ONNXValue) -> [(name: String, texts: TextTensor)] {
    switch value {
    case .texts(let texts): [(name, texts)]
    case .sequence(let values): values.enumerated().flatMap { texts("\(name).\($0)", $1) }
    case .tensor, .none: []
    }
  }
}
