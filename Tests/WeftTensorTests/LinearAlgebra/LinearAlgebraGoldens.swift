import struct Foundation.Data
import class Foundation.JSONDecoder
import struct Foundation.URL
import Testing
import WeftContract
import WeftTensor

/// What PyTorch computed for linear algebra and Fourier transforms (`Goldens/make_linear_algebra.py`).
enum LinearAlgebraGoldens {
  static let all: [HeavyGolden] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Goldens/linear_algebra.json")
    guard let data = try? Data(contentsOf: file) else { return [] }
    return (try? JSONDecoder().decode([HeavyGolden].self, from: data)) ?? []
  }()

  /// Runs `call` on the inputs of the golden `name` and expects PyTorch's results and gradients.
  static func expect(
    _ golden: HeavyGolden, _ call: (GoldenInputs) -> [Tensor], within tolerance: Double = Tolerance.golden,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let inputs = golden.inputs.mapValues { values in
      values.dtype == "float64" ? values.tensor.requiringGrad() : values.tensor
    }
    let results = call(GoldenInputs(tensors: inputs))
    guard results.count == golden.outputs.count else {
      Issue.record("\(golden.name): \(results.count) results, not \(golden.outputs.count)")
      return
    }
    for (place, (result, wanted)) in zip(results, golden.outputs).enumerated() {
      expectEqual(
        result, wanted.tensor, within: tolerance, "\(golden.name), result \(place)", sourceLocation: sourceLocation)
    }
    let recorded = results.filter(\.requiresGrad)
    guard !golden.seeds.isEmpty, recorded.count == golden.seeds.count else {
      #expect(golden.seeds.isEmpty, "\(golden.name): \(recorded.count) results carry gradients")
      return
    }
    let loss = zip(recorded, golden.seeds).map { ($0 * $1.tensor).sum() }.reduce(Tensor(0.0, dtype: .float64), +)
    loss.backward()
    for (name, wanted) in golden.gradients {
      expectEqual(
        inputs[name]?.grad ?? Tensor(zeros: []), wanted.tensor, within: tolerance,
        "\(golden.name), gradient of \(name)", sourceLocation: sourceLocation)
    }
  }

  /// Every number within `tolerance` of the larger of 1 and the largest number wanted; NaN is never right.
  static func expectEqual(
    _ tensor: Tensor, _ wanted: Tensor, within tolerance: Double, _ label: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    guard tensor.shape == wanted.shape else {
      Issue.record("\(label): \(tensor.shape), not \(wanted.shape)", sourceLocation: sourceLocation)
      return
    }
    let (got, right) = (tensor.scalars(as: Double.self), wanted.scalars(as: Double.self))
    let scale = right.map(abs).max().map { max($0, 1) } ?? 1
    for (place, (a, b)) in zip(got, right).enumerated() where !(abs(a - b) <= tolerance * scale) {
      Issue.record("\(label): element \(place) is \(a), not \(b)", sourceLocation: sourceLocation)
      return
    }
  }
}
