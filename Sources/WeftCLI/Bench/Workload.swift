import Weft

/// A model, its data and its optimizer: one step of training, or of inference at batch 1.
struct Workload {
  let name: String
  let model: Module
  var input: Tensor
  var target: Tensor
  var precision = Precision.float32
  let makeOptimizer: ([Parameter]) -> Optimizer

  static let names = ["tiny-mlp", "mlp", "lenet", "resnet18", "gpt", "lstm"]

  /// The workload of this name, with random weights and data; nil where there is none.
  init?(_ name: String) {
    let adamW = { (parameters: [Parameter]) -> Optimizer in AdamW(parameters, learningRate: 1e-3) }
    switch name {
    case "tiny-mlp": self.init(name, Self.perceptron(64, 32, 10), images: [8, 64], adamW)
    case "mlp": self.init(name, Self.perceptron(784, 512, 256, 10), images: [128, 784], adamW)
    case "lenet": self.init(name, Self.lenet(), images: [64, 1, 28, 28], adamW)
    case "resnet18":
      self.init(name, ResNet(.resNet18, classes: 10, stem: .small), images: [64, 3, 32, 32]) {
        SGD($0, learningRate: 0.05, momentum: 0.9)
      }
    case "gpt": self.init(name, BenchGPT(), tokens: [16, 128]) { AdamW($0, learningRate: 3e-4) }
    case "lstm": self.init(name, BenchLSTM(), tokens: [64, 64], adamW)
    default: return nil
    }
  }

  private init(_ name: String, _ model: Module, images shape: Shape, _ optimizer: @escaping ([Parameter]) -> Optimizer)
  {
    self.name = name
    self.model = model
    input = Tensor(normal: shape)
    target = Tensor(integers: [shape[0]], in: 0..<10)
    makeOptimizer = optimizer
  }

  private init(_ name: String, _ model: Module, tokens shape: Shape, _ optimizer: @escaping ([Parameter]) -> Optimizer)
  {
    self.name = name
    self.model = model
    input = Tensor(integers: shape, in: 0..<96)
    target = Tensor(integers: shape, in: 0..<96)
    makeOptimizer = optimizer
  }

  /// One training step as a function that gives the loss.
  func trainingStep() -> () -> Double {
    let optimizer = makeOptimizer(model.parameters())
    return { Self.step(model, optimizer, input, target, precision).item() }
  }

  /// The same, recorded and then replayed.
  func recordedStep() -> () throws -> Double {
    let precision = precision
    let step = Recorded(model, makeOptimizer(model.parameters())) { model, optimizer, input, target in
      Self.step(model, optimizer, input, target, precision)
    }
    return { try step(input, target).item() }
  }

  private static func step(
    _ model: Module, _ optimizer: Optimizer, _ input: Tensor, _ target: Tensor, _ precision: Precision
  ) -> Tensor {
    optimizer.zeroGrad()
    let loss = precision.run {
      crossEntropy(model(input).flattened(from: 0, through: -2), classIndices: target.flattened())
    }
    loss.backward()
    optimizer.step()
    return loss
  }

  /// A forward pass of the first example, giving the sum of the logits.
  func inferenceStep() -> () -> Double {
    model.eval()
    let example = input.sliced(axis: 0, to: 1).contiguous()
    return { noGrad { precision.run { model(example) }.sum().item() } }
  }

  /// The same of the model frozen for such examples.
  func frozenStep() throws -> () throws -> Double {
    let example = input.sliced(axis: 0, to: 1).contiguous()
    let frozen = try precision.run { try model.frozen(for: example) }
    return { try frozen(example).sum().item() }
  }

  private static func perceptron(_ sizes: Int...) -> Module {
    Sequential {
      for (index, (from, to)) in zip(sizes, sizes.dropFirst()).enumerated() {
        if index > 0 { ReLU() }
        Linear(from, to)
      }
    }
  }

  private static func lenet() -> Module {
    Sequential {
      Conv2d(1, 32, kernelSize: 3, padding: 1); ReLU(); MaxPool2d(2)
      Conv2d(32, 64, kernelSize: 3, padding: 1); ReLU(); MaxPool2d(2)
      Flatten()
      Linear(3136, 128); ReLU()
      Linear(128, 10)
    }
  }
}
