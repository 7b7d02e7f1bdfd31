/// EMNIST (Cohen, Afshar, Tapson, van Schaik, 2017): handwritten letters and digits of 28x28 in MNIST's files, which
/// hold each image with rows and columns exchanged. They are given upright.
public enum EMNIST {
  /// The ways in which the database is divided into classes.
  public enum Division: String, Sendable, CaseIterable {
    /// 62 classes: digits, capitals, small letters.
    case byClass = "byclass"
    /// 47 classes: small letters that look like capitals are counted with these.
    case byMerge = "bymerge"
    /// The same 47 classes, as many samples of each.
    case balanced
    /// 26 classes: letters, whichever their size.
    case letters
    /// 10 classes: digits.
    case digits
    /// 10 classes: digits, as many as MNIST has.
    case mnist

    /// What the classes are, in the order of their labels.
    public var classNames: [String] {
      let digits = "0123456789", capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
      let text =
        switch self {
        case .byClass: digits + capitals + capitals.lowercased()
        case .byMerge, .balanced: digits + capitals + "abdefghnqrt"
        case .letters: capitals
        case .digits, .mnist: digits
        }
      return text.map(String.init)
    }
  }

  /// Mean and deviation of the training images' pixels in the division by class; those of others hardly differ.
  public static let pixelScale = PixelScale(mean: 0.1736, deviation: 0.3317)

  /// Reads a split from a folder with the original file names, as `emnist-letters-train-images-idx3-ubyte`, with or
  /// without `.gz`.
  /// - Throws: `DataFileError` that names the file and what is wrong with it.
  public static func load(
    _ division: Division, _ split: MNIST.Split, from folder: String
  ) throws(DataFileError) -> LabeledImages {
    let images = try MNIST.load(
      from: folder, files: "emnist-\(division.rawValue)-\(split.rawValue)", as: "emnist-\(division.rawValue)",
      scale: pixelScale,
      // The letters are counted from 1.
      labels: division == .letters ? 1...26 : 0...UInt8(division.classNames.count - 1))
    return images.transposed()
  }
}
