import WeftTensor

// What `print` shows of datasets and loaders: how many samples, of which shape, of how many classes; never the samples.

extension LabeledImages: CustomStringConvertible {
  /// A line: name, number and size of the images, number of classes.
  public var description: String {
    "LabeledImages \"\(name)\": \(count) images [\(channels), \(height), \(width)] of \(classCount) classes"
  }
}

extension AugmentedImages: CustomStringConvertible {
  /// A line: the images, and the changes in their order.
  public var description: String { "AugmentedImages of \(source)" + shown(transforms) }
}

extension ImageFolder: CustomStringConvertible {
  /// A line: the folder, the number of its images, the classes, and the changes in their order.
  public var description: String {
    "ImageFolder \(path): \(count) images of \(classCount) classes (\(Categories(names: classNames).shown))"
      + shown(transforms)
  }
}

extension TextWindows: CustomStringConvertible {
  /// A line: the number of windows, their length, and how far one is from the next.
  public var description: String {
    "TextWindows: \(count) windows of \(length) tokens, each \(step) after the one before"
  }
}

extension Alphabet: CustomStringConvertible {
  /// A line: the number of characters, and the first of them.
  public var description: String { "Alphabet of \(count) characters: \(Categories(names: characters).shown)" }
}

extension Categories: CustomStringConvertible {
  /// A line: their number, and the first of them.
  public var description: String { "\(count) categories: \(shown)" }
}

extension TensorDataset: CustomStringConvertible {
  /// A line: the number of samples, and the shape and type of each part of one.
  public var description: String {
    "TensorDataset: \(count) samples, inputs \(sample(of: inputs)), targets \(sample(of: targets))"
  }
}

extension LabeledTensors: CustomStringConvertible {
  /// A line: the number of samples, the shape and type of one, and the number of classes.
  public var description: String { "LabeledTensors: \(count) samples \(sample(of: inputs)) of \(classCount) classes" }
}

extension Subset: CustomStringConvertible {
  /// A line: how many of how many samples, and of what.
  public var description: String { "Subset: \(count) of the \(source.count) samples of \(line(of: source))" }
}

extension MixedDataset: CustomStringConvertible {
  /// A line: how samples are mixed, and which.
  public var description: String { "MixedDataset by \(mixing) of \(line(of: source))" }
}

extension DataLoader: CustomStringConvertible {
  /// A line: how many batches of what size, in which order, and of what.
  public var description: String {
    "DataLoader: \(count) batches of \(batchSize), \(shuffles ? "shuffled" : "in order"), from \(line(of: dataset))"
  }
}

/// A dataset in a line: its own, or of one that says nothing of itself the type, as its samples may be many.
private func line(of dataset: some Dataset) -> String {
  (dataset as? any CustomStringConvertible)?.description ?? "\(type(of: dataset))"
}

private func shown(_ transforms: [any ImageTransform]) -> String {
  transforms.isEmpty ? "" : ", through " + transforms.map { "\(type(of: $0))" }.joined(separator: ", ")
}

/// Type and shape of one sample of a tensor with all of them.
func sample(of tensor: Tensor) -> TensorSpec {
  TensorSpec(Shape(Array(tensor.shape.dropFirst())), tensor.dtype)
}
