import Weft

// Whole networks: forward, cross-entropy, backward, AdamW.
extension BenchCase {
  var isNetwork: Bool { ["mlp", "convnet", "resnet", "gpt"].contains(kind) }

  /// The step of a network.
  func networkStep() -> () -> Void {
    let (model, input, classes) = network()
    if infers {
      model.eval()
      return { noGrad { _ = precision.run { model(input) }.sum().item() } }
    }
    let rows = kind == "gpt" ? self["n"] * self["t"] : self["n"]
    let target = Tensor(integers: [rows], in: 0..<classes)
    let optimizer = AdamW(model.parameters(), learningRate: 1e-4)
    return {
      optimizer.zeroGrad()
      let loss = precision.run {
        crossEntropy(model(input).flattened(from: 0, through: -2), classIndices: target)
      }
      loss.backward()
      optimizer.step()
      _ = loss.item()
    }
  }

  private func network() -> (model: Module, input: Tensor, classes: Int) {
    switch kind {
    case "mlp": (perceptron(), Tensor(normal: [self["n"], self["in"]]), 10)
    case "convnet": (convolutions(), Tensor(normal: [self["n"], 3, self["h"], self["h"]]), 10)
    case "resnet": (ResNet(.resNet18, classes: 10, stem: .small), Tensor(normal: [self["n"], 3, 32, 32]), 10)
    default:
      (
        BenchGPT(width: self["d"], heads: self["heads"], layers: self["layers"], context: self["t"]),
        Tensor(integers: [self["n"], self["t"]], in: 0..<96), 96
      )
    }
  }

  /// `depth` layers in all.
  private func perceptron() -> Module {
    Sequential {
      for layer in 1..<max(2, self["depth"]) {
        Linear(layer == 1 ? self["in"] : self["width"], self["width"]); ReLU()
      }
      Linear(self["width"], 10)
    }
  }

  /// `depth` convolutions of one width, each with a norm, and a linear layer over the mean.
  private func convolutions() -> Module {
    Sequential {
      for layer in 0..<self["depth"] {
        Conv2d(layer == 0 ? 3 : self["c"], self["c"], kernelSize: 3, padding: 1, bias: false); BatchNorm2d(self["c"])
        ReLU()
      }
      AdaptiveAvgPool2d(1); Flatten()
      Linear(self["c"], 10)
    }
  }
}
