import Foundation
import TestSupport
import Testing
import Weft
import WeftModels

/// What Goldens/make_decoders.py wrote, and the models that it speaks of.
struct DecoderGolden: Decodable {
  let tokens: [Int]
  let cases: [String: Case]

  struct Case: Decodable {
    let shapes: [String: [Int]]
    let logits: [Double]
    let states: [[Double]]
    let loss: Double
    let gradients: [String: [Double]]
    let cached: [Double]
  }

  static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Goldens").path

  static let shared: DecoderGolden? = {
    guard let data = FileManager.default.contents(atPath: path + "/decoders.json") else { return nil }
    return try? JSONDecoder().decode(DecoderGolden.self, from: data)
  }()

  /// The settings of a case, as the file has them.
  static func configuration(_ name: String) throws -> [String: Any] {
    let data = try #require(FileManager.default.contents(atPath: path + "/decoders.json"))
    let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let cases = try #require(root["cases"] as? [String: [String: Any]])
    return try #require(cases[name]?["config"] as? [String: Any])
  }

  /// A folder with a case's model.
  static func folder(_ name: String, changing: [String: Any] = [:]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let golden = try #require(shared?.cases[name])
    var settings = try configuration(name)
    for (key, value) in changing { settings[key] = value }
    let json = try JSONSerialization.data(withJSONObject: settings)
    try json.write(to: URL(fileURLWithPath: folder("config.json")))
    let tensors = golden.shapes.sorted { $0.key < $1.key }.map { ($0.key, weights($0.key, Shape($0.value))) }
    try SafeTensors(tensors).write(to: folder("model.safetensors"))
    return folder
  }

  /// A case's model, from a folder that is gone then.
  static func model(_ name: String, changing: [String: Any] = [:]) throws -> CausalLanguageModel {
    let folder = try folder(name, changing: changing)
    return try withExtendedLifetime(folder) { try CausalLanguageModel.open(folder.path) }
  }

  /// The weights that make_decoders.py computes from a name and the places of elements.
  ///
  /// - Parameter spread: How far apart the largest and the smallest may be.
  static func weights(_ name: String, _ shape: Shape, spread: Double = 0.4) -> Tensor {
    var seed: UInt32 = 2_166_136_261
    for byte in name.utf8 { seed = (seed ^ UInt32(byte)) &* 16_777_619 }
    let isNorm = shape.rank == 1 && name.hasSuffix("weight")
    let values = (0..<shape.elementCount).map { Float(mixed(seed, $0) * spread + (isNorm ? 1 : 0)) }
    return Tensor(values, shape: shape)
  }

  /// A number from -0.5 to 0.5 for a place.
  static func mixed(_ seed: UInt32, _ place: Int) -> Double {
    var h = seed &+ UInt32(truncatingIfNeeded: place) &* 2_654_435_761
    h = (h ^ (h >> 15)) &* 2_246_822_519
    h = (h ^ (h >> 13)) &* 3_266_489_917
    return Double((h ^ (h >> 16)) >> 8) / 16_777_216 - 0.5
  }
}

/// The largest difference of numbers, not a number where there are not as many.
func deviation(_ numbers: Tensor, _ expected: [Double]) -> Double {
  let found = numbers.contiguous().scalars(as: Double.self)
  guard found.count == expected.count else { return .nan }
  return zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
}
