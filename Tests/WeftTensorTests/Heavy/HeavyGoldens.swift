import struct Foundation.Data
import class Foundation.JSONDecoder
import struct Foundation.URL
import Testing
import WeftTensor

/// What PyTorch computed for one call (`Goldens/make_heavy.py`).
struct HeavyGolden: Decodable, Sendable, CustomTestStringConvertible {
  struct Values: Decodable, Sendable {
    let shape: [Int]
    let dtype: String
    /// nil is negative infinity.
    let values: [Double?]

    var tensor: Tensor {
      let type = DType.allCases.first { $0.description == dtype } ?? .float64
      return Tensor(values.map { $0 ?? -.infinity }, shape: Shape(shape), dtype: type)
    }
  }

  let name: String
  let inputs: [String: Values]
  let outputs: [Values]
  let seeds: [Values]
  let gradients: [String: Values]

  var testDescription: String { name }

  static let all: [HeavyGolden] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Goldens/heavy.json")
    guard let data = try? Data(contentsOf: file) else { return [] }
    return (try? JSONDecoder().decode([HeavyGolden].self, from: data)) ?? []
  }()
}

/// The inputs of a golden by name; one that is missing fails the test.
struct GoldenInputs {
  let tensors: [String: Tensor]

  subscript(name: String) -> Tensor {
    guard let tensor = tensors[name] else {
      Issue.record("the golden has no input \(name)")
      return Tensor(zeros: [])
    }
    return tensor
  }

  func optional(_ name: String) -> Tensor? { tensors[name] }
}

/// Expects two arrays of numbers to agree within `tolerance` of the larger magnitude (at least 1).
func expectAgree(
  _ tensor: Tensor, _ wanted: Tensor, within tolerance: Double, _ label: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(tensor.shape == wanted.shape, "\(label)", sourceLocation: sourceLocation)
  let pairs = zip(tensor.scalars(as: Double.self), wanted.scalars(as: Double.self))
  let worst = pairs.map { $0 == $1 ? 0 : abs($0 - $1) / max(1, abs($1)) }.max() ?? 0
  #expect(worst <= tolerance, "\(label): off by \(worst)", sourceLocation: sourceLocation)
}
