import Weft

extension Kernel {
  /// What is measured, in the order of the table.
  static var all: [Kernel] {
    products + convolutions + pooling + rows + [chain(1 << 20), chain(1 << 24)] + embeddings
      + [optimizer("AdamW", 7) { AdamW($0) }, optimizer("SGD", 5) { SGD($0, learningRate: 0.1, momentum: 0.9) }]
      + attentions + sequences
  }

  // MARK: - Products

  private static var products: [Kernel] {
    let sizes = [
      (1024, 1024, 1024), (128, 784, 512), (4096, 64, 64), (2048, 256, 1024), (127, 129, 131), (1, 1024, 1024),
    ]
    return sizes.map { product($0.0, $0.1, $0.2, .float32) }
      + sizes.prefix(4).map { product($0.0, $0.1, $0.2, .bfloat16) }
  }

  private static func product(_ m: Int, _ k: Int, _ n: Int, _ dtype: DType) -> Kernel {
    .forward(
      dtype == .float32 ? "matmul" : "matmul \(dtype)", "\(m)x\(k)x\(n)", [[m, k], [k, n]], dtype: dtype,
      operations: 2 * Double(m) * Double(k) * Double(n), result: [m, n]
    ) { $0[0].matmul($0[1]) }
  }

  // MARK: - Convolutions

  private static var convolutions: [Kernel] {
    convolution(64, 64, 64, size: 32) + convolution(64, 256, 256, size: 8)
      + convolution(64, 64, 128, size: 32, stride: 2) + convolution(64, 32, 64, size: 14)
      + convolution(64, 128, 256, size: 16, kernel: 1)
  }

  /// The three directions of a convolution.
  private static func convolution(
    _ batch: Int, _ input: Int, _ output: Int, size: Int, kernel: Int = 3, stride: Int = 1
  ) -> [Kernel] {
    let resultSize = (size - 1) / stride + 1
    let shapes: [Shape] = [[batch, input, size, size], [output, input, kernel, kernel]]
    let result: Shape = [batch, output, resultSize, resultSize]
    let (x, w, y) = (shapes[0].elementCount, shapes[1].elementCount, result.elementCount)
    let operations = 2 * Double(y) * Double(input * kernel * kernel)
    let text =
      "\(batch)x\(input)x\(size)x\(size) to \(output), \(kernel)x\(kernel)" + (stride > 1 ? " / \(stride)" : "")
    // Channels last in memory, as a layer before it would leave them.
    let run = { (inputs: [Tensor]) -> Tensor in
      Weft.convolution(inputs[0], weight: inputs[1], stride: PerAxis(stride), padding: Padding(kernel / 2))
    }
    let lastAxis = [0, 2, 3, 1]
    func channelsLast(_ shapes: [Shape]) -> [Shape] {
      [Shape(lastAxis.map { shapes[0].sizes[$0] })] + shapes.dropFirst()
    }
    let turned = { (inputs: [Tensor]) -> Tensor in run([inputs[0].permuted(0, 3, 1, 2), inputs[1]]) }
    return [
      .forward("convolution", text, channelsLast(shapes), operations: operations, result: result, turned),
      .gradient(
        "convolution, input gradient", text, channelsLast(shapes), of: [0], operations: operations, numbers: x + w + y,
        turned),
      .gradient(
        "convolution, weight gradient", text, channelsLast(shapes), of: [1], operations: operations, numbers: x + w + y,
        turned),
    ]
  }

  private static var pooling: [Kernel] {
    let shape: Shape = [64, 28, 28, 32]
    let (x, y) = (shape.elementCount, shape.elementCount / 4)
    let run = { (inputs: [Tensor]) -> Tensor in inputs[0].permuted(0, 3, 1, 2).maxPooled(kernel: 2) }
    return [
      .forward("max pooling 2x2", "64x32x28x28", [shape], result: [64, 32, 14, 14], run),
      .gradient("max pooling 2x2, gradient", "64x32x28x28", [shape], of: [0], numbers: x + 2 * y, run),
    ]
  }

  // MARK: - Rows, elements

  private static var rows: [Kernel] {
    let shape: Shape = [4096, 1024]
    let n = shape.elementCount
    let softmax = { (inputs: [Tensor]) -> Tensor in inputs[0].softmax(axis: -1) }
    let norm = { (inputs: [Tensor]) -> Tensor in
      inputs[0].layerNormalized(weight: inputs[1], bias: inputs[2])
    }
    let affine = [shape, [1024], [1024]]
    return [
      .forward("softmax", "4096x1024", [shape], result: shape, softmax),
      .gradient("softmax, gradient", "4096x1024", [shape], of: [0], numbers: 3 * n, softmax),
      .forward("layer norm", "4096x1024", affine, result: shape, norm),
      .gradient("layer norm, gradients", "4096x1024", affine, of: [0, 1, 2], numbers: 3 * n, norm),
    ]
  }

