import Foundation
import Testing
import Weft
import WeftContract

/// What PyTorch computed for one model (see Goldens/make_small_models.py).
private struct ModelCase: Decodable {
  /// What is kept of a tensor.
  struct Summary: Decodable {
    let norm: Double
    let product: Double
    let first: [Double]
  }
  let name: String
  let rate: Double
  let output: Summary
  let gradients: [String: Summary]
  /// Before each of five steps, and after them.
  let losses: [Double]

  static func named(_ name: String) throws -> ModelCase {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../Goldens/models")
    let data = try Data(contentsOf: folder.appendingPathComponent("small.json"))
    return try #require(try JSONDecoder().decode([ModelCase].self, from: data).first { $0.name == name })
  }
}

@Suite struct SmallModelTests {
  /// As in the script: even numbers around 0.
  private static func filled(_ number: Int, _ shape: Shape, _ scale: Double = 1) -> Tensor {
    let values = (0..<shape.elementCount).map { index -> Double in
      let scrambled = (index + 1) * (2_654_435 + 40503 * number) % 1_000_003
      return (Double(scrambled) / 500001.5 - 1) * scale
    }
    return Tensor(values, shape: shape, dtype: .float64)
  }

  /// As in the script: parameters by their numbers, factors of normalizations around 1.
  private static func fill(_ model: Module) {
    model.convert(to: .float64)
    let ones = model.namedModules().compactMap { ($0.module as? BatchNormLayer)?.weight }.map(ObjectIdentifier.init)
    for (number, parameter) in model.parameters().enumerated() {
      let sizes = parameter.shape.sizes
      let fan = sizes.count > 1 ? sizes.dropFirst().reduce(1, *) : parameter.elementCount
      let base = ones.contains(ObjectIdentifier(parameter)) ? 1.0 : 0.0
      parameter.value = base + filled(number, parameter.shape, 1 / Double(fan).squareRoot())
    }
  }

  private static func expect(_ tensor: Tensor?, _ golden: ModelCase.Summary, _ what: String) {
    let values = tensor?.scalars(as: Double.self) ?? []
    let weights = filled(977, [values.count]).scalars(as: Double.self)
    let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let product = zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 }
    let tolerance = Tolerance.golden * golden.norm
    #expect(abs(norm - golden.norm) <= tolerance, "\(what): norm")
    #expect(abs(product - golden.product) <= tolerance, "\(what): product")
    for (found, first) in zip(values, golden.first) { #expect(abs(found - first) <= tolerance, "\(what)") }
  }

  private static func compare(
    _ name: String, _ model: Module, _ loss: () -> (output: Tensor, loss: Tensor)
  ) throws {
    let golden = try ModelCase.named(name)
    fill(model)
    let optimizer = SGD(model.parameters(), learningRate: golden.rate)
    for (step, expected) in golden.losses.enumerated() {
      let (output, value) = loss()
      #expect(abs(value.item() - expected) <= Tolerance.golden * abs(expected), "\(name): loss after \(step) steps")
      if step == 0 { expect(output, golden.output, "\(name): output") }
      optimizer.zeroGrad()
      value.backward()
      if step == 0 {
        let named = model.namedParameters()
        #expect(Set(named.map(\.name)) == Set(golden.gradients.keys), "\(name)")
        for (key, parameter) in named {
          if let summary = golden.gradients[key] { expect(parameter.grad, summary, "\(name): gradient of \(key)") }
        }
      }
      optimizer.step()
    }
  }

  @Test func charLSTM() throws {
    let model = CharLSTM(tokens: 11, embedding: 6, hidden: 10, dropout: 0)
    let tokens = Tensor((0..<36).map { $0 * 7 % 11 }, shape: [3, 12])
    try Self.compare("char_lstm", model) {
      let logits = model(tokens[0..., 0..<11]).logits
      let labels = tokens[0..., 1..<12].reshaped(to: [33])
      return (logits, crossEntropy(logits.reshaped(to: [33, 11]), classIndices: labels))
    }
  }

  @Test func autoencoder() throws {
    let model = Autoencoder()
    let (x, y) = (Self.filled(903, [2, 1, 28, 28]), Self.filled(904, [2, 1, 28, 28]) / 2 + 0.5)
    try Self.compare("autoencoder", model) {
      let output = model(x)
      return (output, meanSquaredError(output, y))
    }
    #expect(model.encode(x).shape == [2, 8, 2, 2])
  }

  @Test func vae() throws {
    let model = VAE()
    let (x, noise) = (Self.filled(901, [3, 784]) / 2 + 0.5, Self.filled(902, [3, 20], 2))
    try Self.compare("vae", model) {
      let (images, mean, logVariance) = model(x, noise: noise)
      return (images, model.loss(images, of: x, mean: mean, logVariance: logVariance))
    }
  }

  @Test func dcganGenerator() throws {
    let model = DCGANGenerator(latent: 10, features: 4)
    let (x, y) = (Self.filled(905, [3, 10, 1, 1]), Self.filled(906, [3, 3, 64, 64]) / 2 + 0.5)
    try Self.compare("generator", model) {
      let output = model(x)
      return (output, meanSquaredError(output, y))
    }
  }

  @Test func dcganDiscriminator() throws {
    let model = DCGANDiscriminator(features: 4)
    let (x, y) = (Self.filled(907, [3, 3, 64, 64]), Self.filled(908, [3]) / 2 + 0.5)
    try Self.compare("discriminator", model) {
      let output = model(x)
      return (output, meanSquaredError(output, y))
    }
  }

  @Test func aStateGoesOnWhereASequenceWasCut() {
    let model = CharLSTM(tokens: 7, embedding: 4, hidden: 5).eval()
    let tokens = Tensor((0..<8).map { $0 * 3 % 7 }, shape: [1, 8])
    let whole = model(tokens).logits
    let (first, state) = model(tokens[0..., 0..<5])
    let second = model(tokens[0..., 5..<8], state: state).logits
    let parts = concatenated([first, second], axis: 1)
    #expect((whole - parts).abs().max().item() < 1e-6)
  }

  @Test func aVAEIsDrawnInTrainingAndCertainInEvaluation() {
    // So wide that no start leaves every rectified unit of the decoder at zero, which would hide the draw.
    let model = VAE(inputs: 6, hidden: 64, latent: 2)
    let x = Tensor(uniform: [2, 2, 3])
    let (one, another): (Tensor, Tensor) = (model(x), model(x))
    #expect(one.scalars(as: Double.self) != another.scalars(as: Double.self))
    model.eval()
    let (images, mean, _) = model(x)
    #expect(images.scalars(as: Double.self) == model.decode(mean).scalars(as: Double.self))
    #expect(images.shape == [2, 6])
  }

  @Test func aCertainImageHasAFiniteLoss() {
    let model = VAE(inputs: 2, hidden: 2, latent: 1)
    let zero = Tensor(zeros: [1, 1])
    let loss = model.loss(Tensor([[0.0, 1]]), of: Tensor([[1.0, 0]]), mean: zero, logVariance: zero)
    #expect(loss.item() == 200)
  }

  @Test func firstWeightsOfTheGANPair() {
    let generator = DCGANGenerator(features: 16)
    let weights = generator.main[3].parameters()[0].value
    #expect(abs(weights.standardDeviation().item() - 0.02) < 0.001)
    let factors = generator.main[1].parameters()[0].value
    #expect(abs(factors.mean().item() - 1) < 0.01 && factors.standardDeviation().item() > 0.01)
  }
}
