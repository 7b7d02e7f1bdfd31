import ArgumentParser
import Weft
import WeftONNX

struct ONNXInspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show an ONNX model's inputs, results, operators and parameters.",
    discussion: "A model that Weft cannot run is refused with the list of all that it lacks.")

  @Argument(help: "The model.")
  var model: String
  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let model = try ONNXModel(from: self.model)
    let summary = model.summary
    if json { return print(try ONNXInspectionJSON(self.model, summary, tensors: model.parameters().count).text) }
    var lines = ["\(shown(self.model)): ONNX \(summary.irVersion), written by \(shown(summary.producer))"]
    for (domain, version) in summary.operatorSets.sorted(by: { $0.key < $1.key }) {
      lines.append("operator set  \(domain.isEmpty ? "ai.onnx" : shown(domain)) \(version)")
    }
    lines += values("input", summary.inputs) + values("result", summary.outputs)
    lines.append(
      "parameters    \(Amount.grouped(summary.parameterCount)) numbers in \(model.parameters().count) tensors")
    if summary.functionCount > 0 { lines.append("functions     \(summary.functionCount)") }
    for (key, value) in summary.metadata {
      lines.append("metadata      \(shown(key)): \(shown(String(value.prefix(100))))")
    }
    lines += ["", "operators:"]
    let width = summary.operators.keys.map(\.count).max() ?? 0
    for (name, count) in summary.operators.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      lines.append("  \(shown(name))\(String(repeating: " ", count: width - name.count))  \(count)")
    }
    print(lines.joined(separator: "\n"))
  }

  private func values(_ kind: String, _ values: [ONNXSummary.Value]) -> [String] {
    values.map { value in
      let space = String(repeating: " ", count: 14 - kind.count)
      return "\(kind)\(space)\(shown(value.name)): \(shown(value.type))\(value.isOptional ? ", has a default" : "")"
    }
  }
}