  private static func chain(_ count: Int) -> Kernel {
    .forward(
      "gelu(x*w + b) + r", "\(count >> 20) Mi", Array(repeating: [count], count: 4), result: [count]
    ) { GELUChain()($0[0], $0[1], $0[2], $0[3]) }
  }

  private static var embeddings: [Kernel] {
    let (tokens, width, count) = (8192, 256, 50_000)
    let moved = Double(tokens * (2 * width * 4 + 8))
    let make = { (Tensor(normal: [count, width]).requiringGrad(), Tensor(integers: [tokens], in: 0..<count)) }
    return [
      Kernel(name: "embedding", size: "8192 of 50000x256", operations: 0, bytes: moved) {
        let (table, indices) = make()
        return { noGrad { _ = table.embedding(indices) } }
      },
      // The gradient is as large as the table.
      Kernel(
        name: "embedding, gradient", size: "8192 of 50000x256", operations: 0, bytes: moved + Double(4 * count * width)
      ) {
        let (table, indices) = make()
        let seed = Tensor(normal: [tokens, width])
        let output = table.embedding(indices)
        return { _ = try? grad(of: [output], with: [table], seeds: [seed], retainGraph: true) }
      },
    ]
  }

  private static func optimizer(_ name: String, _ passes: Int, _ make: @escaping ([Parameter]) -> Optimizer) -> Kernel {
    let count = 1 << 22
    return Kernel(name: name, size: "4 Mi in 16 parameters", operations: 0, bytes: Double(4 * passes * count)) {
      let parameters = (0..<16).map { _ in Parameter(Tensor(normal: [count / 16])) }
      for parameter in parameters { parameter.grad = Tensor(normal: parameter.shape) }
      let optimizer = make(parameters)
      return { optimizer.step() }
    }
  }

  // MARK: - Sequences

  private static var attentions: [Kernel] {
    attention([16, 8, 128, 32]) + attention([1, 8, 2048, 64])
  }

  private static func attention(_ shape: Shape) -> [Kernel] {
    let (n, length) = (shape.elementCount, shape[2])
    let size = shape.sizes.map(String.init).joined(separator: "x") + " causal"
    let operations = 4 * Double(n) * Double(length)
    let run = { (x: [Tensor]) -> Tensor in
      scaledDotProductAttention(query: x[0], key: x[1], value: x[2], isCausal: true)
    }
    let three = Array(repeating: shape, count: 3)
    return [
      .forward("attention", size, three, operations: operations, result: shape, run),
      // Four products, and the scores once more.
      .gradient("attention, gradients", size, three, of: [0, 1, 2], operations: 2.5 * operations, numbers: 8 * n, run),
    ]
  }

  private static var sequences: [Kernel] {
    let shape: Shape = [64, 64, 256]
    // Two products with four gates for each of the input and the hidden state.
    let operations = 2 * 2 * 4 * Double(shape.elementCount) * 256
    let (n, weights) = (shape.elementCount, 2 * 4 * 256 * 256)
    let layer = LSTM(256, 256, batchFirst: true)
    let wanted = layer.parameters().map(\.tensor)
    return [
      .forward("LSTM", "64x64x256", [shape], operations: operations, result: shape) { layer($0[0]).output },
      Kernel(
        name: "LSTM, gradients", size: "64x64x256", operations: 2 * operations, bytes: Double(4 * (8 * n + 2 * weights))
      ) {
        let x = Tensor(normal: shape).requiringGrad()
        let (output, seed) = (layer(x).output, Tensor(normal: shape))
        return { _ = try? grad(of: [output], with: [x] + wanted, seeds: [seed], retainGraph: true) }
      },
    ]
  }
}

/// gelu(x·w + b) + r in one pass: a formula of a user's own.
struct GELUChain: ElementwiseOperation {
  static let name = "gelu_chain"
  static let formula = Formula(inputs: 4) { x, _ in
    let y = x[0] * x[1] + x[2]
    return [y * 0.5 * (1 + erf(y * 0.70710678)) + x[3]]
  }
  static let samples = [Sample(GELUChain(), .real([3]), .real([3]), .real([3]), .real([3]))]
}
