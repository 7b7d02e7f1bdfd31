import Testing
import Weft

@Suite struct InitializerTests {
  private func moments(_ tensor: Tensor) -> (mean: Double, deviation: Double, largest: Double) {
    let values = tensor.scalars(as: Double.self)
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    return (mean, variance.squareRoot(), values.map(abs).max() ?? 0)
  }

  /// PyTorch's bounds and deviations for a weight [200, 50, 2]: fanIn 100, fanOut 400.
  @Test(arguments: [
    ("kaiming uniform", Initializer.kaimingUniform(), 0.0, 0.1414213562, 0.2449489743),
    ("kaiming uniform, √5", .kaimingUniform(.leakyReLU(slope: 5.0.squareRoot())), 0, 0.0577350269, 0.1),
    ("kaiming normal", .kaimingNormal(.relu, mode: .fanOut), 0, 0.0707106781, .infinity),
    ("xavier uniform", .xavierUniform(gain: 2), 0, 0.1264911064, 0.2190890230),
    ("xavier normal", .xavierNormal(), 0, 0.0632455532, .infinity),
    ("truncated normal", .truncatedNormal(), 0, 0.8796256610, 2),
    ("truncated on one side", .truncatedNormal(mean: 1, deviation: 2, in: 1...100), 2.5957691216, 1.2056206270, 100),
    ("uniform", .uniform(-1, 3), 1, 1.1547005384, 3), ("normal", .normal(mean: 2, deviation: 3), 2, 3, .infinity),
    ("constant", .constant(0.5), 0.5, 0, 0.5),
  ])
  func distribution(_ name: String, _ initializer: Initializer, mean: Double, deviation: Double, bound: Double) {
    let found = moments(Random.withSeed(11) { initializer([200, 50, 2]) })
    // 20,000 draws: five standard errors of the mean, 3% of the deviation.
    #expect(abs(found.mean - mean) < 0.036 * deviation + 1e-9, "\(name)")
    #expect(abs(found.deviation - deviation) < 0.03 * deviation + 1e-9, "\(name)")
    #expect(found.largest <= bound * (1 + 1e-6), "\(name)")
    if bound < 3, deviation > 0 { #expect(found.largest > 0.98 * bound, "\(name)") }
  }

  @Test(arguments: [Shape([5, 9]), [9, 5], [6, 2, 3]]) func orthogonalRowsOrColumns(_ shape: Shape) {
    let matrix = Initializer.orthogonal(gain: 2)(shape).flattened(from: 1).converted(to: .float64)
    let isWide = matrix.shape[0] <= matrix.shape[1]
    let product = isWide ? matrix.matmul(matrix.transposed()) : matrix.transposed().matmul(matrix)
    let size = product.shape[0]
    for (place, value) in product.scalars(as: Double.self).enumerated() {
      #expect(abs(value - (place / size == place % size ? 4 : 0)) < 1e-5)
    }
  }

  /// What PyTorch's layers start from.
  @Test func defaultsOfTheLayers() { Random.withSeed(4, checkDefaults) }

  private func checkDefaults() {
    let linear = Linear(100, 400)
    #expect(moments(linear.weight.value).largest <= 0.1)
    #expect(moments(linear.weight.value).largest > 0.099)
    #expect(moments(linear.bias?.value ?? 0).largest <= 0.1)
    #expect(moments(Conv2d(4, 64, kernelSize: 5).weight.value).largest <= 0.1)
    #expect(moments(Conv2d(4, 64, kernelSize: 5).weight.value).largest > 0.099)
    // A transposed convolution counts its output channels, as PyTorch's does.
    #expect(moments(ConvTranspose2d(64, 4, kernelSize: 5).weight.value).largest > 0.099)
    #expect(abs(moments(Embedding(100, 100).weight.value).deviation - 1) < 0.03)
    #expect(moments(LSTM(10, 25).parameters()[0].value).largest <= 0.2)
    let attention = MultiheadAttention(64, numHeads: 4)
    #expect(moments(attention.inProjWeight?.value ?? 0).largest <= (6.0 / 256).squareRoot())
    #expect(moments(attention.inProjBias?.value ?? 1).largest == 0)
    #expect(moments(attention.outProj.bias?.value ?? 1).largest == 0)
    #expect(moments(LayerNorm(8).weight?.value ?? 0) == (1, 0, 1))
  }

  @Test func theSameSeedMakesTheSameModel() {
    func values() -> [[Float]] {
      let model = Random.withSeed(7) {
        Sequential {
          Conv2d(1, 4, kernelSize: 3); Linear(5, 5); GRU(3, 4)
        }
      }
      return model.parameters().map { $0.value.scalars(as: Float.self) }
    }
    #expect(values() == values())
  }

  @Test func aBiasHasNoFan() throws {
    let error = try #require(throws: TensorError.self) {
      try withTensorErrors { Initializer.xavierUniform()([10]) }
    }
    #expect(error.description.hasPrefix("[initializer]: expected a weight of at least two axes"))
  }

  @Test func anErrorBeforeATruncatedNormalIsReported() {
    let error = #expect(throws: TensorError.self) {
      try withTensorErrors {
        _ = Tensor(zeros: [2]) + Tensor(zeros: [3])
        _ = Initializer.truncatedNormal()([4])
      }
    }
    #expect(error?.code == .shape)
  }
}
