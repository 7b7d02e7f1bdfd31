import WeftIO
import WeftNN
import WeftTensor
import WeftText

/// What is done with a pooled vector.
enum EmbeddingStep {
  /// f(W·x + b), and maybe x or a map of it added.
  case dense(EmbeddingDense)
  case layerNorm(LayerNorm)
  /// x / ‖x‖.
  case normalize
}

/// A linear map with a function behind it, a step of sentence-transformers.
///
/// Shape: [N, in] to [N, out].
final class EmbeddingDense: Module {
  let linear: Linear
  let residual: Linear?
  private let activation: TransformerActivation
  private let addsInput: Bool

  init(_ configuration: ModelConfiguration) throws(ModelError) {
    let (input, output) = (try configuration.size("in_features"), try configuration.size("out_features"))
    linear = Linear(input, output, bias: try configuration.flag("bias", default: true))
    let names: [(String, TransformerActivation)] = [
      ("Tanh", .function { $0.tanh() }), ("Identity", .identity), ("ReLU", .relu), ("GELU", .gelu), ("SiLU", .silu),
      ("Sigmoid", .sigmoid),
    ]
    let name = try configuration.text("activation_function", default: "torch.nn.modules.activation.Tanh")
    guard let known = names.first(where: { name.hasPrefix("torch.nn.") && name.hasSuffix("." + $0.0) }) else {
      throw configuration.failure(
        "activation_function", .unsupported,
        expected: "one of PyTorch's \(names.map(\.0).joined(separator: ", "))", found: "\"\(name)\"")
    }
    activation = known.1
    addsInput = try configuration.flag("use_residual", default: false)
    residual = addsInput && input != output ? Linear(input, output, bias: false) : nil
  }

  override func forward(_ input: Tensor) -> Tensor {
    let result = activation(linear(input))
    return addsInput ? result + (residual.map { $0(input) } ?? input) : result
  }
}

/// The steps of a folder of sentence-transformers, as its `modules.json` lists them.
struct EmbeddingSteps {
  var pooling = Pooling([.mean])
  var steps: [EmbeddingStep] = []
  /// Where the transformer's files lie; empty for the folder itself.
  var encoderPath = ""
  /// The steps as the folder lists them; empty where it does not.
  private(set) var listed: [(type: String, path: String)] = []
  /// Where the files of the steps with weights lie, in their order.
  private(set) var paths: [String] = []

  /// The steps of a folder: those listed, or a mean where nothing is.
  ///
  /// - Parameter dtype: The type of the steps' weights.
  init(_ folder: ModelFolder, as dtype: DType?) throws {
    for step in try folder.listedSteps() { try add(step, folder, dtype) }
  }

  private mutating func add(_ step: ModelConfiguration, _ folder: ModelFolder, _ dtype: DType?) throws {
    let type = try step.text("type")
    let path = try Self.path(step)
    let inner = path.isEmpty ? folder.path : folder.file(path)
    listed.append((type, path))
    switch Self.name(ofType: type) {
    case "Transformer": encoderPath = path
    case "Pooling": pooling = try Pooling(try ModelConfiguration(contentsOf: "\(inner)/config.json"))
    case "Dense":
      paths.append(path)
      let part = try ModelFolder(inner, limits: folder.limits)
      steps.append(.dense(try part.module(as: dtype, names: WeightNames()) { try EmbeddingDense(part.configuration) }))
    case "LayerNorm":
      paths.append(path)
      let part = try ModelFolder(inner, limits: folder.limits)
      let size = try part.configuration.size("dimension")
      let names = WeightNames(replacements: [("norm.", "")])
      steps.append(.layerNorm(try part.module(as: dtype, names: names) { LayerNorm(size) }))
    case "Normalize": steps.append(.normalize)
    case "Dropout": break
    default:
      throw step.failure(
        "type", .unsupported, expected: "one of Transformer, Pooling, Dense, LayerNorm, Normalize, Dropout",
        found: "\"\(type)\"")
    }
  }

  /// What a step is, by the name of its class, with or without its modules.
  static func name(ofType type: String) -> String { type.split(separator: ".").last.map(String.init) ?? "" }

  /// Where a step's files lie; inside the folder.
  static func path(_ step: ModelConfiguration) throws(ModelError) -> String {
    let path = try step.text("path", default: "")
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let isInside = !path.hasPrefix("/") && !path.utf8.contains(0) && !parts.contains("..")
    guard isInside else {
      throw step.failure("path", expected: "a path inside the folder", found: "\"\(path)\"")
    }
    return path
  }
}
