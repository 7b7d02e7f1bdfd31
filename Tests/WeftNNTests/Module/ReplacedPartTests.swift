import Testing
import Weft

/// Parts are found wherever values hold them, and each time anew: one that was replaced is seen at once.
@Suite struct ReplacedPartTests {
  private struct Pair {
    var first: Linear
    var norm: LayerNorm?
    var width = 3
  }

  private enum Choice {
    case none
    case layer(Linear)
    case both(Linear, scale: Parameter)
  }

  private final class Holder: Module {
    var pair = Pair(first: Linear(2, 2, bias: false), norm: nil)
    var named: (encoder: Linear, size: Int) = (Linear(2, 1, bias: false), 3)
    var unnamed = (1, Linear(2, 1, bias: false))
    var choice = Choice.none
    var pairs = [Pair(first: Linear(1, 1, bias: false), norm: LayerNorm(1, bias: false))]
    let words = ["a", "b"]
    let counts: [(String, Int)] = [("a", 1)]
  }

  @Test func partsInsideTuplesStructuresAndEnumerationsAreFound() {
    let holder = Holder()
    #expect(
      holder.namedParameters().map(\.name) == [
        "pair.first.weight", "named.encoder.weight", "unnamed.1.weight", "pairs.0.first.weight",
        "pairs.0.norm.weight",
      ])
    holder.pair.norm = LayerNorm(2, bias: false)
    holder.choice = .layer(Linear(1, 1, bias: false))
    #expect(holder.parameterCount == 4 + 2 + 2 + 2 + 1 + 1 + 1)
    holder.choice = .both(Linear(1, 1, bias: false), scale: Parameter(Tensor(1.0)))
    #expect(
      holder.namedParameters().map(\.name).filter { $0.hasPrefix("choice") } == [
        "choice.both.0.weight", "choice.both.scale",
      ])
  }

  private final class Swapped: Module {
    var head: Module = Linear(2, 3)
    var blocks: [Module] = [Linear(2, 2)]
    override func forward(_ x: Tensor) -> Tensor { head(blocks[0](x)) }
  }

  @Test func aReplacedPartIsSeenByEverything() {
    let model = Swapped()
    _ = model.eval()(Tensor(ones: [1, 2]))
    model.head = Sequential {
      Dropout(0.5); Linear(2, 4, bias: false)
    }
    model.blocks[0] = Dropout(0.5)
    #expect(model.namedParameters().map(\.name) == ["head.1.weight"])
    // New parts are in training, as any new module is.
    #expect(model.head.isTraining)
    model.eval()
    #expect(model.namedModules().allSatisfy { !$0.module.isTraining })
    #expect(model.head.namedChildren().map(\.module.path) == ["head.0", "head.1"])
    model.train()
    #expect(model.blocks[0].isTraining)
  }

  @Test func theLastLayerOfAReadyModelIsReplaced() throws {
    let x = Tensor(normal: [2, 3, 32, 32])
    let resNet = ResNet(.resNet18, classes: 10, stem: .small, width: 4).eval()
    resNet.fc = Linear(32, 3)
    #expect(resNet.eval()(x).shape == [2, 3])
    #expect(resNet.parameter(named: "fc.weight")?.shape == [3, 32])
    resNet.fc = Identity()
    #expect(resNet(x).shape == [2, 32])
    let viT = ViT(imageSize: 32, patchSize: 16, numLayers: 1, numHeads: 1, hiddenDim: 8, mlpDim: 8, classes: 10).eval()
    viT.head = Linear(8, 3)
    #expect(viT.eval()(x).shape == [2, 3])
    let vgg = VGG(.vgg11, classes: 10, width: 2, hiddenSize: 4).eval()
    vgg.classifier[6] = Linear(4, 3)
    #expect(vgg.eval()(x).shape == [2, 3])
    #expect(vgg.namedParameters().last?.parameter.shape == [3])
    let gpt = GPT(vocabularySize: 5, contextLength: 4, numLayers: 1, numHeads: 1, embedDim: 2)
    gpt.lmHead = Linear(2, 7, bias: false)
    #expect(gpt(Tensor([[1, 2]])).shape == [1, 2, 7])
  }

  @Test func layersOfASequentialAreReplacedAndRunInTheirNewOrder() {
    let model = Sequential {
      Conv2d(1, 1, kernelSize: 1); ReLU(); MaxPool2d(2)
    }
    let x = Tensor(normal: [1, 1, 4, 4])
    let rectified = model(x)
    #expect(rectified.min().item() >= 0)
    model[1] = Identity()
    #expect(model(x).isClose(to: MaxPool2d(2)(model[0](x))))
    model.layers.append(Flatten())
    #expect(model(x).shape == [1, 4])
  }

  @Test func aPartIsFoundByItsName() {
    let model = Swapped()
    #expect(model.module(named: "blocks.0") === model.blocks[0])
    #expect(model.module(named: "") === model)
    #expect(model.module(named: "blocks.1") == nil)
    #expect(model.parameter(named: "head.bias")?.shape == [3])
    #expect(model.namedChildren().map(\.name) == ["head", "blocks.0"])
  }
}

/// A field of protocol type, which holds numbers in one value and a module in the next.
private protocol Step {}
extension Int: Step {}
extension Linear: Step {}

private struct Block { let step: any Step }

private final class OfBlocks: Module {
  let block: Block
  init(_ block: Block) { self.block = block }
}

@Suite struct FieldOfProtocolTypeTests {
  @Test func whatOneValueHoldsSaysNothingOfTheNext() {
    #expect(OfBlocks(Block(step: 3)).parameters().isEmpty)
    #expect(OfBlocks(Block(step: Linear(2, 3))).namedParameters().count == 2)
  }
}
