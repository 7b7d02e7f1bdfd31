import Testing
import WeftContract
import WeftTensor

/// What PyTorch computed for one call (`Goldens/make_functions.py`).
struct FunctionGolden: Decodable, Sendable, CustomTestStringConvertible {
  struct Values: Decodable, Sendable {
    let shape: [Int]
    let dtype: String
    let values: [GoldenNumber]

    var tensor: Tensor {
      let type = DType.allCases.first { $0.description == dtype } ?? .float64
      return Tensor(values.map(\.value), shape: Shape(shape), dtype: .float64).converted(to: type)
    }
  }

  let name: String
  let inputs: [Values]
  let outputs: [Values]
  let seeds: [Values]
  let gradients: [Values?]

  var testDescription: String { name }
  static let all: [FunctionGolden] = readGoldens("functions")

  /// Compares the call's results, and its gradients, with PyTorch's.
  func check(_ call: ([Tensor]) -> [Tensor]) throws {
    let inputs = self.inputs.map(\.tensor).enumerated().map { gradients[$0] == nil ? $1 : $1.requiringGrad() }
    let results = try withTensorErrors { call(inputs) }
    #expect(results.count == outputs.count, "\(name)")
    for (place, (result, wanted)) in zip(results, outputs.map(\.tensor)).enumerated() {
      #expect(result.dtype == wanted.dtype, "\(name), result \(place)")
      expectSame(result, wanted, "\(name), result \(place)")
    }
    guard !seeds.isEmpty else { return }
    let recorded = results.filter { $0.dtype.isFloatingPoint && $0.requiresGrad }
    #expect(recorded.count == seeds.count, "\(name)")
    let found = try grad(
      of: recorded, with: inputs.filter(\.requiresGrad), seeds: seeds.map(\.tensor))
    for (gradient, wanted) in zip(found, gradients.compactMap { $0?.tensor }) {
      expectSame(gradient ?? wanted.zerosLike(), wanted, "\(name), gradient")
    }
  }
}

/// Expects equal numbers to 1e-9 of their size; NaN equals NaN.
func expectSame(_ tensor: Tensor, _ wanted: Tensor, _ label: String, sourceLocation: SourceLocation = #_sourceLocation)
{
  #expect(tensor.shape == wanted.shape, "\(label)", sourceLocation: sourceLocation)
  for (got, wanted) in zip(tensor.scalars(as: Double.self), wanted.scalars(as: Double.self)) {
    let isSame =
      got == wanted || (got.isNaN && wanted.isNaN) || abs(got - wanted) <= Tolerance.golden * max(1, abs(wanted))
    if !isSame { Issue.record("\(label): \(got), expected \(wanted)", sourceLocation: sourceLocation) }
  }
}
