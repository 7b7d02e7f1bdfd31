/// The size of a model's pictures, and the patches that they are cut into.
struct PatchGrid: Hashable, Sendable {
  /// The rows of pixels of a picture.
  let height: Int
  /// The pixels of a row.
  let width: Int
  let patchHeight, patchWidth: Int
  let channels: Int

  /// The most pixels that a side may have.
  private static let longestSide = 1 << 14

  /// How many patches lie above each other; what is left over at the edge is not read.
  var rows: Int { height / patchHeight }
  /// How many patches lie beside each other.
  var columns: Int { width / patchWidth }

  /// - Parameters:
  ///   - image: The sides of a picture where the configuration says nothing.
  ///   - patch: The sides of a patch where it says nothing.
  init(_ configuration: ModelConfiguration, image: Int, patch: Int) throws(ModelError) {
    (height, width) = try configuration.sides("image_size", most: Self.longestSide, default: image)
    (patchHeight, patchWidth) = try configuration.sides("patch_size", most: Self.longestSide, default: patch)
    channels = try configuration.size("num_channels", most: 1 << 10, default: 3)
    guard patchHeight <= height, patchWidth <= width else {
      throw configuration.failure(
        "patch_size", expected: "patches that fit into pictures of \(width)x\(height) pixels",
        found: "\(patchWidth)x\(patchHeight)")
    }
    guard rows * columns < EncoderSizes.mostPositions else {
      throw configuration.failure(
        "patch_size", expected: "fewer than \(EncoderSizes.mostPositions) patches", found: "\(rows * columns)")
    }
  }
}

extension ModelConfiguration {
  /// The sides of a rectangle: one number for both, or the height and the width.
  ///
  /// - Throws: `ModelError`.
  func sides(_ key: String, most: Int, default standard: Int) throws(ModelError) -> (height: Int, width: Int) {
    let numbers = try integers(key) ?? [standard]
    guard 1...2 ~= numbers.count, numbers.allSatisfy({ 1...most ~= $0 }) else {
      throw failure(key, expected: "a whole number from 1 to \(most), or a height and a width", found: "\(numbers)")
    }
    return (numbers[0], numbers[numbers.count - 1])
  }
}
