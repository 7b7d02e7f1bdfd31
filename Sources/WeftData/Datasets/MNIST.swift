import Foundation

/// The MNIST database of handwritten digits (LeCun, Cortes, Burges): 60,000 training and 10,000 test images of 28x28, in
/// four IDX files, plain or gzipped.
public enum MNIST {
  /// One of the database's two parts.
  public enum Split: String, Sendable, CaseIterable {
    /// 60,000 images.
    case train
    /// 10,000 images.
    case test

    var prefix: String { self == .train ? "train" : "t10k" }
  }

  /// Mean and deviation of the training images' pixels.
  public static let pixelScale = PixelScale(white: 255, mean: 0.1307, deviation: 0.3081)

  /// Reads a split from a folder with the original file names, with or without `.gz`.
  /// - Throws: `DataFileError` that names the file and what is wrong with it.
  public static func load(_ split: Split, from folder: String) throws(DataFileError) -> LabeledImages {
    try load(split, from: folder, as: "mnist", scale: pixelScale)
  }

  /// Reads a split of a dataset in MNIST's files: 28x28 bytes, ten classes.
  static func load(
    _ split: Split, from folder: String, as name: String, scale: PixelScale
  ) throws(DataFileError) -> LabeledImages {
    try load(from: folder, files: split.prefix, as: name, scale: scale, labels: 0...9)
  }

  /// Reads images of 28x28 bytes and labels in this range, of which the first becomes class 0.
  static func load(
    from folder: String, files: String, as name: String, scale: PixelScale, labels range: ClosedRange<UInt8>
  ) throws(DataFileError) -> LabeledImages {
    let imagesPath = try path(folder, "\(files)-images-idx3-ubyte", name)
    let labelsPath = try path(folder, "\(files)-labels-idx1-ubyte", name)
    let images = try IDX.read(imagesPath)
    let labels = try IDX.read(labelsPath)
    let (pixels, classes) = try checked(images, imagesPath, labels, labelsPath, range)
    return LabeledImages(
      checked: name, pixels, classes.map { Int($0 - range.lowerBound) }, (1, 28, 28), range.count, scale)
  }

  /// The bytes of images and labels that have been read, if they fit.
  private static func checked(
    _ images: RawArray, _ imagesPath: String, _ labels: RawArray, _ labelsPath: String, _ range: ClosedRange<UInt8>
  ) throws(DataFileError) -> (pixels: [UInt8], labels: [UInt8]) {
    guard images.shape.count == 3, let pixels = images.bytes else {
      throw DataFileError(
        .wrongFormat, file: imagesPath, expected: "bytes of shape [count, rows, columns]",
        found: "shape \(images.shape)")
    }
    guard labels.shape.count == 1, let classes = labels.bytes else {
      throw DataFileError(
        .wrongFormat, file: labelsPath, expected: "bytes of shape [count]", found: "shape \(labels.shape)")
    }
    guard images.shape[0] == labels.shape[0] else {
      throw DataFileError(
        .wrongFormat, file: labelsPath, expected: "\(images.shape[0]) labels, one per image of \(imagesPath)",
        found: "\(labels.shape[0])")
    }
    guard images.shape[1] == 28, images.shape[2] == 28 else {
      throw DataFileError(
        .wrongFormat, file: imagesPath, expected: "images of 28x28", found: "\(images.shape[1])x\(images.shape[2])")
    }
    if let wrong = classes.firstIndex(where: { !range.contains($0) }) {
      throw DataFileError(
        .badValue, file: labelsPath, at: wrong + 8,
        expected: "labels from \(range.lowerBound) through \(range.upperBound)",
        found: "label \(classes[wrong]) for sample \(wrong)")
    }
    return (pixels, classes)
  }

  private static func path(_ folder: String, _ name: String, _ dataset: String) throws(DataFileError) -> String {
    for candidate in ["\(folder)/\(name)", "\(folder)/\(name).gz"] where access(candidate, F_OK) == 0 {
      return candidate
    }
    throw DataFileError(
      .unreadable, file: "\(folder)/\(name)", expected: "the file, plain or as .gz", found: "neither",
      hint: "the four original files of \(dataset) belong in this folder")
  }
}
