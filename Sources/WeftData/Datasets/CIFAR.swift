import Foundation

/// CIFAR-10 and CIFAR-100 (Krizhevsky, 2009): color images of 32x32, in the files of the "binary version" or, with
/// `pickles:`, of the "python version".
public enum CIFAR {
  /// Mean and deviation of all bytes of CIFAR-10's training images.
  public static let pixelScale = PixelScale(mean: 0.4734, deviation: 0.2516)
  /// Mean and deviation of each color of CIFAR-10's training images, for `ImageNormalization`.
  public static let colors = ImageNormalization(
    means: [0.4914, 0.4822, 0.4465], deviations: [0.2470, 0.2435, 0.2616])

  /// What the ten classes of CIFAR-10 are, in the order of their labels.
  public static let classNames = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]

  /// The labels of CIFAR-100.
  public enum Labels: Sendable {
    /// 100 classes.
    case fine
    /// 20 groups of five classes.
    case coarse
  }

  /// Reads CIFAR-10 from the folder `cifar-10-batches-bin`: `data_batch_1.bin` to `data_batch_5.bin`, or
  /// `test_batch.bin`.
  ///
  /// - Throws: `DataFileError` that names the file and what is wrong with it.
  public static func load10(_ split: MNIST.Split, from folder: String) throws(DataFileError) -> LabeledImages {
    let names = split == .train ? (1...5).map { "data_batch_\($0).bin" } : ["test_batch.bin"]
    return try load(names.map { "\(folder)/\($0)" }, as: "cifar-10", labelBytes: 1, label: 0, classCount: 10)
  }

  /// Reads CIFAR-100 from the folder `cifar-100-binary`: `train.bin` or `test.bin`.
  ///
  /// - Throws: `DataFileError` that names the file and what is wrong with it.
  public static func load100(
    _ split: MNIST.Split, labels: Labels = .fine, from folder: String
  ) throws(DataFileError) -> LabeledImages {
    try load(
      ["\(folder)/\(split.rawValue).bin"], as: "cifar-100", labelBytes: 2, label: labels == .coarse ? 0 : 1,
      classCount: labels == .coarse ? 20 : 100)
  }

  /// The names of CIFAR-100's classes, from `fine_label_names.txt` or `coarse_label_names.txt` in its folder.
  ///
  /// - Throws: `DataFileError` that names the file and what is wrong with it.
  public static func classNames100(_ labels: Labels = .fine, from folder: String) throws(DataFileError) -> [String] {
    let path = "\(folder)/\(labels == .fine ? "fine" : "coarse")_label_names.txt"
    let bytes = try FileBytes(contentsOf: path, limit: 1 << 20).bytes
    let names = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
    let count = labels == .fine ? 100 : 20
    guard names.count == count else {
      throw DataFileError(.wrongFormat, file: path, expected: "\(count) names, one a line", found: "\(names.count)")
    }
    return names
  }

  private static let imageSize = 3 * 32 * 32

  /// Reads records of some labels and an image each.
  private static func load(
    _ paths: [String], as name: String, labelBytes: Int, label: Int, classCount: Int
  ) throws(DataFileError) -> LabeledImages {
    var (pixels, labels) = ([UInt8](), [Int]())
    for path in paths {
      let file = try Gzip.inflatedIfNeeded(FileBytes(contentsOf: path))
      let size = labelBytes + imageSize
      guard file.bytes.count % size == 0, !file.bytes.isEmpty else {
        let whole = file.bytes.count / size
        let kind = file.kind
        throw DataFileError(
          whole > 0 || file.bytes.isEmpty ? .truncated : .wrongFormat, file: path, at: whole * size,
          expected: "records of \(size) bytes: \(labelBytes) for labels, \(imageSize) for an image",
          found: "\(file.bytes.count) bytes, which is \(whole) and a part", looksLike: kind == .binary ? nil : kind,
          hint: "this reads the binary version; `pickles:` reads the one of Python")
      }
      for start in stride(from: 0, to: file.bytes.count, by: size) {
        let number = Int(file.bytes[start + label])
        guard number < classCount else {
          throw DataFileError(
            .badValue, file: path, at: start + label, expected: "a label from 0 through \(classCount - 1)",
            found: "\(number)")
        }
        labels.append(number)
        pixels += file.bytes[start + labelBytes..<start + size]
      }
    }
    return LabeledImages(checked: name, pixels, labels, (3, 32, 32), classCount, pixelScale)
  }
}
