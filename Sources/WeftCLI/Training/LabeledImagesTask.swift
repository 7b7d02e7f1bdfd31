import Weft

/// A network on images in memory: the digits, MNIST.
struct LabeledImagesTask: TrainingTask {
  let network: Architecture
  let dataset: String
  let train: LabeledImages
  let check: LabeledImages

  var architecture: String { network.rawValue }
  var checkName: String { "test" }
  var folderName: String { architecture == dataset ? dataset : "\(dataset)-\(architecture)" }
  var amount: String { "\(train.count) training and \(check.count) test images" }
  var peakLearningRate: Double { network.peakLearningRate }

  func defaultEpochs(steps: Int) -> Int { network.defaultEpochs }
  func build() -> Module { network.build() }

  func trainer(
    _ network: Module, _ optimizer: Optimizer, _ settings: TrainerSettings
  ) -> Trainer<Module, LabeledBatch> {
    Trainer(classifier: network, optimizer, classCount: train.classCount, settings: settings)
  }

  func result(_ measures: Measures) -> String? { accuracy(measures, name: checkName, count: check.count) }

  func findings(of network: Module) throws -> RunFindings {
    var found = ClassFindings(classes: (0..<check.classCount).map { "\($0)" })
    try look(network) { try found.add(network($0.inputs), $0.labels) }
    return try found.findings(data: checkName, name: { "image \($0)" }) { try picture(at: $0).png() }
  }

  /// An image with white as white.
  private func picture(at index: Int) throws -> Image {
    let image = try check.image(at: index)
    let pixels = image.pixels.map { UInt8(min(255, (Double($0) * 255 / check.scale.white).rounded())) }
    return try Image(width: image.width, height: image.height, channels: image.channels, pixels: pixels)
  }
}

/// The share of samples that were found, in words. It comes of a checkpoint, that is of a file: it may be any number.
func accuracy(_ measures: Measures, name: String, count: Int) -> String? {
  guard let accuracy = measures["accuracy"], (0...1).contains(accuracy) else { return nil }
  let right = Int((accuracy * Double(count)).rounded())
  return "\(name) accuracy \(percent(accuracy)): \(right) of \(count) right"
}

extension ClassFindings {
  /// All of it for a report.
  ///
  /// - Parameters:
  ///   - name: What a sample is called.
  ///   - fields: What is known of a sample.
  ///   - picture: A PNG file that shows a sample; nil for none.
  func findings(
    data: String, name: (Int) -> String, fields: (Int) -> [RunFindings.Field] = { _ in [] },
    picture: (Int) throws -> [UInt8]?
  ) throws -> RunFindings {
    var findings = RunFindings(data: data)
    (findings.classes, findings.confusion) = (classes, confusion)
    findings.worst = try worst.map { answer in
      RunFindings.Sample(
        name: name(answer.index), truth: classes[answer.truth],
        prediction: "\(classes[answer.prediction]) (\(percent(answer.probability)))", error: answer.loss,
        fields: fields(answer.index), picture: try picture(answer.index))
    }
    return findings
  }
}
