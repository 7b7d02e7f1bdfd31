import ArgumentParser
import Weft
import WeftContract

struct OpCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "op", abstract: "Run one operation on tensors from a file; its outputs and gradients go to another.",
    discussion: """
      Files are safetensors. Inputs are named input.0, input.1 and so on; results output.0 and so on. With cotangents \
      (output.0 or cotangent.0, of an output's shape and type) the gradients of Σ cotangent·output by the floating-point \
      inputs are written too, as gradient.0 and so on.
      """)

  @Argument(help: "The operation's name, or its type's: matmul, MatMul.")
  var name: String?
  @Option(help: "The file of the inputs.")
  var inputs: String?
  @Option(help: "The attributes as a JSON object, by their Swift labels; those left out have their defaults.")
  var attributes = "{}"
  @Option(help: "The file of the outputs' cotangents.")
  var cotangents: String?
  @Option(help: "The file to write.")
  var output: String?
  @Flag(help: "Print every operation with its inputs and attributes, as JSON.")
  var list = false

  func validate() throws {
    let isRun = name != nil && inputs != nil && output != nil
    let isList = list && inputs == nil && output == nil && cotangents == nil && attributes == "{}"
    guard isRun != isList, !(isRun && list) else {
      throw ValidationError("give an operation with --inputs and --output, or --list")
    }
  }

  func run() throws {
    guard let name, let inputs, let output else { return print(try OperationListing.text(of: name)) }
    let run = try OperationRun(named: name, attributes: attributes, inputs: SafeTensors(contentsOf: inputs))
    let cotangents = try cotangents.map { try SafeTensors(contentsOf: $0) }
    try SafeTensors(try run.results(cotangents: cotangents)).write(to: output)
  }
}
