import Testing
import Weft

@Suite struct ParametrizationTests {
  @Test func goldens() throws {
    let layers: [String: Module] = [
      "weight_linear": Linear(4, 3).weightNormalized(), "weight_linear_axis1": Linear(4, 3).weightNormalized(axis: 1),
      "weight_linear_whole": Linear(4, 3).weightNormalized(axis: nil),
      "weight_conv2d": Conv2d(2, 3, kernelSize: 3).weightNormalized(),
      "weight_bias": Linear(4, 3).weightNormalized("bias"), "spectral_linear": Linear(4, 3).spectrallyNormalized(),
      "spectral_linear_axis1": Linear(4, 3).spectrallyNormalized(axis: 1),
      "spectral_conv2d": Conv2d(2, 3, kernelSize: 3).spectrallyNormalized(powerIterations: 3),
      "spectral_conv_transpose2d": ConvTranspose2d(2, 3, kernelSize: 2).spectrallyNormalized(),
      "spectral_bias": Linear(4, 3).spectrallyNormalized("bias"),
    ]
    let cases = try GoldenCase.family("parametrizations")
    #expect(cases.count == layers.count)
    for (name, golden) in cases {
      let layer = try #require(layers[name])
      golden.compare(layer, setsBuffers: true) { inputs in
        layer.isTraining ? [layer(inputs[0]), layer(inputs[0])] : [layer(inputs[0])]
      }
    }
  }

  @Test func aWeightOfZerosIsNoNaNForEver() {
    let x = Tensor([[1.0, 2, -1]])
    for normalize in [{ $0.spectrallyNormalized() }, { $0.weightNormalized() }] as [(Linear) -> Linear] {
      let layer = Linear(3, 2, bias: false)
      layer.weight.value = Tensor(zeros: [2, 3])
      _ = normalize(layer)
      for _ in 0..<2 {
        layer.zeroGrad()
        let y = layer(x)
        #expect(y.scalars(as: Double.self) == [0, 0])
        y.sum().backward()
        for parameter in layer.parameters() {
          #expect(parameter.grad?.scalars(as: Double.self).allSatisfy { $0.isFinite } == true)
        }
      }
      #expect(layer.namedBuffers().allSatisfy { $0.buffer.value.norm().item() > 0.99 })
      layer.weight.value = Tensor([[3, 0, 0], [0, 1, 0]])
      for _ in 0..<50 { _ = layer(x) }
      let found = layer(x).scalars(as: Double.self)
      let isSpectral = !layer.namedBuffers().isEmpty
      for (value, expected) in zip(found, isSpectral ? [1, 2.0 / 3] : [3, 2]) { #expect(abs(value - expected) < 1e-5) }
    }
  }

  @Test func theValueStaysAndComesBack() {
    let layer = Conv2d(2, 3, kernelSize: 3)
    let before = layer.weight.value.scalars(as: Float.self)
    layer.weightNormalized()
    #expect(
      layer.namedParameters().map(\.name) == [
        "parametrizations.weight.original0", "parametrizations.weight.original1", "bias",
      ])
    let made = layer.weight.value.scalars(as: Float.self)
    #expect(before == made)
    layer.removeParametrization()
    #expect(layer.namedParameters().map(\.name) == ["weight", "bias"])
    #expect(layer.weight.requiresGrad)
    #expect(layer.weight.value.scalars(as: Float.self) == made)
  }

  @Test func assigningSetsWhatTheValueIsMadeOf() {
    let layer = Linear(3, 2).weightNormalized()
    layer.weight.value = Tensor([[3.0, 0, 4], [0, -2, 0]])
    #expect(layer.weight.value.scalars(as: Float.self) == [3, 0, 4, 0, -2, 0])
    #expect(layer.namedParameters()[0].parameter.value.scalars(as: Float.self) == [5, 2])
  }

