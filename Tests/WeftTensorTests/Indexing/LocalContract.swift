import Testing

@testable import WeftTensor

/// Tries an operation's samples: the result against its reference, gradients and second gradients against finite
/// differences.
func checkSamples<Op: Operation>(of type: Op.Type, sourceLocation: Testing.SourceLocation = #_sourceLocation) throws {
  for (number, sample) in Op.samples.enumerated() {
    let inputs = sample.inputs.enumerated().map { $1.draw(seed: UInt64(100 * number + $0)) }
    let outputs = apply(sample.operation, inputs)
    let expected = sample.operation.reference(inputs.map { ReferenceArray($0) })
    if let expected {
      #expect(outputs.count == expected.count, sourceLocation: sourceLocation)
      for (output, wanted) in zip(outputs, expected) {
        #expect(output.shape.sizes == wanted.shape, "\(Op.name) sample \(number)", sourceLocation: sourceLocation)
        let values = output.scalars(as: Double.self)
        let close = zip(values, wanted.values).allSatisfy { abs($0 - $1) < 1e-9 }
        #expect(close, "\(Op.name) sample \(number): \(values) \(wanted.values)", sourceLocation: sourceLocation)
      }
    }
    guard Op.whyNotDifferentiable == nil, inputs.contains(where: \.dtype.isFloatingPoint) else { continue }
    try checkGradients(sample, inputs, name: "\(Op.name) sample \(number)", sourceLocation)
  }
}

/// A curved function of an operation's results, so that linear operations have second derivatives too.
private func curved(_ sample: Sample, _ inputs: [Tensor]) -> Tensor {
  let terms = apply(sample.operation, inputs).filter { $0.dtype.isFloatingPoint }.enumerated().map { place, output in
    let weights = SampleInput.real(output.shape).draw(seed: UInt64(7 + place))
    return (weights * output * output + output).sum()
  }
  return terms.dropFirst().reduce(terms[0], +)
}

private func checkGradients(
  _ sample: Sample, _ inputs: [Tensor], name: String, _ location: Testing.SourceLocation
) throws {
  let places = inputs.indices.filter { inputs[$0].dtype.isFloatingPoint }
  func full(_ floats: [Tensor]) -> [Tensor] {
    var all = inputs
    for (place, float) in zip(places, floats) { all[place] = float }
    return all
  }
  let directions = places.map { SampleInput.real(inputs[$0].shape).draw(seed: UInt64(31 + $0)) }
  func slope(_ floats: [Tensor]) throws -> Tensor {
    let gradients = try valueAndGrad(at: floats, createGraph: true) { curved(sample, full($0)) }.gradients
    return zip(gradients, directions).map { ($0 * $1).sum() }.reduce(Tensor(0.0, dtype: .float64), +)
  }
  let floats = places.map { inputs[$0] }
  let first = try valueAndGrad(at: floats) { curved(sample, full($0)) }.gradients
  compare(first, name + " first", floats, location) { curved(sample, full($0)).item() }
  let leaves = floats.map { $0.requiringGrad() }
  let total = try slope(leaves)
  guard total.requiresGrad else { return }
  let second = try grad(of: [total], with: leaves)
  compare(zip(second, leaves).map { $0 ?? $1.zerosLike() }, name + " second", floats, location) { try! slope($0).item() }
}

private func compare(
  _ gradients: [Tensor], _ name: String, _ inputs: [Tensor], _ location: Testing.SourceLocation,
  _ value: ([Tensor]) -> Double
) {
  let step = 1e-5
  for (place, input) in inputs.enumerated() {
    let got = gradients[place].scalars(as: Double.self)
    let base = input.scalars(as: Double.self)
    for element in base.indices {
      let sides = [step, -step].map { delta -> Double in
        var moved = inputs
        var values = base
        values[element] += delta
        moved[place] = Tensor(values, shape: input.shape, dtype: .float64)
        return value(moved)
      }
      let wanted = (sides[0] - sides[1]) / (2 * step)
      #expect(abs(got[element] - wanted) < 1e-6 * (1 + abs(wanted)), "\(name) input \(place)[\(element)]", sourceLocation: location)
    }
  }
}
