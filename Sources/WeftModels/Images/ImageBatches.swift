import WeftData
import WeftTensor

/// Pictures in batches: so many are prepared and read at a time.
package struct ImageBatches {
  /// How many pictures a batch has at most.
  package static let most = 16

  let images: [Image]
  let preprocessor: ImagePreprocessor

  /// Runs the batches, and joins the rows of their results.
  ///
  /// - Parameters:
  ///   - width: How many numbers a row has.
  ///   - run: The rows of a batch, [N, width], of its pixels.
  func rows(width: Int, _ run: (Tensor) -> Tensor) throws -> Tensor {
    var rows: [Float] = []
    rows.reserveCapacity(images.count * width)
    for start in stride(from: 0, to: images.count, by: Self.most) {
      let pixels = try preprocessor(Array(images[start..<min(start + Self.most, images.count)]))
      rows += try withTensorErrors {
        let result = noGrad { run(pixels) }
        try checkTensorErrors()
        return result.scalars(as: Float.self)
      }
    }
    return Tensor(rows, shape: [images.count, width])
  }
}

extension ImageEncoder {
  /// Refuses a folder whose pictures are prepared in a size that the model does not read, before any is.
  func check(_ preprocessor: ImagePreprocessor, _ folder: ModelFolder) throws(ModelError) {
    guard !interpolatesPositions, let sides = preprocessor.sides else { return }
    guard sides.height != imageHeight || sides.width != imageWidth else { return }
    throw ModelError(
      .badValue, file: folder.path, path: "preprocessor_config.json",
      expected: "pictures of the model's \(imageWidth)x\(imageHeight) pixels", found: "\(sides.width)x\(sides.height)",
      hint: "`interpolatesPositions: true` lets the model read them")
  }
}