  @Test func aSpectralNormComesNearToOne() {
    let layer = Random.withSeed(3) { Linear(6, 5).spectrallyNormalized(powerIterations: 50) }
    _ = layer(Tensor(zeros: [1, 6]))
    layer.eval()
    // The largest singular value of the weight, by iterating on its own.
    let weight = layer.weight.value
    var vector = Tensor(ones: [6])
    for _ in 0..<200 {
      vector = matmul(matmul(weight, vector), weight)
      vector = vector / vector.norm()
    }
    #expect(abs(matmul(weight, vector).norm().item() - 1) < 1e-3)
  }

  @Test func weightsOfALoopLearnToo() {
    let layer = LSTM(2, 3).weightNormalized("weight_hh_l0")
    layer(Tensor(ones: [4, 1, 2])).output.sum().backward()
    let gradients = layer.namedParameters().filter { $0.name.hasPrefix("parametrizations.weight_hh_l0") }
    #expect(gradients.count == 2)
    #expect(gradients.allSatisfy { $0.parameter.grad != nil })
  }

  /// A hook waits while the weight is made of others, and sees its gradients again afterwards.
  @Test func hooksComeBackWithTheWeight() {
    final class Count: @unchecked Sendable { var hooks = 0, finals = 0 }
    let (layer, count) = (Linear(2, 1), Count())
    layer.weight.tensor.registerHook { _ in
      count.hooks += 1
      return nil
    }
    layer.weight.tensor.registerFinalGradientHook { _ in count.finals += 1 }
    func learn() { layer(Tensor(ones: [1, 2])).sum().backward() }
    learn()
    layer.weightNormalized()
    learn()
    layer.removeParametrization(of: "weight")
    learn()
    #expect(count.hooks == 2 && count.finals == 2)
    layer.spectrallyNormalized()
    layer.removeParametrization(of: "weight")
    learn()
    #expect(count.hooks == 3 && count.finals == 3)
  }

  @Test func aParameterThatIsNotThereIsNamed() throws {
    let error = try #require(throws: TensorError.self) {
      try withTensorErrors { Linear(3, 2, bias: false).weightNormalized("bias") }
    }
    #expect(
      error.description
        == "[weightNormalized]: expected a parameter that is not parametrized `bias` directly in Linear, got none")
    let twice = try #require(throws: TensorError.self) {
      try withTensorErrors { Linear(3, 2).weightNormalized().spectrallyNormalized() }
    }
    #expect(twice.description.hasSuffix("got one that is"))
    #expect(throws: TensorError.self) { try withTensorErrors { Linear(3, 2).weightNormalized(axis: 2) } }
    #expect(throws: TensorError.self) { try withTensorErrors { Linear(3, 2).removeParametrization() } }
  }

  /// A short direction is one all the same: 1 / length² is beyond float32.
  @Test func derivativesOfAShortDirection() throws {
    let layer = Linear(3, 2, bias: false).weightNormalized()
    let length = Tensor([[1], [2]] as [[Float]])
    let direction = Tensor([[1, 2, -2], [3, 0, 4]] as [[Float]]) * 1e-24
    let names = layer.namedParameters().map(\.name)
    func weighted(_ direction: Tensor) throws -> Tensor {
      try functionalCall(layer, [names[0]: length, names[1]: direction], Tensor([[1, 0, 0]] as [[Float]]))
    }
    let along = try jvp(at: [direction], along: [Tensor([[1, 0, 0], [0, 0, 1]] as [[Float]])]) { try weighted($0[0]) }
    // ḋ/|d| - d(d·ḋ)/|d|³, the first of each row.
    let expected: [Double] = [1e24 / 3 * (1 - 1.0 / 9), 2e24 / 5 * -(0.6 * 0.8)]
    for (found, exact) in zip(along.tangent.scalars(as: Double.self), expected) {
      #expect(Swift.abs(found - exact) <= 1e-5 * Swift.abs(exact), "\(found), not \(exact)")
    }
  }
}
