import Weft
import WeftONNX

extension TensorFile {
  /// A file of tensors of any format, an ONNX model's initializers among them.
  static func opened(_ path: String, skipsRefused: Bool) throws -> TensorFile {
    do {
      return try TensorFile(path, skipsRefused: skipsRefused)
    } catch {
      // The content decides; of one that tells nothing, the name.
      let isONNX = error.looksLike == .onnx || TensorFileFormat(pathExtension: path) == .onnx
      guard error.code == .wrongFormat, isONNX else { throw error }
    }
    return try TensorFile(onnx: path)
  }
}
