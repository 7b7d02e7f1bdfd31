import Testing
import Weft
import WeftModels

/// A tiny model that reads pictures, with what transformers makes of it (`Goldens/make_images.py`).
struct ImageGolden {
  /// Sums of some hundred float32 products in another order; the numbers are of the order of 1.
  static let tolerance = 1e-5
  /// Models of pictures alone, with a classifier in their files.
  static let classifiers = ["vit", "dinov2", "dinov2-gated"]
  /// Models of pictures and texts.
  static let pairs = ["clip", "siglip"]
  static let all = classifiers + pairs

  let folder: ModelFolder
  let expected: TensorFile

  init(_ name: String) throws {
    folder = try ModelFolder(ModelFiles.imagePath(name))
    expected = try TensorFile(ModelFiles.imagePath(name) + "/expected.safetensors")
  }

  func tensor(_ name: String) throws -> Tensor { try expected.tensor(named: name) }

  /// The largest difference from what is expected, over the largest expected number where that is above 1.
  func deviation(_ found: Tensor, _ name: String) throws -> Double {
    let wanted = try tensor(name)
    #expect(found.shape == wanted.shape, "\(name)")
    guard found.shape == wanted.shape else { return .infinity }
    return (found - wanted).abs().max().item(as: Double.self) / max(1, wanted.abs().max().item(as: Double.self))
  }

  /// Compares a number of tensors at once.
  func check(_ found: [(name: String, tensor: Tensor)], sourceLocation: SourceLocation = #_sourceLocation) throws {
    for (name, tensor) in found {
      let deviation = try deviation(tensor, name)
      #expect(
        deviation < Self.tolerance, "\(folder.path): \(name) differs by \(deviation)", sourceLocation: sourceLocation)
    }
  }

  /// Compares the gradients of all parameters of a model, which has the names of the file and no others.
  func checkGradients(of model: Module, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let wanted = Set(expected.entries.map(\.name).filter { $0.hasPrefix("grad.") }.map { String($0.dropFirst(5)) })
    #expect(Set(model.namedParameters().map(\.name)) == wanted, sourceLocation: sourceLocation)
    for (name, parameter) in model.namedParameters() where wanted.contains(name) {
      let gradient = try #require(parameter.grad, "\(name) has no gradient")
      let deviation = try deviation(gradient, "grad." + name)
      #expect(
        deviation < 2 * Self.tolerance, "the gradient of \(name) differs by \(deviation)",
        sourceLocation: sourceLocation)
    }
  }

  static func picture(_ name: String) throws -> Image {
    try Image(contentsOf: ModelFiles.imagePath("pictures/\(name).png"))
  }
}
