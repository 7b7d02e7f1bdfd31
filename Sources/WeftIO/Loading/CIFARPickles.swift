import WeftData
import WeftTensor

extension CIFAR {
  /// Reads CIFAR-10 from the folder `cifar-10-batches-py`, its "python version": `data_batch_1` to `data_batch_5`, or
  /// `test_batch`. Nothing in these pickles is run.
  ///
  /// - Throws: `DataFileError` that names the file and what is wrong with it.
  public static func load10(
    _ split: MNIST.Split, pickles folder: String, limits: LoadLimits = LoadLimits()
  ) throws(DataFileError) -> LabeledImages {
    let names = split == .train ? (1...5).map { "data_batch_\($0)" } : ["test_batch"]
    return try load(names.map { "\(folder)/\($0)" }, as: "cifar-10", labels: "labels", classCount: 10, limits)
  }

  /// Reads CIFAR-100 from the folder `cifar-100-python`: `train` or `test`. Nothing in these pickles is run.
  ///
  /// - Throws: `DataFileError` that names the file and what is wrong with it.
  public static func load100(
    _ split: MNIST.Split, labels: Labels = .fine, pickles folder: String, limits: LoadLimits = LoadLimits()
  ) throws(DataFileError) -> LabeledImages {
    try load(
      ["\(folder)/\(split.rawValue)"], as: "cifar-100", labels: labels == .fine ? "fine_labels" : "coarse_labels",
      classCount: labels == .fine ? 100 : 20, limits)
  }

  private static func load(
    _ paths: [String], as name: String, labels key: String, classCount: Int, _ limits: LoadLimits
  ) throws(DataFileError) -> LabeledImages {
    var (pixels, labels) = ([UInt8](), [Int]())
    for path in paths {
      let file = try TensorFile(path, limits: limits)
      guard let entry = file["data"], entry.type == .plain(.uint8), entry.shape.rank == 2, entry.shape[1] == 3072 else {
        throw DataFileError(
          .wrongFormat, file: path, expected: "bytes \"data\" of shape [images, 3072]",
          found: file["data"].map { "\($0.type) \($0.shape)" } ?? "none")
      }
      let numbers = Self.integers(file.metadata.first { $0.key == key }?.value)
      guard let numbers, numbers.count == entry.shape[0], numbers.allSatisfy({ (0..<classCount).contains($0) }) else {
        throw DataFileError(
          .badValue, file: path, expected: "\(entry.shape[0]) \"\(key)\" from 0 through \(classCount - 1)",
          found: numbers.map { "\($0.count), from \($0.min() ?? 0) through \($0.max() ?? 0)" } ?? "none")
      }
      pixels += try file.tensor(named: "data").scalars(as: UInt8.self)
      labels += numbers
    }
    do throws(TensorError) {
      return try LabeledImages(
        name: name, pixels: pixels, labels: labels, size: (3, 32, 32), classCount: classCount, scale: pixelScale)
    } catch {
      throw DataFileError(.badValue, file: paths[0], expected: error.expected, found: error.got)
    }
  }

  private static func integers(_ value: FileValue?) -> [Int]? {
    guard case .list(let values)? = value else { return nil }
    let numbers = values.compactMap { value -> Int? in
      switch value {
      case .integer(let number): Int(exactly: number)
      case .unsigned(let number): Int(exactly: number)
      default: nil
      }
    }
    return numbers.count == values.count ? numbers : nil
  }
}
