import ArgumentParser
import Foundation
import Weft

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show what is in a file of tensors: names, types, shapes, sizes, metadata, and how the values lie.",
    discussion: """
      Reads safetensors (also a folder with shards), PyTorch's .pt, .pth and .bin, NumPy's .npy and .npz, and GGUF. The \
      content decides the format. Nothing in a file is ever run.
      """)

  @Argument(help: "The file, or a folder with a model.")
  var file: String
  @Flag(help: "Print JSON.")
  var json = false
  @Flag(inversion: .prefixedNo, help: "Look at the values, not only at what is said of them.")
  var values = true
  @Flag(help: "Pass over what a pickle asks to run, and list it, instead of refusing the file.")
  var skipRefused = false

  func run() throws {
    let file = try TensorFile(self.file, skipsRefused: skipRefused)
    let rows = file.entries.map { InspectedTensor($0, values ? try? file.tensor(named: $0.name) : nil) }
    print(json ? try InspectionJSON(file, rows).text : InspectionText(file, rows).text)
  }
}

/// A tensor of a file, and what its values are.
struct InspectedTensor {
  let entry: StoredTensor
  let distribution: Distribution?

  init(_ entry: StoredTensor, _ tensor: Tensor?) {
    self.entry = entry
    distribution = tensor.flatMap(Distribution.init)
  }
}

/// How the values of a tensor lie.
struct Distribution {
  let least: Double
  let most: Double
  let mean: Double
  let deviation: Double
  /// How many are infinite or undefined.
  let nonFinite: Int
  /// Counts of the finite ones in bins of equal width from the least to the most.
  let bins: [Int]

  static let binCount = 16

  /// Nil for a tensor without elements.
  init?(_ tensor: Tensor) {
    guard tensor.elementCount > 0 else { return nil }
    self = tensor.withUnsafeBufferPointer(as: Double.self) { Distribution($0) }
  }

  private init(_ values: UnsafeBufferPointer<Double>) {
    var (least, most, sum, count) = (Double.infinity, -Double.infinity, 0.0, 0)
    for value in values where value.isFinite {
      (least, most) = (min(least, value), max(most, value))
      sum += value
      count += 1
    }
    (self.least, self.most, nonFinite) = (least, most, values.count - count)
    let mean = count > 0 ? sum / Double(count) : .nan
    var (squares, bins) = (0.0, [Int](repeating: 0, count: Self.binCount))
    let scale = most > least ? Double(Self.binCount) / (most - least) : 0
    for value in values where value.isFinite {
      squares += (value - mean) * (value - mean)
      let bin = (value - least) * scale
      bins[bin.isFinite ? min(Self.binCount - 1, Int(bin)) : 0] += 1
    }
    (self.mean, self.bins) = (mean, bins)
    deviation = count > 0 ? (squares / Double(count)).squareRoot() : .nan
  }

  /// The bins as characters, taller for more.
  func picture(isUnicode: Bool) -> String {
    let shades = Array(isUnicode ? "▁▂▃▄▅▆▇█" : "_.,-+=*#")
    let highest = max(1, bins.max() ?? 1)
    return String(bins.map { $0 == 0 ? " " : shades[($0 * (shades.count - 1) + highest - 1) / highest] })
  }
}
