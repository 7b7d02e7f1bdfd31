import ArgumentParser
import Weft

/// How a picture of a digit is shown to a network, and what it says.
struct DigitOptions: ParsableArguments {
  @Flag(help: "Show the image of a digit as the network saw it.")
  var show = false
  @Option(help: "Write the image of a digit as the network saw it to this PNG file.")
  var saw: String?
  @Option(help: "auto, yes or no: turn a digit that is dark on light into light on dark.")
  var invert: Inversion = .auto

  enum Inversion: String, ExpressibleByArgument {
    case auto
    case yes
    case no
  }

  /// Says which digit a PNG image shows.
  func run(_ folder: String, _ image: String) throws {
    let trained = try TrainedRun(folder)
    let (height, width) = (trained.architecture.imageShape[1], trained.architecture.imageShape[2])
    var seen = try GrayImage(png: image).squared().resized(width: width, height: height)
    if invert == .yes || (invert == .auto && seen.isDarkOnLight) { seen = seen.inverted() }
    let probabilities = try self.probabilities(trained, seen)
    if let saw {
      try AtomicFile.write(PNG.encoded(seen.bytes, width: width, height: height), to: saw)
    }
    if show { print(seen.text) }
    for (digit, probability) in probabilities.enumerated().sorted(by: { $0.element > $1.element }).prefix(3) {
      print("\(digit)  \(percent(probability))")
    }
  }

  private func probabilities(_ trained: TrainedRun, _ image: GrayImage) throws -> [Double] {
    let scale = trained.architecture == .digits ? Digits.pixelScale : MNIST.pixelScale
    return try withTensorErrors {
      noGrad {
        let input = Tensor(
          image.values.map(scale.normalized), shape: Shape([1] + trained.architecture.imageShape.sizes))
        return trained.model(input).softmax(axis: 1).scalars(as: Double.self)
      }
    }
  }
}
