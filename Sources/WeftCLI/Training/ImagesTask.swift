import Weft

/// A network on folders of images.
struct ImagesTask: TrainingTask {
  let imagesPlan: ImagesPlan
  let source: String?
  let dataset: String
  let folderName: String
  private let parts: ImageParts

  init(_ path: String, _ plan: ImagesPlan, _ parts: ImageParts) {
    (imagesPlan, source, dataset, folderName) = (plan, path, fileName(of: path), stem(of: path))
    self.parts = parts
  }

  var train: Subset<ImageFolder> { parts.train }
  var check: Subset<ImageFolder> { parts.check }
  var architecture: String { "image-\(imagesPlan.network.rawValue)" }
  var plan: RunPlan? { .images(imagesPlan) }
  var workers: Int { 2 }
  var peakLearningRate: Double { imagesPlan.network == .small ? 4e-3 : 1e-3 }
  var amount: String {
    let skipped = parts.skipped > 0 ? " (\(parts.skipped) files that cannot be read left out)" : ""
    return "\(train.count) training and \(check.count) validation images\(skipped)"
  }

  func defaultEpochs(steps: Int) -> Int { Self.epochs(for: 2000, of: steps, within: 5...30) }
  func build() -> Module { imagesPlan.build() }

  /// The images as they are; where one cannot be read, all such are listed before hours of work depend on them.
  func fingerprints() throws -> [String: DataFingerprint] {
    do {
      return ["train": try DataFingerprint(of: parts.plain), checkName: try DataFingerprint(of: check)]
    } catch let error as SampleError {
      let bad = parts.plain.source.unreadable()
      guard let first = bad.first else { throw error }
      throw DataFileError(
        .unreadable, file: parts.plain.source.path, expected: "images that can be read",
        found: "\(bad.count) of \(parts.plain.source.count) that cannot, the first: \(first)",
        hint: "--skip-unreadable leaves them out")
    }
  }

  func trainer(
    _ network: Module, _ optimizer: Optimizer, _ settings: TrainerSettings
  ) -> Trainer<Module, LabeledBatch> {
    let count = imagesPlan.classes.count
    return Trainer(
      network, optimizer, metrics: ["accuracy": Accuracy(), "f1": F1Score(classCount: count)], settings: settings
    ) { network, batch in
      let logits = network(batch.inputs)
      return StepOutput(
        loss: crossEntropy(logits, classIndices: batch.labels), predictions: logits, targets: batch.labels)
    }
  }

  func result(_ measures: Measures) -> String? {
    let others = measures["f1"].map { ", f1 \(Amount.short($0))" } ?? ""
    return accuracy(measures, name: checkName, count: check.count).map { $0 + others }
  }

  /// The largest picture of a report.
  private static let largest = 128

  func findings(of network: Module) throws -> RunFindings {
    var found = ClassFindings(classes: imagesPlan.classes)
    try look(network) { try found.add(network($0.inputs), $0.labels) }
    let (source, indices) = (check.source, check.indices)
    return try found.findings(data: checkName, name: { fileName(of: source.files[indices[$0]].path) }) { place in
      let image = try source.sample(at: indices[place], context: LoadingContext()).image
      return (image.width > Self.largest ? image.resized(width: Self.largest, height: Self.largest) : image).png()
    }
  }
}
