import ArgumentParser
import Weft

struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Write a file of tensors in another format.",
    discussion: """
      Reads safetensors (also a folder with shards), PyTorch's .pt, .pth and .bin, NumPy's .npy and .npz, GGUF, and the \
      initializers of an ONNX model; writes safetensors, .pt, .npy and .npz, as the second name ends. Types that the new format has keep their bytes, \
      others become float32; what cannot be kept is said.

      Images become .png, .jpg or .jpeg: RGB of 8 bits, upright, transparency on white.
      """)

  @Argument(help: "The file, or a folder with a model.")
  var source: String
  @Argument(help: "The file to write: .safetensors, .pt, .pth, .bin, .npy or .npz; of an image .png, .jpg or .jpeg.")
  var target: String
  @Option(help: "What floating-point numbers become: float32, float64, float16 or bfloat16.")
  var dtype: String?
  @Flag(help: "Compress the arrays of a .npz file.")
  var compress = false
  @Flag(help: "Pass over what a pickle asks to run, and list it, instead of refusing the file.")
  var skipRefused = false

  private static let types: [DType] = [.float32, .float64, .float16, .bfloat16]

  private var isImage: Bool {
    ImageFolder.endings.contains(target.split(separator: ".").last?.lowercased() ?? "")
  }

  func validate() throws {
    if isImage {
      guard dtype == nil, !compress else { throw ValidationError("--dtype and --compress are for files of tensors.") }
      return
    }
    guard let format = TensorFileFormat(pathExtension: target), ![.gguf, .onnx].contains(format) else {
      throw ValidationError("The file to write ends in .safetensors, .pt, .pth, .bin, .npy or .npz.")
    }
    if let dtype, !Self.types.contains(where: { "\($0)" == dtype }) {
      throw ValidationError("--dtype takes \(Self.types.map { "\($0)" }.joined(separator: ", ")).")
    }
    if compress, format != .numPyArchive { throw ValidationError("--compress is for .npz files.") }
  }

  func run() throws {
    if isImage {
      let image = try Image(contentsOf: source)
      let isPNG = target.lowercased().hasSuffix(".png")
      guard isPNG || max(image.width, image.height) <= 65_500 else {
        throw ValidationError(
          "A JPEG file holds at most 65,500 pixels each way, not \(image.width)x\(image.height).")
      }
      try image.write(to: target)
      return print("\(shown(target)): \(image.width)x\(image.height)")
    }
    let file = try TensorFile.opened(source, skipsRefused: skipRefused)
    let dtype = Self.types.first { "\($0)" == self.dtype }
    let notes = try file.write(to: target, as: dtype, isCompressed: compress)
    let written = try TensorFile(target)
    print(
      "\(shown(target)): \(written.format.rawValue), \(written.entries.count) tensors, "
        + Amount.bytes(written.byteCount)
    )
    for note in notes { print("  \(shown(note))") }
    if dtype == .float16 { try reportOverflows(file, written) }
  }

  /// Says which numbers became infinite.
  private func reportOverflows(_ file: TensorFile, _ written: TensorFile) throws {
    func infinities(_ tensor: Tensor) -> Int { tensor.isInfinite().converted(to: .int64).sum().item(as: Int.self) }
    // A file of one array has a name of its own.
    let names = written.entries.count == 1 ? written.entries.map(\.name) : file.entries.map(\.name)
    for (entry, name) in zip(file.entries, names) where written[name]?.type == .plain(.float16) {
      let after = infinities(try written.tensor(named: name))
      let new = after == 0 ? 0 : after - infinities(try file.tensor(named: entry.name))
      guard new > 0 else { continue }
      print("  \(shown(entry.name)): \(new) numbers are beyond float16's 65504 and became infinite")
    }
  }
}
