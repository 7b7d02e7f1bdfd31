/// Fashion-MNIST (Xiao, Rasul, Vollgraf, 2017): 60,000 training and 10,000 test images of articles of clothing, 28x28, in
/// files that are named and laid out as MNIST's.
public enum FashionMNIST {
  /// Mean and deviation of the training images' pixels.
  public static let pixelScale = PixelScale(mean: 0.2860, deviation: 0.3530)

  /// What the ten classes are, in the order of their labels.
  public static let classNames = [
    "T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
  ]

  /// Reads a split from a folder with the original file names, with or without `.gz`.
  /// - Throws: `DataFileError` that names the file and what is wrong with it.
  public static func load(_ split: MNIST.Split, from folder: String) throws(DataFileError) -> LabeledImages {
    try MNIST.load(split, from: folder, as: "fashion-mnist", scale: pixelScale)
  }
}
