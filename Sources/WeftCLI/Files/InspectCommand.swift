import ArgumentParser
import Foundation
import Weft

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show what is in a file of tensors: names, types, shapes, sizes, metadata, and how the values lie.",
    discussion: """
      Reads safetensors (also a folder with shards), PyTorch's .pt, .pth and .bin, NumPy's .npy and .npz, GGUF, and the \
      initializers of an ONNX model, whose graph `weft onnx inspect` shows. The content decides the format. Nothing in \
      a file is ever run.

      Of data it shows the size of an image (PNG, JPEG) or a sound (WAV), the columns of a table (.csv, .tsv, also \
      gzipped), and the numbers in an event file of TensorBoard's.
      """)

  @Argument(help: "The file, or a folder with a model.")
  var file: String
  @Flag(help: "Print JSON.")
  var json = false
  @Flag(inversion: .prefixedNo, help: "Look at the values, not only at what is said of them.")
  var values = true
  @Flag(help: "Pass over what a pickle asks to run, and list it, instead of refusing the file.")
  var skipRefused = false

  func run() throws {
    if let data = try InspectedData(self.file) { return print(json ? try data.json : data.text) }
    let file = try TensorFile.opened(self.file, skipsRefused: skipRefused)
    let rows = file.entries.map { InspectedTensor($0, of: file, withValues: values) }
    print(json ? try InspectionJSON(file, rows).text : InspectionText(file, rows).text)
    // Said in the table; a script sees it by the status.
    if rows.contains(where: { $0.damage != nil }) { throw ExitCode.failure }
  }
}
