import Weft

// The networks that the library has no model of.

/// An inverted residual (Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", 2018): wider by a
/// convolution of 1x1, each channel by itself through one of 3x3, narrow again by another of 1x1.
private final class InvertedResidual: Module {
  let layers: Sequential
  let isResidual: Bool

  init(_ input: Int, _ output: Int, stride: Int, expansion: Int) {
    let width = input * expansion
    isResidual = stride == 1 && input == output
    layers = Sequential {
      if expansion > 1 { Conv2d(input, width, kernelSize: 1, bias: false); BatchNorm2d(width); ReLU6() }
      Conv2d(width, width, kernelSize: 3, stride: PerAxis(stride), padding: 1, groups: width, bias: false)
      BatchNorm2d(width); ReLU6()
      Conv2d(width, output, kernelSize: 1, bias: false); BatchNorm2d(output)
    }
  }

  override func forward(_ input: Tensor) -> Tensor { isResidual ? input + layers(input) : layers(input) }
}

/// MobileNetV2 of width 1, for images of 224x224.
final class MobileNetV2: Module {
  let features: Sequential
  let classifier = Linear(1280, 1000)

  override init() {
    // Expansion, channels, blocks, stride of the first: table 2 of the paper.
    let stages = [
      (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
    ]
    var channels = 32
    let blocks = stages.flatMap { expansion, width, count, stride in
      (0..<count).map { place in
        defer { channels = width }
        return InvertedResidual(channels, width, stride: place == 0 ? stride : 1, expansion: expansion)
      }
    }
    features = Sequential {
      Conv2d(3, 32, kernelSize: 3, stride: 2, padding: 1, bias: false); BatchNorm2d(32); ReLU6()
      for block in blocks { block }
      Conv2d(320, 1280, kernelSize: 1, bias: false); BatchNorm2d(1280); ReLU6()
    }
  }

  override func forward(_ input: Tensor) -> Tensor {
    classifier(features(input).globalAveragePooled().flattened(from: 1))
  }
}

/// GPT-2's smallest decoder for one more token of each sequence, with keys and values of those before it handed in.
final class TokenStep: Module {
  let tokens = Embedding(50_257, 768)
  let positions = Embedding(1024, 768)
  let blocks = (0..<12).map { _ in TokenStepBlock(width: 768, heads: 12) }
  let norm = LayerNorm(768)

  /// Of the keys, and of the values, of all layers.
  func cacheShape(batch: Int, positions: Int) -> Shape { [blocks.count, batch, 12, positions, 64] }

  /// The logits [N, 1, V], and of each layer the new key and value.
  func callAsFunction(_ token: Tensor, keys: Tensor, values: Tensor) -> [Tensor] {
    let place = keys.shape[3]
    var x = tokens(token) + positions.weight.tensor.sliced(axis: 0, from: place, to: place + 1)
    var made: [Tensor] = []
    for (layer, block) in blocks.enumerated() {
      let (y, key, value) = block.step(x, keys[layer], values[layer])
      x = y
      made += [key, value]
    }
    return [linear(norm(x), weight: tokens.weight.tensor)] + made
  }
}

/// A pre-norm block of `TokenStep`.
final class TokenStepBlock: Module {
  let n1: LayerNorm
  let n2: LayerNorm
  let qkv: Linear
  let proj: Linear
  let up: Linear
  let down: Linear
  let heads: Int

  init(width: Int, heads: Int) {
    self.heads = heads
    (n1, n2) = (LayerNorm(width), LayerNorm(width))
    (qkv, proj) = (Linear(width, 3 * width), Linear(width, width))
    (up, down) = (Linear(width, 4 * width), Linear(4 * width, width))
  }

  /// The block's result, and the key and value of the new position.
  func step(_ x: Tensor, _ keys: Tensor, _ values: Tensor) -> (Tensor, key: Tensor, value: Tensor) {
    let (batch, width) = (x.shape[0], x.shape[2])
    let parts = qkv(n1(x)).reshaped(batch, 1, 3, heads, width / heads).permuted(2, 0, 3, 1, 4).unbound()
    let key = concatenated([keys, parts[1]], axis: 2)
    let value = concatenated([values, parts[2]], axis: 2)
    let attended = scaledDotProductAttention(query: parts[0], key: key, value: value)
    let x = x + proj(attended.transposed(1, 2).reshaped(batch, 1, width))
    return (x + down(up(n2(x)).gelu(approximation: .tanh)), parts[1], parts[2])
  }
}
