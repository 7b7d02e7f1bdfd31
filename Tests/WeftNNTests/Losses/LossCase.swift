import Foundation
import Testing
import Weft

/// What PyTorch computed for one loss (see Goldens/make_training.py and make_losses.py).
struct LossCase: Decodable {
  struct Result: Decodable {
    let output: GoldenTensor
    let gradients: [GoldenTensor?]
  }
  let name: String
  let inputs: [GoldenTensor]
  let results: [String: Result]

  /// The cases of a file of Goldens.
  static func all(_ name: String) throws -> [LossCase] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../Goldens")
    let data = try Data(contentsOf: folder.appendingPathComponent("\(name).json"))
    return try JSONDecoder().decode([LossCase].self, from: data)
  }

  /// Compares `loss` with what PyTorch computed for a reduction: output and gradients.
  func compare(_ result: Result, _ reduction: String, _ targetType: DType, _ loss: ([Tensor]) -> Tensor) {
    let tensors = inputs.enumerated().map { place, input in
      result.gradients[place] == nil ? input.tensor(place == 0 ? .float64 : targetType) : input.tensor().requiringGrad()
    }
    let output = loss(tensors)
    let name = "\(name), \(reduction)"
    Optional(result.output).expect(output, name)
    let weights = (0..<output.elementCount).map { place -> Double in
      let scrambled = (place * 7919 + 13) % 1009
      return Double(scrambled) / 504 - 1
    }
    (output * Tensor(weights, shape: output.shape, dtype: .float64)).sum().backward()
    for (place, input) in tensors.enumerated() {
      result.gradients[place].expect(input.grad, "\(name): gradient of input \(place)")
    }
  }
}
