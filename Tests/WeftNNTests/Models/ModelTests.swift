import Testing
import Weft

/// Each model beside its original in PyTorch.
@Suite struct ModelTests {
  @Test func leNet() throws { try ModelGolden.named("lenet").compare(LeNet(classes: 5)) }

  @Test func resNet18() throws { try ModelGolden.named("resnet18").compare(ResNet(.resNet18, classes: 5, width: 4)) }
  @Test func resNet34() throws { try ModelGolden.named("resnet34").compare(ResNet(.resNet34, classes: 5, width: 4)) }
  @Test func resNet50() throws { try ModelGolden.named("resnet50").compare(ResNet(.resNet50, classes: 5, width: 4)) }

  @Test func vgg11() throws { try ModelGolden.named("vgg11").compare(vgg(.vgg11)) }
  @Test func vgg13() throws { try ModelGolden.named("vgg13").compare(vgg(.vgg13)) }
  @Test func vgg16WithBatchNorm() throws { try ModelGolden.named("vgg16_bn").compare(vgg(.vgg16, batchNorm: true)) }
  @Test func vgg19() throws { try ModelGolden.named("vgg19").compare(vgg(.vgg19)) }

  private func vgg(_ depth: VGG.Depth, batchNorm: Bool = false) -> VGG {
    VGG(depth, batchNorm: batchNorm, classes: 5, dropout: 0, width: 4, hiddenSize: 16)
  }

  /// Of a height that is odd on the way down.
  @Test func uNet() throws { try ModelGolden.named("unet").compare(UNet(channels: 2, classes: 3, width: 4)) }

  @Test func uNetThatInterpolates() throws {
    try ModelGolden.named("unet_bilinear").compare(UNet(channels: 2, classes: 3, bilinear: true, width: 4))
  }

  /// Names, order apart, and shapes of the whole models: an eighth of the width has an eighth of each size from 64 on.
  @Test func parametersAndBuffersAreTorchvisions() throws {
    var models: [String: Module] = [
      "resnet18": ResNet(.resNet18, classes: 125, width: 8), "resnet34": ResNet(.resNet34, classes: 125, width: 8),
      "resnet50": ResNet(.resNet50, classes: 125, width: 8),
    ]
    for (number, depth) in [(11, VGG.Depth.vgg11), (13, .vgg13), (16, .vgg16), (19, .vgg19)] {
      models["vgg\(number)"] = VGG(depth, classes: 125, width: 8, hiddenSize: 512)
      models["vgg\(number)_bn"] = VGG(depth, batchNorm: true, classes: 125, width: 8, hiddenSize: 512)
    }
    let structures = try ModelGolden.structures()
    #expect(structures.count == models.count)
    for (name, model) in models {
      let golden = try #require(structures[name]).mapValues { $0.map { $0 >= 64 ? $0 / 8 : $0 } }
      let parameters = model.namedParameters().map { ($0.name, $0.parameter.shape.sizes) }
      let buffers = model.namedBuffers().map { ($0.name, $0.buffer.value.shape.sizes) }
      #expect(Dictionary(uniqueKeysWithValues: parameters + buffers) == golden, "\(name)")
    }
  }

  @Test func aBlockCanStartAsTheIdentity() {
    let model = ResNet(.resNet18, classes: 3, stem: .small, width: 4, zeroInitResidual: true)
    let block = model.layer1[0]
    let x = Tensor(uniform: [2, 4, 5, 5])
    #expect(block(x).scalars(as: Float.self) == x.scalars(as: Float.self))
    #expect(model(Tensor(zeros: [2, 3, 32, 32])).shape == [2, 3])
  }

  @Test func weightsBeginAsTorchvisionsDo() {
    let model = Random.withSeed(1) { VGG(.vgg11, classes: 3, width: 8, hiddenSize: 64) }
    let named = Dictionary(uniqueKeysWithValues: model.namedParameters().map { ($0.name, $0.parameter.value) })
    // 64 · 64 · 9 numbers of deviation √(2 / (64 · 9)), and 64 · 64 of 0.01: the deviation's own is below 2 %.
    let convolution = named["features.18.weight"]?.standardDeviation().item() ?? 0
    #expect(abs(convolution / (2.0 / 576).squareRoot() - 1) < 0.03)
    #expect(abs((named["classifier.3.weight"]?.standardDeviation().item() ?? 0) / 0.01 - 1) < 0.06)
    #expect(named["classifier.3.bias"]?.abs().max().item() == 0)
  }
}
