import WeftTensor

/// A layer beside whose weight W a product s·B·A of low rank can stand: linear maps, tables, convolutions.
protocol LowRankLayer: Module {
  /// W.
  var weight: Parameter { get }
  /// What is added behind it, [out]; nil for nothing.
  var bias: Parameter? { get }
  /// The shapes of A and B, or why there are none.
  func lowRankShapes(_ rank: Int) throws(TensorError) -> (a: Shape, b: Shape)
  /// Whether A begins as zeros, rather than B.
  var beginsWithZeroA: Bool { get }
  /// What the product makes of the layer's input.
  func lowRankOutput(_ input: Tensor, a: Tensor, b: Tensor, scale: Double) -> Tensor
  /// B·A, of W's shape: what the product adds to W where it is merged.
  func lowRankProduct(a: Tensor, b: Tensor) -> Tensor
  /// What W alone makes of the layer's input, without a bias.
  func plainOutput(_ input: Tensor) -> Tensor
  /// Numbers of outputs, [out], so that they broadcast to W.
  func alongWeight(_ numbers: Tensor) -> Tensor
  /// The same to the layer's result.
  func alongResult(_ numbers: Tensor) -> Tensor
  /// The shape that PEFT's files have for the lengths of the weights of outputs.
  var lengthShape: Shape { get }
}

extension LowRankLayer {
  var beginsWithZeroA: Bool { false }
  func alongResult(_ numbers: Tensor) -> Tensor { numbers }

  /// The root of the sum of squares of the weights of each output, [out].
  func lengths(of weight: Tensor) -> Tensor {
    // Two axes, of which one is the outputs'.
    let matrix = weight.flattened(from: 1)
    return matrix.norm(axis: self is Embedding ? 0 : 1)
  }
}

extension Linear: LowRankLayer {
  func lowRankShapes(_ rank: Int) -> (a: Shape, b: Shape) { ([rank, weight.shape[1]], [weight.shape[0], rank]) }

  /// The scale is taken where there are fewest numbers: of A·x.
  func lowRankOutput(_ input: Tensor, a: Tensor, b: Tensor, scale: Double) -> Tensor {
    linear(linear(input, weight: a) * scale, weight: b)
  }

  func lowRankProduct(a: Tensor, b: Tensor) -> Tensor { b.matmul(a) }
  func plainOutput(_ input: Tensor) -> Tensor { linear(input, weight: weight.tensor) }
  func alongWeight(_ numbers: Tensor) -> Tensor { numbers.unsqueezed(1) }
  var lengthShape: Shape { [weight.shape[0]] }
}

extension Embedding: LowRankLayer {
  func lowRankShapes(_ rank: Int) -> (a: Shape, b: Shape) { ([rank, weight.shape[0]], [weight.shape[1], rank]) }

  var beginsWithZeroA: Bool { true }
  var bias: Parameter? { nil }

  func lowRankOutput(_ input: Tensor, a: Tensor, b: Tensor, scale: Double) -> Tensor {
    linear(a.transposed().embedding(input, paddingIndex: paddingIndex) * scale, weight: b)
  }

  func lowRankProduct(a: Tensor, b: Tensor) -> Tensor { b.matmul(a).transposed() }
  func plainOutput(_ input: Tensor) -> Tensor { weight.tensor.embedding(input, paddingIndex: paddingIndex) }
  func alongWeight(_ numbers: Tensor) -> Tensor { numbers }
  var lengthShape: Shape { [weight.shape[1]] }
}

extension ConvolutionLayer: LowRankLayer {
  /// A has the layer's window, B one of a single element.
  func lowRankShapes(_ rank: Int) throws(TensorError) -> (a: Shape, b: Shape) {
    guard groups == 1 else {
      throw TensorError(
        .unsupported, operation: "LoRA", expected: "a convolution of all channels", got: "one in \(groups) groups",
        hint: "leave it out of the targets")
    }
    let kernel = Array(weight.shape.sizes.dropFirst(2))
    return (
      Shape([rank, weight.shape[1]] + kernel), Shape([weight.shape[0], rank] + kernel.map { _ in 1 })
    )
  }

  func lowRankOutput(_ input: Tensor, a: Tensor, b: Tensor, scale: Double) -> Tensor {
    input.asBatch(axes: weight.shape.rank - 2) { convolution(convolved($0, weight: a, bias: nil) * scale, weight: b) }
  }

  func lowRankProduct(a: Tensor, b: Tensor) -> Tensor {
    b.flattened(from: 1).matmul(a.flattened(from: 1)).reshaped(to: weight.shape)
  }

  func plainOutput(_ input: Tensor) -> Tensor {
    input.asBatch(axes: weight.shape.rank - 2) { convolved($0, weight: weight.tensor, bias: nil) }
  }

  func alongWeight(_ numbers: Tensor) -> Tensor {
    numbers.reshaped(to: Shape([numbers.elementCount] + weight.shape.dropFirst().map { _ in 1 }))
  }

  /// Behind the channels stand as many axes as the kernel has.
  func alongResult(_ numbers: Tensor) -> Tensor {
    numbers.reshaped(to: Shape([numbers.elementCount] + weight.shape.dropFirst(2).map { _ in 1 }))
  }

  var lengthShape: Shape { Shape([1, weight.shape[0]] + weight.shape.dropFirst(2).map { _ in 1 }) }
}
